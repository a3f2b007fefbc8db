/**
 * Makes the memory image in two layers, for NumPy and for drawing, and the bundle of the files that the first
 * leaves out:
 *
 *     node make.mjs '{"pyodide": FOLDER, "distribution": FOLDER, "files": FOLDER, "packages": [...],
 *                     "drawing": {"files": FOLDER, "packages": [...], "rest": {"file": NAME, ...}}}'
 *
 * Writes image-HASH.wasm, drawing-image-HASH.wasm, rest-HASH.wasm and image.json into the distribution. The
 * second layer holds only what differs from the first.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, zstdCompressSync } from "node:zlib";
import { build } from "esbuild";
import { checksum, pack } from "../../src/runtime/start/bundle.ts";
import { gatherFiles, SITE_PACKAGES, writeBundle } from "./files.mjs";
import { docstringsOf, fillMemory } from "./memory.mjs";
import { sparse } from "./sparse.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const runtime = resolve(here, "../../src/runtime");
/** Bytes of the memory that are compressed together: the reader's browser unpacks one while the next arrives. */
const PIECE = 2 ** 22;

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

/** A drawing measures its text by this font while it is laid out: it is in the layer, no file is waited for. */
const FONT_FOLDERS = ["mpl-data", "mpl-data/fonts", "mpl-data/fonts/ttf"].map((path) => `${SITE_PACKAGES}/matplotlib/${path}`);

async function make(order) {
  const { drawing } = order;
  const full = {
    ...order,
    env: { HOME: "/home/reader", PYTHONHASHSEED: "0" },
    prepare: readFileSync(join(here, "prepare.py"), "utf8"),
    modules: {
      book_image: readFileSync(join(runtime, "start/book_image.py"), "utf8"),
      fast_numpy: readFileSync(join(runtime, "../fast-numpy/fast_numpy.py"), "utf8"),
    },
    layers: [
      { folder: order.files, fill: "prepare.leave_docstrings_out(); prepare.fill()" },
      { folder: drawing.files, fill: "prepare.fill_drawing()" },
    ],
  };
  const kernel = await kernelSources();
  const [first, second] = await fillMemory(full, kernel);
  const pages = [await sparse(first, order.pyodide)];
  pages.push(await sparse(second, order.pyodide, pages));
  const write = (name, bytes) => writeBundle(order.distribution, name, bytes);
  const rest = restOf(order.files, await docstringsOf(full, kernel));
  const added = { ...second, libraries: second.libraries.slice(first.libraries.length) };
  const layers = [
    {
      ...write("image", imageOf(first, pages[0], gatherFiles(order.files, SITE_PACKAGES, () => false))),
      packages: order.packages,
      rest: late(write("rest", rest), rest),
      folders: foldersOf(order.files),
    },
    {
      ...write("drawing-image", imageOf(added, pages[1], gatherFiles(drawing.files, SITE_PACKAGES, atOnce))),
      packages: drawing.packages,
      rest: drawing.rest,
      folders: [...foldersOf(drawing.files), ...FONT_FOLDERS],
    },
  ];
  const standard = readFileSync(join(order.distribution, "python_stdlib.zip"));
  const library = late({ file: "python_stdlib.zip", size: standard.length }, standard);
  writeFileSync(join(order.distribution, "image.json"), JSON.stringify({ library, layers }));
}

/** What lies beside the folders has none whose missing files could be fetched: it is in the layer. */
const atOnce = (name, place) => name === "DejaVuSans.ttf" || place === SITE_PACKAGES;
const isLibrary = (name) => name.endsWith(".so"); // these are in the image
const foldersOf = (files) =>
  readdirSync(files, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${SITE_PACKAGES}/${name}`);
const late = ({ file, size }, bytes) => ({ file, size, sum: checksum(Uint8Array.from(bytes)) });

/**
 * A layer as one file of compressed parts, which are unpacked while the next arrive: the libraries, which are
 * compiled meanwhile; what is to be known, with the files; the pages, piece by piece.
 */
function imageOf({ buildId, places, state, selfTest, libraries, modules, memory }, { block, runs, pages }, fonts) {
  const files = Buffer.concat(fonts.contents);
  const head = { buildId, places, state, selfTest, block, files: fonts.files };
  const parts = [pack({}, libraries), pack(head, [files, runs])];
  for (let at = 0; at < pages.length; at += PIECE) parts.push(pages.subarray(at, at + PIECE));
  const image = pack({ sizes: parts.map((part) => part.length) }, parts.map(compress));
  const size = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  const sum = libraries.reduce((total, part) => total + part.length, 0);
  console.log(
    `${modules} modules, ${libraries.length} libraries (${size(sum)}), ` +
      `${size(memory.length)} of memory in ${size(pages.length)}, ${size(image.length)} in all.`,
  );
  return image;
}

const { ZSTD_c_compressionLevel: LEVEL, ZSTD_c_windowLog: WINDOW } = constants;
const compress = (bytes) => zstdCompressSync(bytes, { params: { [LEVEL]: 19, [WINDOW]: Math.log2(PIECE) } });

/** The files that the first layer leaves out, and the docstrings of what it has imported. */
function restOf(folder, docstringsText) {
  const { files, contents } = gatherFiles(folder, SITE_PACKAGES, (name) => !isLibrary(name));
  const docstrings = Buffer.from(docstringsText);
  files.push([`${SITE_PACKAGES}/book_docstrings.json`, docstrings.length]);
  contents.push(docstrings);
  return pack({ files }, [Buffer.concat(contents)]);
}

await make(JSON.parse(process.argv[2]));
process.exit(0);
