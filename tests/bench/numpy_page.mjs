/** Runs a Python file in the reader's Python, before and after NumPy's kernels are installed: node numpy_page.mjs FILE */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const assets = fileURLToPath(new URL("../../docs/assets", import.meta.url));
const { install } = await import(pathToFileURL(join(assets, "fast-numpy/fast-numpy.mjs")).href);
const { loadPyodide } = await import(pathToFileURL(join(assets, "pyodide/pyodide.mjs")).href);

async function start() {
  const pyodide = await loadPyodide({ indexURL: join(assets, "pyodide") });
  await pyodide.loadPackage(["numpy", "book-code"], { messageCallback() {} });
  return pyodide;
}
const measured = (pyodide) => JSON.parse(pyodide.runPython(`${readFileSync(process.argv[2], "utf8")}\nmeasured()`));

const stock = measured(await start());
const python = await start();
const { reason } = install(python, new WebAssembly.Module(readFileSync(join(assets, "fast-numpy/fast-numpy.wasm"))));
if (reason) throw new Error(reason);
console.log(JSON.stringify({ stock, fast: measured(python) }));
