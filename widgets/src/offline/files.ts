/**
 * The files of one release of the book, as `python -m widgets.build release` lists them. The page and the
 * service worker keep them in one cache a release, and nothing that does not have the hash of its list.
 */
import { sha256 } from "../core/hash.ts";

export interface File {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

export interface Manifest {
  readonly release: string;
  readonly files: readonly File[];
}

export const MANIFEST = "offline.json";
export const WORKER = "service-worker.js";
/** Python's large files: kept only where the whole book is. */
export const PYTHON = "assets/pyodide/";
/** Stands in a cache that holds the whole book. */
const WHOLE = "offline-whole";

/** A host may serve several books: each has its own caches. */
export const prefixOf = (root: string): string => `book ${new URL(root).pathname} `;

/** What a page or a file is called below the root of the book; null if it lies elsewhere. */
export function pathOf(address: string, root: string): string | null {
  const [plain = ""] = address.split(/[?#]/);
  if (!plain.startsWith(root)) return null;
  return plain.slice(root.length).replace(/(^|\/)index\.html$/, "$1");
}

export async function fetchManifest(root: string): Promise<Manifest> {
  const response = await fetch(root + MANIFEST, { cache: "no-store" });
  if (!response.ok) throw new Error(`The list of the book's files did not come (${response.status}).`);
  return (await response.json()) as Manifest;
}

/** The file as it came, if it is the one that the list means; else an error. */
export async function verified(response: Response, file: File): Promise<Response> {
  if (!response.ok) throw new Error(`${file.path || "The front page"} did not come (${response.status}).`);
  const bytes = await response.arrayBuffer();
  if ((await sha256(bytes)) !== file.sha256) throw new WrongFile(file.path);
  const headers = new Headers(response.headers);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name); // it is unpacked
  return new Response(bytes, { headers });
}

/** A file of another release, or a damaged one. */
export class WrongFile extends Error {
  override name = "WrongFile";
  constructor(path: string) {
    super(`${path || "The front page"} is not the file of this release.`);
  }
}

/** The files of one release in this browser. */
export class Shelf {
  readonly name: string;
  #cache: Promise<Cache> | null = null;

  constructor(
    readonly root: string,
    readonly release: string,
  ) {
    this.name = prefixOf(root) + release;
  }

  /** Other releases of this book that are still here. */
  async others(): Promise<Shelf[]> {
    const prefix = prefixOf(this.root);
    const names = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== this.name);
    return names.map((name) => new Shelf(this.root, name.slice(prefix.length)));
  }

  async get(path: string): Promise<Response | undefined> {
    return (await this.#open()).match(this.root + path);
  }

  async put(path: string, response: Response): Promise<void> {
    await (await this.#open()).put(this.root + path, response);
  }

  /** Keeps what came, if it is the file that the list means. */
  async accept(file: File, response: Response): Promise<void> {
    await this.put(file.path, await verified(response, file));
  }

  /** Fetches a file and keeps it; one that is there already stays. */
  async fetch(file: File, signal?: AbortSignal): Promise<void> {
    if (await this.get(file.path)) return;
    const init: RequestInit = signal ? { signal } : {};
    const address = this.root + file.path;
    try {
      await this.accept(file, await fetch(address, init));
    } catch (error) {
      if (!(error instanceof WrongFile)) throw error;
      // The browser's own cache may still hold the file of another release.
      await this.accept(file, await fetch(address, { ...init, cache: "reload" }));
    }
  }

  async paths(): Promise<Set<string>> {
    const requests = await (await this.#open()).keys();
    return new Set(requests.map(({ url }) => pathOf(url, this.root) ?? ""));
  }

  async manifest(): Promise<Manifest | null> {
    return ((await (await this.get(MANIFEST))?.json()) as Manifest | undefined) ?? null;
  }

  async isWhole(): Promise<boolean> {
    return (await this.get(WHOLE)) !== undefined;
  }

  async setWhole(): Promise<void> {
    await this.put(WHOLE, new Response());
  }

  /** Empties it but for the list, without which nothing could be kept anew. */
  async clear(): Promise<void> {
    const cache = await this.#open();
    const gone = (await cache.keys()).filter(({ url }) => pathOf(url, this.root) !== MANIFEST);
    await Promise.all(gone.map((request) => cache.delete(request)));
  }

  async remove(): Promise<void> {
    this.#cache = null;
    await caches.delete(this.name);
  }

  #open(): Promise<Cache> {
    return (this.#cache ??= caches.open(this.name));
  }
}
