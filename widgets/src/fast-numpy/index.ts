/**
 * Faster NumPy for any page with Pyodide: the loops of np.matmul are replaced by kernels with SIMD.
 *
 *     const kernels = await WebAssembly.compileStreaming(fetch("fast-numpy.wasm"));
 *     console.log(install(pyodide, kernels)); // { installed: ["matmul_f32", "matmul_f64", "dot"], reason: null }
 *
 * A ufunc holds an array of loops, one for each row of np.matmul.types; each is a slot of Pyodide's function table,
 * and a kernel of the same type is put there. This file is the only one that knows how: it is tied to the versions
 * below, compares kernel and loop on many products when it installs, and puts the loop back where they differ.
 */
import type { PyodideAPI } from "pyodide";
import source from "./fast_numpy.py";

const KNOWN = ["2.4.3"]; // versions of NumPy whose PyUFuncObject is laid out as below
/** Offsets in PyUFuncObject on wasm32, in words. */
const [NIN, NOUT, NARGS, FUNCTIONS, NTYPES] = [2, 3, 4, 6, 8] as const;
const LOOPS = { matmul_f32: "ff->f", matmul_f64: "dd->d" };

type Loop = (args: number, dims: number, steps: number, data: number) => void;
interface Internals {
  wasmTable: WebAssembly.Table;
  wasmTableMirror?: unknown[];
  HEAPU32: Uint32Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
}
interface Kernels {
  room(): number;
  place(address: number): void;
  matmul_f32: Loop;
  matmul_f64: Loop;
}
interface Half {
  installed: boolean;
  probes(): unknown;
  differences(stock: unknown, patched: unknown): { length: number; toString(): string };
  use_matmul_for_dot(): void;
}

export interface Report {
  installed: string[];
  /** Why NumPy is as it was, or null. */
  reason: string | null;
}

/** Installs the kernels, or leaves NumPy as it is and says why. Never throws, and never leaves it half done. */
export function install(pyodide: PyodideAPI, compiled: WebAssembly.Module): Report {
  try {
    return attempt(pyodide, compiled);
  } catch (error) {
    return { installed: [], reason: String(error) };
  }
}

function attempt(pyodide: PyodideAPI, compiled: WebAssembly.Module): Report {
  const inside = (pyodide as unknown as { _module: Internals })._module;
  const version = pyodide.runPython("import numpy; numpy.__version__") as string;
  if (!KNOWN.includes(version)) return { installed: [], reason: `NumPy ${version} is not known` };
  const half = pythonHalf(pyodide);
  if (half.installed) return { installed: [], reason: "they are installed already" };
  const slots = slotsOf(pyodide, inside);
  const stock = Object.fromEntries(slots.map(([name, slot]) => [name, inside.wasmTable.get(slot) as Loop]));
  const memory = memoryOf(pyodide);
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory }, numpy: stock });
  const kernels = exports as unknown as Kernels;
  const expected = half.probes();
  const address = inside._malloc(kernels.room() + 15);
  if (!address) return { installed: [], reason: "no memory for the panels" };
  kernels.place((address + 15) & ~15);
  const put = (loops: Record<string, unknown>): void => {
    for (const [name, slot] of slots) {
      inside.wasmTable.set(slot, loops[name] as Loop);
      if (inside.wasmTableMirror) inside.wasmTableMirror[slot] = loops[name];
    }
  };
  put(exports);
  const wrong = half.differences(expected, half.probes());
  if (wrong.length > 0) {
    put(stock);
    inside._free(address);
    return { installed: [], reason: `other results than NumPy's own: probes ${wrong.toString()}` };
  }
  half.use_matmul_for_dot();
  return { installed: [...slots.map(([name]) => name), "dot"], reason: null };
}

/** Where in the table the loops stand. */
function slotsOf(pyodide: PyodideAPI, inside: Internals): [name: string, slot: number][] {
  const object = (pyodide.runPython("import numpy; id(numpy.matmul)") as number) >>> 2;
  const types = (pyodide.runPython("' '.join(numpy.matmul.types)") as string).split(" ");
  const { HEAPU32, wasmTable } = inside; // asked for after Python ran: its memory may have moved
  const [inputs, outputs, all, count] = [NIN, NOUT, NARGS, NTYPES].map((word) => HEAPU32[object + word]);
  if (inputs !== 2 || outputs !== 1 || all !== 3 || count !== types.length) throw new Error("np.matmul is laid out otherwise");
  const functions = HEAPU32[object + FUNCTIONS]! >>> 2;
  return Object.entries(LOOPS).map(([name, type]) => {
    const slot = HEAPU32[functions + types.indexOf(type)]!;
    if (!types.includes(type) || typeof wasmTable.get(slot) !== "function") throw new Error(`np.matmul has no loop for ${type}`);
    return [name, slot];
  });
}

/** The memory that Python lives in. */
function memoryOf(pyodide: PyodideAPI): WebAssembly.Memory {
  const module = (pyodide as unknown as { _module: Record<string, unknown> })._module;
  const loaded = module["LDSO"] as { loadedLibsByName?: Record<string, { exports?: Record<string, unknown> }> } | undefined;
  const memory = module["wasmMemory"] ?? module["memory"] ?? loaded?.loadedLibsByName?.["__main__"]?.exports?.["memory"];
  if (!(memory instanceof WebAssembly.Memory)) throw new Error("Pyodide's memory was not found");
  return memory;
}

function pythonHalf(pyodide: PyodideAPI): Half {
  pyodide.registerJsModule("_fast_numpy_source", { source });
  pyodide.runPython(`
import sys, types
import _fast_numpy_source
if "fast_numpy" not in sys.modules:
    module = types.ModuleType("fast_numpy")
    exec(compile(_fast_numpy_source.source, "<fast_numpy>", "exec"), module.__dict__)
    sys.modules["fast_numpy"] = module
`);
  pyodide.unregisterJsModule("_fast_numpy_source");
  return pyodide.pyimport("fast_numpy") as unknown as Half;
}
