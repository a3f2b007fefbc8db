/**
 * Python's large files, unpacked, in the site's own file system: there a start reads them in a few milliseconds,
 * where the browser's caches would hand over thirty megabytes piece by piece.
 */
import { removeCaches } from "../../core/caches.ts";
import { checksum } from "./bundle.ts";

type Bytes = Uint8Array<ArrayBuffer>;

export interface Kept {
  /** The file, if an earlier visit has kept it and it is whole. */
  find(name: string): Promise<Bytes | undefined>;
  /** Keeps a file for the next visit. */
  keep(name: string, make: () => Bytes | Promise<Bytes>): Promise<void>;
  /** Lets go of what other images have left. */
  tidy(): Promise<void>;
  forget(): Promise<void>;
}

/** What workers alone have, and TypeScript's DOM does not know. */
interface Handle {
  getSize(): number;
  read(into: ArrayBufferView): number;
  write(from: ArrayBufferView): number;
  truncate(size: number): void;
  close(): void;
}
interface File {
  createSyncAccessHandle(options: { mode: "read-only" | "readwrite" }): Promise<Handle>;
}
interface Folder {
  keys(): AsyncIterable<string>;
}

/** The files in one folder that belong to one image. A browser without such a place finds nothing and keeps nothing. */
export function keptFiles(folder: string, image: string): Kept {
  const ours = `python ${folder} `;
  const others = encodeURIComponent(ours);
  const own = others + image;
  const root = () => navigator.storage.getDirectory();
  const open = async (name: string, mode: "read-only" | "readwrite"): Promise<Handle> => {
    const create = mode === "readwrite";
    const place = await (await root()).getDirectoryHandle(own, { create });
    const file: unknown = await place.getFileHandle(name, { create });
    return (file as File).createSyncAccessHandle({ mode });
  };
  const remove = async (wanted: (name: string) => boolean): Promise<void> => {
    const place = await root();
    for await (const name of (place as unknown as Folder).keys()) {
      if (wanted(name)) await place.removeEntry(name, { recursive: true });
    }
  };
  return {
    async find(name) {
      try {
        return using(await open(name, "read-only"), read);
      } catch {
        return undefined; // not there yet, in another tab's hands, a private window, a page that is not secure
      }
    },
    async keep(name, make) {
      try {
        const bytes = await make();
        using(await open(name, "readwrite"), (handle) => write(handle, bytes));
      } catch {
        // No room, or another tab keeps it now: the next start fetches it as this one did.
      }
    },
    async tidy() {
      await remove((name) => name.startsWith(others) && name !== own).catch(() => {});
      await removeCaches(ours).catch(() => {}); // where the book kept these files before it had this place
    },
    async forget() {
      await remove((name) => name === own).catch(() => {});
    },
  };
}

function using<T>(handle: Handle, work: (handle: Handle) => T): T {
  try {
    return work(handle);
  } finally {
    handle.close();
  }
}

/** After a file's bytes: their number and checksum. */
const TRAILER = 8;

function read(handle: Handle): Bytes | undefined {
  const all = new Uint8Array(handle.getSize());
  handle.read(all);
  const size = all.length - TRAILER;
  const bytes = all.subarray(0, size);
  const trailer = new DataView(all.buffer, size);
  const whole = trailer.getUint32(0, true) === size && trailer.getUint32(4, true) === checksum(bytes);
  return whole ? bytes : undefined;
}

function write(handle: Handle, bytes: Bytes): void {
  const trailer = new DataView(new ArrayBuffer(TRAILER));
  trailer.setUint32(0, bytes.length, true);
  trailer.setUint32(4, checksum(bytes), true);
  handle.truncate(0);
  handle.write(bytes);
  handle.write(trailer);
}
