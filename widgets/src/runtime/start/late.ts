/**
 * The files that a start from the image leaves out: Python's standard library, the rest of NumPy,
 * book_code's sources and data, and Matplotlib's where the image has it. They come after the first answer;
 * where Python looks for one of them earlier, it waits while they are fetched.
 */
import { checksum, unpack } from "./bundle.ts";
import { fetchBytes, fetchNow } from "./fetching.ts";
import type { FileNode, FileSystem } from "./internals.ts";
import { undisturbed } from "./undisturbed.ts";
import { addWeights } from "./weights.ts";

export interface LateFile {
  file: string;
  size: number;
  sum: number;
}

export interface LateFiles {
  library: LateFile;
  rests: LateFile[];
  /** The packages' folders, which are there from the start, empty or nearly so. */
  folders: string[];
}

/** The head of the bundle of files; its only part is what they hold, one after the other. */
export interface RestHead {
  files: [path: string, size: number][];
}

const LIBRARY_FOLDER = "/lib";
const LIBRARY = `${LIBRARY_FOLDER}/python314.zip`;

/** Makes the file system fetch them when they are missed; gives a function that fetches them now. */
export function addLate(FS: FileSystem, folder: string, late: LateFiles): () => Promise<void> {
  const wanted = [late.library, ...late.rests];
  const stop = new AbortController();
  let there = false;
  let coming: Promise<void> | undefined;
  FS.unlink(LIBRARY); // the empty one that Pyodide was given
  const unwatch = watchFolders(FS, late.folders, () => {
    if (there) return;
    stop.abort(); // the same address is never asked for twice at once
    put(undisturbed(() => wanted.map(({ file }) => fetchNow(folder + file))));
  });

  function put(contents: Uint8Array<ArrayBuffer>[]): void {
    contents.forEach((bytes, i) => {
      if (checksum(bytes) !== wanted[i]!.sum) throw new Error(`${wanted[i]!.file} is damaged.`);
    });
    there = true;
    unwatch();
    const [library, ...rests] = contents;
    FS.writeFile(LIBRARY, library!, { canOwn: true });
    for (const rest of rests) {
      const { head, parts } = unpack<RestHead>(rest);
      putFiles(FS, head, parts[0]!);
    }
    addWeights(FS, folder);
  }

  async function complete(): Promise<void> {
    const fetched = wanted.map(({ file, size }) =>
      fetchBytes(folder + file, { size, signal: stop.signal }),
    );
    const contents = await Promise.all(fetched);
    if (!there) put(contents);
  }

  return async () => {
    if (there) return;
    coming ??= complete().finally(() => (coming = undefined));
    await coming.catch((error: unknown) => {
      if (!there) throw error;
    });
  };
}

export function putFiles(FS: FileSystem, head: RestHead, contents: Uint8Array<ArrayBuffer>): void {
  const made = new Set<string>();
  let place = 0;
  for (const [path, size] of head.files) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (!made.has(folder)) FS.mkdirTree(folder);
    made.add(folder);
    FS.writeFile(path, contents.subarray(place, place + size), { canOwn: true });
    place += size;
  }
}

/** Calls back before the library is said to be missing, or anything in one of the folders, or they are listed. */
function watchFolders(FS: FileSystem, folders: string[], missed: () => void): () => void {
  const before = new Map<FileNode, FileNode["node_ops"]>();
  const fetched = (): boolean => {
    try {
      missed();
    } catch (error) {
      console.warn(error);
      return false;
    }
    return true;
  };
  for (const path of [LIBRARY_FOLDER, ...folders]) {
    FS.mkdirTree(path);
    const { node } = FS.lookupPath(path);
    const ops = node.node_ops;
    before.set(node, ops);
    node.node_ops = {
      ...ops,
      lookup(parent: FileNode, name: string) {
        const wanted = path !== LIBRARY_FOLDER || LIBRARY === `${path}/${name}`;
        return wanted && fetched() ? FS.lookupNode(parent, name) : ops.lookup(parent, name);
      },
      readdir(folder: FileNode) {
        if (path !== LIBRARY_FOLDER) fetched();
        return ops.readdir(folder);
      },
    };
  }
  return () => {
    for (const [node, ops] of before) node.node_ops = ops;
  };
}
