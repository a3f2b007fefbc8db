/** Fetches the whole book into the browser, and removes it again. */
import { fetchManifest, Shelf, WrongFile, type File } from "./files";
import { canKeep, registered, release, root, tell } from "./release";

const AT_ONCE = 4;

export interface Size {
  /** Bytes that are here already, and bytes of the whole book. */
  readonly here: number;
  readonly all: number;
}

const shelf = (): Shelf => new Shelf(root, release ?? "");

export async function isKept(): Promise<boolean> {
  return shelf().isWhole();
}

export async function size(): Promise<Size> {
  const { files } = await list();
  const paths = await shelf().paths();
  return { here: sum(files.filter(({ path }) => paths.has(path))), all: sum(files) };
}

/** In words, what keeps anything from being kept; null if nothing does. */
export async function refused(): Promise<string | null> {
  const kept = canKeep() && (await registered()) && (await shelf().isWhole().then(() => true, () => false));
  if (kept) return null;
  if (release === null) return "This copy of the book is not a released one (`nox -s build` makes one); it keeps nothing.";
  if (!isSecureContext) return "Browsers keep pages only of hosts that are reached by https; this one is not.";
  return "This browser keeps no pages here, perhaps because the window is a private one.";
}

/** Calls back with what is here after each file. What came stays, so that a second try goes on from there. */
export async function keepAll(signal: AbortSignal, progress: (size: Size) => void): Promise<void> {
  const { files } = await list();
  const all = sum(files);
  let here = 0;
  const todo = [...files];
  const one = async (): Promise<void> => {
    for (let file = todo.shift(); file; file = todo.shift()) {
      signal.throwIfAborted();
      await shelf().fetch(file, signal);
      here += file.size;
      progress({ here, all });
    }
  };
  const lines = Array.from({ length: AT_ONCE }, one); // so many files at once
  try {
    await Promise.all(lines);
  } catch (error) {
    todo.length = 0;
    await Promise.allSettled(lines);
    throw new Error(signal.aborted ? "Stopped." : inWords(error));
  }
  await shelf().setWhole();
  void navigator.storage?.persist?.().catch(() => false); // else a browser short of room may drop it
  await tell({ kind: "changed" });
}

export async function drop(): Promise<void> {
  await shelf().clear();
  await tell({ kind: "changed" });
}

async function list(): Promise<{ files: readonly File[] }> {
  const manifest = (await shelf().manifest()) ?? (await fetchManifest(root));
  if (manifest.release !== release) throw new Error("There is a newer edition of the book: reload the page first.");
  return manifest;
}

function sum(files: readonly File[]): number {
  return files.reduce((total, { size }) => total + size, 0);
}

function inWords(error: unknown): string {
  if (error instanceof WrongFile) return "There may be a newer edition of the book: reload the page and try again.";
  if (error instanceof DOMException && error.name === "QuotaExceededError")
    return "This device has no room for it. What came so far stays.";
  if (error instanceof TypeError) return "The network failed. What came so far stays; try again to go on.";
  return error instanceof Error ? error.message : String(error);
}
