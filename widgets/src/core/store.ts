/**
 * What a reader leaves behind: edits, attempts, answers. It stays in this browser, can be taken along
 * as a file, and where the browser refuses to store anything it lasts as long as the page does.
 */
export type Entry = { [key: string]: string | number | boolean | string[] };

/** The part of the browser's storage that is used; a getter, because asking may already be refused. */
export type Backend = () => Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

const PREFIX = "book:";
const FORMAT = "book-progress";

export class Store {
  #memory = new Map<string, string>();
  #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get<T extends Entry>(key: string): Partial<T> | null {
    const text = this.#memory.get(key) ?? this.#try((storage) => storage.getItem(PREFIX + key));
    return text ? (parse(text) as Partial<T> | null) : null;
  }

  /** Returns whether it will last longer than this page. */
  set(key: string, entry: Entry): boolean {
    const text = JSON.stringify(entry);
    const kept = this.#try((storage) => {
      storage.setItem(PREFIX + key, text);
      return true;
    });
    if (kept) this.#memory.delete(key);
    else this.#memory.set(key, text);
    return kept ?? false;
  }

  delete(key: string): void {
    this.#memory.delete(key);
    this.#try((storage) => storage.removeItem(PREFIX + key));
  }

  keys(): string[] {
    const stored = this.#try((storage) => {
      const names = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
      return names.filter((name) => name.startsWith(PREFIX));
    });
    const names = (stored ?? []).map((name) => name.slice(PREFIX.length));
    return [...new Set([...names, ...this.#memory.keys()])].sort();
  }

  /** Everything, as the text of a file. */
  export(): string {
    const entries = Object.fromEntries(this.keys().map((key) => [key, this.get(key)]));
    return JSON.stringify({ format: FORMAT, version: 1, entries }, null, 1);
  }

  /** Takes in such a file; returns how many entries it held. Throws, in words, if it is another file. */
  import(text: string): number {
    const file = parse(text);
    const entries = file?.["format"] === FORMAT ? file["entries"] : null;
    if (!isRecord(entries)) throw new Error("This file does not hold progress from this book.");
    const known = Object.entries(entries).filter((pair): pair is [string, Entry] => isEntry(pair[1]));
    for (const [key, entry] of known) this.set(key, entry);
    return known.length;
  }

  #try<T>(use: (storage: ReturnType<Backend>) => T): T | null {
    try {
      return use(this.#backend());
    } catch {
      return null; // refused or full: memory serves instead
    }
  }
}

/** An entry with every field of its kind: what was loaded from a file may hold anything. */
export function fitting<T extends Entry>(entry: Partial<T> | null, otherwise: T): T {
  const fits = ([name, value]: [string, Entry[string]]): boolean => kindOf(entry?.[name]) === kindOf(value);
  const found = Object.entries(otherwise).filter(fits).map(([name]) => [name, entry?.[name]]);
  return { ...otherwise, ...(Object.fromEntries(found) as Partial<T>) };
}

const kindOf = (value: unknown): string => (Array.isArray(value) ? "array" : typeof value);

/** A short fingerprint of a text: an edit belongs to the code that was edited. FNV-1a, 32 bits. */
export function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEntry(value: unknown): value is Entry {
  const plain = (item: unknown) => ["string", "number", "boolean"].includes(typeof item);
  const listed = (item: unknown) =>
    Array.isArray(item) && item.every((part) => typeof part === "string");
  return isRecord(value) && Object.values(value).every((item) => plain(item) || listed(item));
}

/** The one store of this visit. */
export const store = new Store(() => globalThis.localStorage);
