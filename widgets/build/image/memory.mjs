/** Starts Pyodide under Node, fills its memory layer by layer, and gives it after each with all its places. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SITE_PACKAGES } from "./files.mjs";
import { describe, record } from "./recorder.mjs";

/** Engines fill the table differently when the main module starts; the libraries begin well above. */
const FIRST_SLOT = 16384;
const HEADER = 48;

const load = (folder, name) => import(pathToFileURL(join(folder, name)).href);

/** `order` names the folders and the layers; `kernel` holds the sources of book_kernel. */
export async function fillMemory(order, kernel) {
  const recorder = record();
  const { loadPyodide } = await load(order.pyodide, "pyodide.mjs");
  let fresh;
  const python = await loadPyodide({
    indexURL: order.pyodide,
    stdLibURL: join(order.distribution, "python_stdlib.zip"),
    env: order.env,
    _makeSnapshot: true,
    createPyodideModule: (settings) => makeModule(order.pyodide, settings, (found) => (fresh = found)),
  });
  putSources(python.FS, order, kernel);
  const layers = order.layers.map(({ folder, fill }) => {
    copyFolder(python.FS, folder, SITE_PACKAGES);
    return fillLayer(python, fill, () => describe(python._module, recorder, fresh));
  });
  recorder.stop();
  return layers;
}

/** Runs what fills a layer, in Python, and takes the memory as it is then. */
function fillLayer(python, fill, placesNow) {
  const M = python._module;
  const selfTest = python.runPython(`import sys; sys.path.insert(0, '/tmp'); import prepare; ${fill}`);
  python.runPython("import prepare; sys.path.remove('/tmp'); del sys.modules['prepare']; prepare.clear()");
  const modules = python.runPython("import sys; n = len(sys.modules); del sys; n");
  python.runPython("del n; import gc; gc.collect(); del gc");
  freeFiles(M);
  zeroFree(M);
  const snapshot = python.makeMemorySnapshot();
  const places = placesNow();
  const [, start, length] = new Uint32Array(snapshot.buffer, 0, 3);
  return {
    memory: snapshot.slice(start),
    state: JSON.parse(new TextDecoder().decode(snapshot.subarray(HEADER, HEADER + length))),
    buildId: python._api.config.BUILD_ID,
    places,
    libraries: places.libraries.map(({ name }) => python.FS.readFile(name)),
    selfTest,
    modules,
  };
}

/** The docstrings of all that the image imports, as JSON: from a Python of its own, since they would leave holes. */
export async function docstringsOf(order, kernel) {
  const { loadPyodide } = await load(order.pyodide, "pyodide.mjs");
  const python = await loadPyodide({
    indexURL: order.pyodide,
    stdLibURL: join(order.distribution, "python_stdlib.zip"),
    env: order.env,
  });
  copyFolder(python.FS, order.layers[0].folder, SITE_PACKAGES);
  putSources(python.FS, order, kernel);
  return python.runPython("import sys; sys.path.insert(0, '/tmp'); import prepare; prepare.fill(); prepare.docstrings()");
}

function putSources(FS, order, kernel) {
  const home = `${order.env.HOME}/book_kernel`;
  FS.mkdirTree(home);
  for (const [name, source] of Object.entries(kernel)) FS.writeFile(`${home}/${name}`, source);
  for (const [name, source] of Object.entries(order.modules)) FS.writeFile(`${SITE_PACKAGES}/${name}.py`, source);
  FS.writeFile("/tmp/prepare.py", order.prepare);
}

/** Pyodide's module with the table grown to where the libraries begin; tells what stands below. */
async function makeModule(folder, settings, tell) {
  let main;
  let own;
  const { instantiateWasm } = settings;
  settings.instantiateWasm = (imports, done) =>
    instantiateWasm(imports, (instance, module) => {
      main = instance.exports;
      own = main.__indirect_function_table.length;
      done(instance, module);
    });
  const M = await (await load(folder, "pyodide.asm.mjs")).default(settings);
  M.wasmTable.grow(FIRST_SLOT - M.wasmTable.length);
  const offsets = Object.fromEntries(Object.entries(M.GOT).map(([name, entry]) => [name, entry.value]));
  const slots = Object.entries(main).map(([name, value]) =>
    typeof value === "function" ? (offsets[name] ?? 0) : 0,
  );
  tell({
    own,
    first: FIRST_SLOT,
    offsets,
    main: slots.map((slot, i) => slot - (slots[i - 1] ?? 0)),
    script: Object.fromEntries(
      Object.entries(offsets).filter(
        ([name, value]) => value >= own && value < FIRST_SLOT && typeof main[name] !== "function",
      ),
    ),
  });
  return M;
}

export function copyFolder(FS, from, to) {
  FS.mkdirTree(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const path = join(from, entry.name);
    if (entry.isDirectory()) copyFolder(FS, path, `${to}/${entry.name}`);
    else FS.writeFile(`${to}/${entry.name}`, readFileSync(path), { canOwn: true });
  }
}

/** The linker keeps the content of every library that it has loaded, at two words of its record. */
function freeFiles(M) {
  for (const handle of Object.keys(M.LDSO.loadedLibsByHandle).map(Number)) {
    const [content, size] = [(handle + 28) >> 2, (handle + 32) >> 2];
    if (!handle || !M.HEAPU32[content] || !M.HEAPU32[size]) continue;
    M._free(M.HEAPU32[content]);
    M.HEAPU32[content] = M.HEAPU32[size] = 0;
  }
}

/** Fills what is free with zeros, which compress: takes all of it, in sizes that fall, and gives it back. */
function zeroFree(M) {
  const end = () => M.HEAPU32[M._emscripten_get_sbrk_ptr() >>> 2];
  const taken = [];
  for (let size = 1 << 19; size >= 16; size >>= 1) {
    const before = end();
    while (end() === before) {
      const block = M._malloc(size);
      if (!block) break;
      M.HEAPU8.fill(0, block, block + size);
      taken.push(block);
    }
  }
  for (const block of taken.reverse()) M._free(block);
}
