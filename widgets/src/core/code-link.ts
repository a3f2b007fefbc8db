/** Code in an address, `#code=<cell>.<code>`: it is shown to the reader, and never run by itself. */
const MARK = "#code=";

export function encodeLink(cell: string, code: string): string {
  const bytes = new TextEncoder().encode(code);
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return MARK + encodeURIComponent(cell) + "." + text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** The code that the address holds for this cell, or null. */
export function decodeLink(cell: string, hash: string): string | null {
  const start = `${MARK}${encodeURIComponent(cell)}.`;
  if (!hash.startsWith(start)) return null;
  try {
    const text = atob(hash.slice(start.length).replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = Uint8Array.from(text, (sign) => sign.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null; // a link that was cut short
  }
}
