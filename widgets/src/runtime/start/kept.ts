/**
 * Python's two large files, unpacked, in Cache Storage. The browser's own cache of what came over the network
 * holds them compressed and unpacks thirty megabytes at every visit, a third of a warm start.
 */
import { own } from "./fetching.ts";

export interface Kept {
  /** The file, if an earlier visit has kept it. */
  find(url: string): Promise<Response | undefined>;
  /** Keeps the files for the next visit, from what the browser has at hand: nothing is fetched twice. */
  keep(urls: string[]): Promise<void>;
  forget(): Promise<void>;
}

/** The files in one folder that belong to one image; those of other images go when these are kept. */
export function keptFiles(folder: string, image: string): Kept {
  const others = `python ${folder} `; // no cache of the service worker begins like this
  const name = others + image;
  return {
    async find(url) {
      try {
        return await caches.match(url, { cacheName: name });
      } catch {
        return undefined; // a private window, or a page that is not secure
      }
    },
    async keep(urls) {
      try {
        const old = (await caches.keys()).filter((other) => other.startsWith(others) && other !== name);
        await Promise.all(old.map((other) => caches.delete(other)));
        const cache = await caches.open(name);
        for (const url of urls) {
          if (await caches.match(url)) continue; // here, or where the whole book is kept
          const response = await own.fetch(url, { cache: "only-if-cached", mode: "same-origin" });
          if (response.ok) await cache.put(url, response);
        }
      } catch {
        // No room, or a private window: the next start fetches them as this one did.
      }
    },
    async forget() {
      try {
        await caches.delete(name);
      } catch {
        // There was nothing to forget.
      }
    },
  };
}
