/**
 * A limit on Python's memory: past it, code gets a MemoryError that names its line, instead of a tab that the
 * browser ends. Growing is refused where Pyodide asks the browser for it.
 */
import type { PyodideAPI } from "pyodide";

const PAGE = 65_536;
const LIMIT = 2 ** 31 / PAGE; // friendly_errors.py names it
const RESERVE = 2 ** 25 / PAGE; // for telling of the error, and for tidying up

export interface MemoryLimit {
  /** Before each task: what is full already may still be tidied up. */
  grant(): void;
}

interface Internals {
  LDSO?: { loadedLibsByName: Record<string, { exports: { memory?: WebAssembly.Memory } }> };
  wasmMemory?: WebAssembly.Memory;
}

/** Null where this Pyodide keeps its memory elsewhere: then the browser's own limit holds. */
export function limitMemory(pyodide: PyodideAPI): MemoryLimit | null {
  const inside = (pyodide as unknown as { _module: Internals })._module;
  const memory = inside.wasmMemory ?? inside.LDSO?.loadedLibsByName["__main__"]?.exports.memory;
  if (!memory) return null;
  let limit = LIMIT;
  let refused = false;
  const size = (): number => memory.buffer.byteLength / PAGE;
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    if (size() + pages > limit) {
      if (!refused) limit = Math.max(limit, size()) + RESERVE;
      refused = true;
      throw new RangeError("The memory that a page may use is full.");
    }
    return grow(pages);
  };
  return {
    grant() {
      refused = false;
      limit = Math.max(LIMIT, size() + RESERVE);
    },
  };
}
