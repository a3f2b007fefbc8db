/**
 * The state of an explorable lives in the query string, one parameter each: `?stepper=...&field=...#anchor`.
 * The anchor stays free for headings, and a changed query does not make the site's navigation load a page.
 */
export function readState(search: string, key: string): string | null {
  return new URLSearchParams(search).get(key);
}

/** The query string with `key` set to `value`, or without `key` when `value` is null; other keys are kept. */
export function writeState(search: string, key: string, value: string | null): string {
  const params = new URLSearchParams(search);
  if (value === null) params.delete(key);
  else params.set(key, value);
  const text = params.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%3B", ";");
  return text === "" ? "" : `?${text}`;
}

/** Writes fields as `a:1;b:2,3`: short, and readable in a link. Values are escaped where they hold `;`, `:` or `%`. */
export function pack(fields: Record<string, string | number | null | undefined>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name}:${escape(String(value))}`)
    .join(";");
}

export function unpack(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const part of text.split(";")) {
    const colon = part.indexOf(":");
    if (colon > 0) fields.set(part.slice(0, colon), unescape(part.slice(colon + 1)));
  }
  return fields;
}

function escape(value: string): string {
  return value.replace(/[%;:]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}

function unescape(value: string): string {
  return value.replace(/%(25|3b|3a)/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

/** Numbers out of `1,2.5,-3`; null when one of them is none, or when there are not `count` of them. */
export function numbers(text: string | undefined, count?: number): number[] | null {
  if (text === undefined) return null;
  const values = text === "" ? [] : text.split(",").map(Number);
  if (values.some((value) => !Number.isFinite(value))) return null;
  return count === undefined || values.length === count ? values : null;
}

/** A whole number between `low` and `high`, or null. */
export function integer(text: string | undefined, low: number, high: number): number | null {
  const value = Number(text);
  return text && Number.isInteger(value) && value >= low && value <= high ? value : null;
}

/** `text` when it is one of `allowed`, or null. */
export function oneOf<T extends string>(text: string | null | undefined, allowed: readonly T[]): T | null {
  return allowed.find((each) => each === text) ?? null;
}
