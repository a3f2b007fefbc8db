/**
 * What the build asks of Node, one JSON line a question and one a reply:
 *
 *   {"op": "run", "page": "name", "id": "cell", "code": "..."}      -> {"outputs": [...]}
 *   {"op": "check", "spec": {...}, "code": "..."}                   -> {"report": {...}}
 *   {"op": "forget", "page": "name"}                                -> {}
 *   {"op": "html", "outputs": [...]}                                -> {"html": "..."}
 *   {"op": "math", "tex": "...", "display": true}                   -> {"html": "..."}
 *
 * A question that fails is answered by {"error": "..."}. Python is the reader's own: Pyodide from
 * docs/assets/pyodide, started by the first question that needs it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import katex from "katex";
import { toHtml, toTree } from "../src/core/output.ts";

const here = dirname(fileURLToPath(import.meta.url));
const distribution = resolve(here, "../../docs/assets/pyodide");
const kernels = resolve(here, "../../docs/assets/fast-numpy");
const kernelSource = resolve(here, "../src/runtime");

/** Pyodide with NumPy and book_code, and the kernel as the package book_kernel. */
export async function startPython(folder = distribution) {
  const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);
  const quiet = { messageCallback() {}, errorCallback: (text) => console.error(text) };
  const pyodide = await loadPyodide({ indexURL: folder, stdout: console.error, stderr: console.error });
  const load = async (names) => {
    const missing = names.filter((name) => !(name in pyodide.loadedPackages));
    if (missing.length) await pyodide.loadPackage(missing, quiet);
  };
  await load(["numpy", "book-code"]);
  putWeights(pyodide.FS, folder);
  await speedUp(pyodide);
  const home = "/home/reader/book_kernel";
  pyodide.FS.mkdirTree(home);
  pyodide.FS.writeFile(`${home}/__init__.py`, "");
  for (const name of readdirSync(kernelSource).filter((name) => name.endsWith(".py"))) {
    pyodide.FS.writeFile(`${home}/${name}`, readFileSync(join(kernelSource, name), "utf8"));
  }
  pyodide.runPython("import sys; sys.path.insert(0, '/home/reader')");
  const kernel = pyodide.pyimport("book_kernel.kernel");
  const loadFor = async (code) => load(kernel.packages_needed(code).toJs());
  return { pyodide, kernel, load, loadFor };
}

/** On the page each comes when it is opened. */
function putWeights(FS, folder) {
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".npz"))) {
    const path = `/lib/python3.14/site-packages/book_code/weights/${name.replace(/-\w{8}\.npz$/, ".npz")}`;
    FS.writeFile(path, readFileSync(join(folder, name)));
  }
}

/** As on the page: NumPy's products by kernels with SIMD. */
async function speedUp(pyodide) {
  const { install } = await import(pathToFileURL(join(kernels, "fast-numpy.mjs")).href);
  const { reason } = install(pyodide, new WebAssembly.Module(readFileSync(join(kernels, "fast-numpy.wasm"))));
  if (reason) throw new Error(`NumPy's kernels cannot be installed: ${reason}`);
}

let python;
const pages = new Map();

async function kernelFor(page, code) {
  python ??= startPython();
  const { kernel, loadFor } = await python;
  await loadFor(code);
  if (!pages.has(page)) pages.set(page, kernel.Kernel());
  return pages.get(page);
}

/** The book's colours in formulas: \weight{w} is set in the colour of weights. */
const macros = {};
for (const [name, meaning] of Object.entries({
  data: "data",
  weight: "weight",
  act: "activation",
  grad: "gradient",
  target: "target",
})) {
  macros[`\\${name}`] = `\\htmlClass{${meaning}}{#1}`;
}

function math(tex, displayMode) {
  const html = katex.renderToString(tex, {
    displayMode,
    output: "htmlAndMathml",
    throwOnError: true,
    strict: (code) => (code === "htmlExtension" ? "ignore" : "error"),
    trust({ command }) {
      if (command === "\\htmlClass") return true; // what the macros of the book's colours use
      throw new Error(`KaTeX: ${command} has no place in a formula`);
    },
    macros: { ...macros },
  });
  // The search index takes one reading of a formula, not three. It leaves out an element until the first
  // end of a tag of that name: so the element has a tag that does not occur within.
  return html
    // KaTeX follows \max by the sign of a function's application, which a script has no place for.
    .replace(/<mo>\u2061<\/mo>(?=(<(m[ino])[^>]*>[^<]*<\/\2>)?<\/m(sub|sup|subsup)>)/g, "")
    .replace(/<span class="katex-html"(.*)<\/span><\/span>/s, '<bdi class="katex-html" data-search-exclude=""$1</bdi></span>')
    .replace("<annotation ", '<annotation data-search-exclude="" ');
}

const answers = {
  async run({ page, id, code }) {
    const kernel = await kernelFor(page, code);
    return { outputs: JSON.parse(kernel.run_json(code, id)) };
  },
  async check({ spec, code }) {
    const kernel = await kernelFor("", [code, spec.tests, spec.hidden].join("\n"));
    return { report: JSON.parse(kernel.check_json(JSON.stringify(spec), code)) };
  },
  async forget({ page }) {
    pages.get(page)?.destroy();
    pages.delete(page);
    return {};
  },
  async html({ outputs }) {
    return { html: toHtml(toTree(outputs)) };
  },
  async math({ tex, display }) {
    return { html: math(tex, display) };
  },
};

async function answer(line) {
  try {
    const question = JSON.parse(line);
    return await answers[question.op](question);
  } catch (error) {
    return { error: error.message };
  }
}

async function serve() {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await serve();
