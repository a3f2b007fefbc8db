/**
 * Matplotlib for a cell that draws: one bundle of compiled files, put into Python's file system at once. Unlike
 * a second memory image it can come when cells have run already, and loses none of their names.
 */
import type { PyodideAPI } from "pyodide";
import { sha256 } from "../../core/hash.ts";
import { unpack } from "./bundle.ts";
import { fetchBytes } from "./fetching.ts";
import type { Module } from "./internals.ts";
import { putFiles, type RestHead } from "./late.ts";

/** What the build knows of the bundle, as JSON; null where there is none. */
declare const DRAWING: string | null;

interface Drawing {
  file: string;
  size: number;
  sha256: string;
  /** The packages that it holds, by the names of the lock file. */
  packages: string[];
}

const drawing = DRAWING === null ? null : (JSON.parse(DRAWING) as Drawing);
let fetched: Promise<Uint8Array<ArrayBuffer>> | null = null;

/** Begins to fetch the bundle; what goes wrong is told where it is waited for. */
export function fetchDrawing(folder: string, count: (bytes: number, more?: number) => void): void {
  if (!drawing || fetched) return;
  count(0, drawing.size);
  fetched = fetchWhole(`${folder}${drawing.file}`, drawing, count);
  fetched.catch(() => {});
}

/** Puts it in place. Where it cannot be had Pyodide's own way to load the packages is left to try. */
export async function addDrawing(pyodide: PyodideAPI): Promise<void> {
  if (!drawing || !fetched) return;
  try {
    const { head, parts } = unpack<RestHead>(await fetched);
    putFiles((pyodide as unknown as { _module: Module })._module.FS, head, parts[0]!);
    pyodide.runPython("import importlib; importlib.invalidate_caches()");
    for (const name of drawing.packages) pyodide.loadedPackages[name] = "bundle";
  } catch (error) {
    fetched = null; // the next drawing asks again
    performance.mark("drawing-refused", { detail: String(error) });
  }
}

async function fetchWhole(
  url: string,
  { size, sha256: right }: Drawing,
  count: (bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await fetchBytes(url, { size, count: (bytes) => count(bytes) });
  if ((await sha256(bytes)) !== right) throw new Error(`${url} is damaged.`);
  return bytes;
}
