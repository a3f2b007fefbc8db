/**
 * Bundles the front end: book.js (a module; elements are chunks that load when they are on the page),
 * worker.js (Python off the main thread), unpacker.js (a worker that fetches what Python starts from),
 * search.js (a worker that searches when asked), service-worker.js (the book without a network) and book.css
 * (the book's styles, then each element's).
 *
 *     node widgets/build/bundle.mjs OUT_FOLDER
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const source = resolve(here, "../src");
const outdir = resolve(process.argv[2] ?? resolve(here, "../../docs/assets/book"));

const shared = {
  bundle: true,
  minify: true,
  outdir,
  logLevel: "warning",
  loader: {
    ".py": "text",
    ".woff2": "file",
    ".woff": "empty", // every browser that runs WebAssembly reads woff2
    ".ttf": "empty",
  },
  assetNames: "fonts/[name]-[hash]",
};

rmSync(outdir, { recursive: true, force: true });
const [image, drawing] = ["image", "drawing"].map((name) =>
  resolve(here, `../../docs/assets/pyodide/${name}.json`),
);

/** Changes with every source, so that a page and a worker of different releases know it of each other. */
function release() {
  const hash = createHash("sha256");
  for (const path of [image, drawing]) hash.update(existsSync(path) ? readFileSync(path) : "");
  for (const path of readdirSync(source, { recursive: true }).sort()) {
    if (/\.(ts|py)$/.test(path)) hash.update(path).update(readFileSync(join(source, path)));
  }
  return hash.digest("hex").slice(0, 16);
}

/** uPlot writes numbers in the browser's language and dies where WebKit calls it "C"; the book's is English. */
const english = {
  name: "english",
  setup({ onLoad }) {
    onLoad({ filter: /uPlot\.esm\.js$/ }, ({ path }) => {
      const [before, after, ...more] = readFileSync(path, "utf8").split("nav.language");
      if (after === undefined || more.length) throw new Error("uPlot asks for the language elsewhere.");
      return { contents: `${before}"en"${after}` };
    });
  },
};

/** zstddec fetches its program from an address that holds it, which the book's policy forbids; here it is at hand. */
const atHand = {
  name: "at-hand",
  setup({ onLoad }) {
    onLoad({ filter: /zstddec\.mjs$/ }, ({ path }) => {
      const [before, after, ...more] = readFileSync(path, "utf8").split(
        "fetch(`data:application/wasm;base64,${wasm}`).then((response) => response.arrayBuffer())",
      );
      if (after === undefined || more.length) throw new Error("zstddec has its program elsewhere.");
      const instead = "Promise.resolve(Uint8Array.from(atob(wasm), (letter) => letter.charCodeAt(0)))";
      return { contents: `${before}${instead}${after}` };
    });
  },
};

const define = { RELEASE: JSON.stringify(release()) };
const modules = { ...shared, format: "esm", target: "es2022" };
await build({
  ...modules,
  entryPoints: { book: join(source, "main.ts") },
  splitting: true,
  chunkNames: "[name]-[hash]",
  plugins: [english],
  define,
});
// The worker is one file; it starts Python from this image, draws with this bundle, runs these kernels, and no others.
const known = (path) => (existsSync(path) ? JSON.stringify(readFileSync(path, "utf8")) : "null");
const integrity = (path) =>
  JSON.stringify(`sha256-${createHash("sha256").update(readFileSync(resolve(here, "../../docs/assets", path))).digest("base64")}`);
const hashes = { KERNELS: integrity("fast-numpy/fast-numpy.wasm"), LOCK: integrity("pyodide/pyodide-lock.json") };
await build({
  ...modules,
  entryPoints: { worker: join(source, "runtime/worker.ts") },
  define: { ...define, IMAGE: known(image), DRAWING: known(drawing), ...hashes },
});
await build({
  ...modules,
  entryPoints: { unpacker: join(source, "runtime/start/unpacker.ts") },
  plugins: [atHand],
});

// Classic: the theme starts its search so, and not every browser has service workers that are modules. The
// release puts the service worker at the site's root.
await build({
  ...shared,
  entryPoints: { search: join(source, "search/worker.ts"), "service-worker": join(source, "offline/service-worker.ts") },
  format: "iife",
  target: "es2022",
});

const styles = ["styles/book.css"];
for (const name of readdirSync(join(source, "elements")).sort()) {
  styles.push(`elements/${name}/style.css`);
}
await build({
  ...shared,
  stdin: {
    contents: styles
      .filter((path) => existsSync(join(source, path)))
      .map((path) => `@import "./${path}";`)
      .join("\n"),
    resolveDir: source,
    loader: "css",
    sourcefile: "book.css",
  },
  entryNames: "book",
  external: ["./images/*"],
});
