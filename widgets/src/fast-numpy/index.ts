/**
 * Faster NumPy for any page with Pyodide: loops of np.matmul, exp, tanh, arithmetic, maximum and minimum give way to kernels with SIMD.
 *
 *     const kernels = await WebAssembly.compileStreaming(fetch("fast-numpy.wasm"));
 *     console.log(install(pyodide, kernels)); // { installed: ["matmul_f32", "matmul_f64", ...], reason: null }
 *
 * A ufunc holds an array of loops, one for each of its `types`; each is a slot of Pyodide's function table,
 * and a kernel of the same type is put there. This file is the only one that knows how: it is tied to the versions
 * below, compares kernel and loop on many operands when it installs, and puts the loop back where they differ.
 */
import type { PyodideAPI } from "pyodide";
import source from "./fast_numpy.py";

const KNOWN = ["2.4.3"]; // versions of NumPy whose PyUFuncObject is laid out as below
/** Offsets in PyUFuncObject on wasm32, in words. */
const [NIN, NOUT, NARGS, FUNCTIONS, NTYPES] = [2, 3, 4, 6, 8] as const;
/** The kernels, named <ufunc>_<type>, and the loops whose place they take. */
const KERNELS = {
  matmul: ["ff->f", "dd->d"],
  exp: ["f->f"],
  tanh: ["f->f", "d->d"],
  add: ["ff->f"],
  subtract: ["ff->f"],
  multiply: ["ff->f"],
  divide: ["ff->f", "dd->d"],
  maximum: ["ff->f", "dd->d"],
  minimum: ["ff->f", "dd->d"],
};

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
}
interface Half {
  installed: boolean;
  describe(ufunc: string): string;
  expected(): unknown;
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
  const { __version__: version } = pyodide.pyimport("numpy") as { __version__: string };
  if (!KNOWN.includes(version)) return { installed: [], reason: `NumPy ${version} is not known` };
  const half = pythonHalf(pyodide);
  if (half.installed) return { installed: [], reason: "they are installed already" };
  const slots = slotsOf(inside, half);
  const stock = Object.fromEntries(slots.map(([name, slot]) => [name, inside.wasmTable.get(slot) as Loop]));
  const memory = memoryOf(pyodide);
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory }, numpy: stock });
  const kernels = exports as unknown as Kernels;
  const expected = half.expected();
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

/** The kernels' names, and where in the table the loops stand that they take the place of. */
function slotsOf(inside: Internals, half: Half): [name: string, slot: number][] {
  return Object.entries(KERNELS).flatMap(([ufunc, loops]) => {
    const [address, ...types] = half.describe(ufunc).split(" ");
    const object = Number(address) >>> 2;
    const { HEAPU32, wasmTable } = inside; // asked for after Python ran: its memory may have moved
    const operands = loops[0]!.indexOf("-");
    const found = [NIN, NOUT, NARGS, NTYPES].map((word) => HEAPU32[object + word]);
    if (String(found) !== String([operands, 1, operands + 1, types.length])) throw new Error(`np.${ufunc} is laid out otherwise`);
    const functions = HEAPU32[object + FUNCTIONS]! >>> 2;
    return loops.map((loop): [string, number] => {
      const slot = HEAPU32[functions + types.indexOf(loop)]!;
      if (!types.includes(loop) || typeof wasmTable.get(slot) !== "function") throw new Error(`np.${ufunc} has no loop ${loop}`);
      return [`${ufunc}_${loop.startsWith("d") ? "f64" : "f32"}`, slot];
    });
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

/** The module fast_numpy: from a memory image, where it is imported already, else from its source. */
function pythonHalf(pyodide: PyodideAPI): Half {
  const { modules } = pyodide.pyimport("sys") as { modules: { has(name: string): boolean } };
  if (!modules.has("fast_numpy")) {
    const globals = pyodide.toPy({ source }); // the page's own names stay as they are
    pyodide.runPython(
      `import sys, types
module = types.ModuleType("fast_numpy")
exec(compile(source, "<fast_numpy>", "exec"), module.__dict__)
sys.modules["fast_numpy"] = module`,
      { globals },
    );
  }
  return pyodide.pyimport("fast_numpy") as unknown as Half;
}
