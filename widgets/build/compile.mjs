/**
 * Compiles archives of Python modules with the very Python that will load them:
 *
 *     node compile.mjs '{"pyodide": FOLDER, "from": FOLDER, "to": FOLDER, "archives": {NAME: PLACE}}'
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const order = JSON.parse(process.argv[2]);
const { loadPyodide } = await import(pathToFileURL(join(order.pyodide, "pyodide.mjs")).href);
const pyodide = await loadPyodide({ indexURL: order.pyodide });
for (const side of ["from", "to"]) {
  pyodide.FS.mkdirTree(`/${side}`);
  pyodide.mountNodeFS(`/${side}`, order[side]);
}
pyodide.runPython(readFileSync(fileURLToPath(new URL("compile_archives.py", import.meta.url)), "utf8"));
const compileArchive = pyodide.globals.get("compile_archive");
for (const [name, place] of Object.entries(order.archives)) {
  compileArchive(`/from/${name}`, `/to/${name}`, place);
  console.log(name);
}
