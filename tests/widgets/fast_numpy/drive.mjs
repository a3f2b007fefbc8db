/**
 * Installs NumPy's kernels in the reader's Python, first with planted faults, and then lets fuzz.py try them.
 * Prints one JSON line: what each installation said, and how many products of each kind were wrong.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const assets = join(here, "../../../docs/assets");
const { install } = await import(pathToFileURL(join(assets, "fast-numpy/fast-numpy.mjs")).href);
const { loadPyodide } = await import(pathToFileURL(join(assets, "pyodide/pyodide.mjs")).href);
const bytes = readFileSync(join(assets, "fast-numpy/fast-numpy.wasm"));
const said = {};

/** The kernels with one instruction put for another everywhere: additions for products, say. */
function withFault(from, to) {
  const wrong = Buffer.from(bytes);
  for (let at = wrong.indexOf(from); at >= 0; at = wrong.indexOf(from, at + 1)) to.copy(wrong, at);
  return new WebAssembly.Module(wrong);
}

const pyodide = await loadPyodide({ indexURL: join(assets, "pyodide") });
await pyodide.loadPackage("numpy", { messageCallback() {} });
const fuzz = pyodide.runPython(readFileSync(join(here, "fuzz.py"), "utf8") + "\nfuzz");
const wrong = (count) => JSON.parse(fuzz(count));

said.before = wrong(60);
const simd = (code) => Buffer.from([0xfd, code & 0x7f | 0x80, 0x01]);
said.addedForMultiplied32 = install(pyodide, withFault(simd(0xe6), simd(0xe4))); // f32x4.mul, f32x4.add
said.addedForMultiplied64 = install(pyodide, withFault(simd(0xf2), simd(0xf0))); // f64x2.mul, f64x2.add
said.afterFaults = wrong(60);
pyodide.runPython("import numpy; known, numpy.__version__ = numpy.__version__, '2.99'");
said.otherVersion = install(pyodide, new WebAssembly.Module(bytes));
pyodide.runPython("numpy.__version__ = known");
const start = performance.now();
said.whole = install(pyodide, new WebAssembly.Module(bytes));
said.milliseconds = performance.now() - start;
said.again = install(pyodide, new WebAssembly.Module(bytes));
said.after = wrong(3000);
said.faster = pyodide.runPython("faster()");
console.log(JSON.stringify(said));
