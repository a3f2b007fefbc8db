/**
 * Makes the memory image and the bundle of the files that it leaves out:
 *
 *     node make.mjs '{"pyodide": FOLDER, "distribution": FOLDER, "files": FOLDER, "packages": [...]}'
 *
 * Writes image-HASH.wasm, rest-HASH.wasm and image.json into the distribution.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { checksum, pack } from "../../src/runtime/start/bundle.ts";
import { gatherFiles } from "./files.mjs";
import { docstringsOf, fillMemory, SITE_PACKAGES } from "./memory.mjs";
import { sparse } from "./sparse.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const runtime = resolve(here, "../../src/runtime");
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** The Python half of the page, as the worker has it. */
async function kernelSources() {
  const { outputFiles } = await build({
    entryPoints: [join(runtime, "python.ts")],
    bundle: true,
    write: false,
    format: "esm",
    loader: { ".py": "text" },
  });
  const source = Buffer.from(outputFiles[0].contents).toString("base64");
  return (await import(`data:text/javascript;base64,${source}`)).BOOK_KERNEL;
}

async function make(order) {
  const full = {
    ...order,
    env: { HOME: "/home/reader", PYTHONHASHSEED: "0" },
    prepare: readFileSync(join(here, "prepare.py"), "utf8"),
    modules: {
      book_image: readFileSync(join(runtime, "start/book_image.py"), "utf8"),
      fast_numpy: readFileSync(join(runtime, "../fast-numpy/fast_numpy.py"), "utf8"),
    },
  };
  const kernel = await kernelSources();
  const made = await fillMemory(full, kernel);
  const { block, runs, pages } = await sparse(made, order.pyodide);
  const { buildId, places, state, selfTest } = made;
  const head = { buildId, places, state, selfTest, block };
  const image = pack(head, [...made.libraries, runs, pages]);
  const library = (name) => name.endsWith(".so"); // these are in the image
  const { files, contents } = gatherFiles(order.files, SITE_PACKAGES, (name) => !library(name));
  const docstrings = Buffer.from(await docstringsOf(full, kernel));
  files.push([`${SITE_PACKAGES}/book_docstrings.json`, docstrings.length]);
  contents.push(docstrings);
  const others = pack({ files }, [Buffer.concat(contents)]);
  const standard = readFileSync(join(order.distribution, "python_stdlib.zip"));
  const hashes = { image: sha256(image), rest: sha256(others) };
  const name = (what) => `${what}-${hashes[what].slice(0, 8)}.wasm`;
  for (const old of readdirSync(order.distribution)) {
    if (/^(?:image|rest)-\w+\.wasm$/.test(old)) rmSync(join(order.distribution, old));
  }
  writeFileSync(join(order.distribution, name("image")), image);
  writeFileSync(join(order.distribution, name("rest")), others);
  const late = (file, bytes) => ({ file, size: bytes.length, sum: checksum(Uint8Array.from(bytes)) });
  const known = {
    file: name("image"),
    size: image.length,
    sha256: hashes.image,
    libraries: image.length - runs.length - pages.length,
    packages: order.packages,
    late: {
      library: late("python_stdlib.zip", standard),
      rest: late(name("rest"), others),
      folders: readdirSync(order.files).map((folder) => `${SITE_PACKAGES}/${folder}`),
    },
  };
  writeFileSync(join(order.distribution, "image.json"), JSON.stringify(known));
  const size = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  const sum = (parts) => parts.reduce((total, part) => total + part.length, 0);
  console.log(
    `${made.modules} modules, ${made.libraries.length} libraries (${size(sum(made.libraries))}), ` +
      `${size(memoryOf(made))} of memory in ${size(pages.length)}, ${size(image.length)} in all.`,
  );
}

const memoryOf = ({ memory }) => memory.length;

await make(JSON.parse(process.argv[2]));
process.exit(0);
