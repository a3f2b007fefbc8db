/** The blocks of a memory that a fresh Pyodide with the libraries and the layers below put back does not hold already. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { putLibraries } from "../../src/runtime/start/libraries.ts";
import { writePages } from "../../src/runtime/start/pages.ts";

const BLOCK = 32;
/** Blocks that are the same are written all the same where the gap is shorter than a run's own cost. */
const GAP = 3;

/** `below` are the layers, as made here, that are written first. */
export async function sparse({ memory, places, libraries }, folder, below = []) {
  const { fresh, base } = await freshMemory(folder, places, libraries);
  for (const { runs, pages, block } of below) writePages(base, new Uint32Array(runs.buffer), [pages], block);
  const data = dataOf(readFileSync(join(folder, "pyodide.asm.wasm")), fresh.length);
  // What the main module's start writes over its own data may differ between engines: the first layer writes it.
  const engines = below.length > 0 ? 0 : fresh.length;
  const differs = (i) =>
    memory[i] !== (i < base.length ? base[i] : 0) || (i < engines && fresh[i] !== data[i]);
  const dirty = (block) => {
    for (let i = block * BLOCK; i < Math.min(memory.length, (block + 1) * BLOCK); i++) {
      if (differs(i)) return true;
    }
    return false;
  };
  const blocks = Math.ceil(memory.length / BLOCK);
  const runs = [];
  const pages = [];
  let end = 0;
  for (let block = 0; block < blocks; block++) {
    if (!dirty(block)) continue;
    let last = block;
    for (let next = block + 1; next < blocks && next <= last + GAP; next++) if (dirty(next)) last = next;
    runs.push(block - end, last + 1 - block);
    end = last + 1;
    const page = new Uint8Array((end - block) * BLOCK);
    page.set(memory.subarray(block * BLOCK, end * BLOCK));
    pages.push(page);
    block = last;
  }
  return { block: BLOCK, runs: new Uint8Array(Uint32Array.from(runs).buffer), pages: Buffer.concat(pages) };
}

/** The memory right after the start, and with the libraries put back. */
async function freshMemory(folder, places, libraries) {
  const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);
  const compiled = libraries.map((bytes) => new WebAssembly.Module(bytes));
  const found = {};
  const enough = new Error("That is enough.");
  const start = loadPyodide({
    indexURL: folder,
    _loadSnapshot: new Uint8Array(64),
    async createPyodideModule(settings) {
      let main;
      const { instantiateWasm } = settings;
      settings.instantiateWasm = (imports, done) =>
        instantiateWasm(imports, (instance, module) => {
          main = instance;
          done(instance, module);
        });
      const { default: create } = await import(pathToFileURL(join(folder, "pyodide.asm.mjs")).href);
      const M = await create(settings);
      found.fresh = M.HEAPU8.slice();
      putLibraries(M, places, compiled, main);
      found.base = M.HEAPU8.slice();
      throw enough;
    },
  });
  await start.catch((error) => {
    if (error !== enough) throw error;
  });
  return found;
}

/** What the data segments of a module say of its memory. */
function dataOf(bytes, size) {
  const memory = new Uint8Array(size);
  let at = 8;
  const unsigned = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  const address = () => {
    if (bytes[at++] !== 0x41) throw new Error("A data segment has no constant address.");
    let value = 0;
    let shift = 0;
    let byte;
    do {
      byte = bytes[at++];
      value |= (byte & 127) << shift;
      shift += 7;
    } while (byte > 127);
    if (shift < 32 && byte & 64) value |= -1 << shift;
    at++; // the end of the expression
    return value >>> 0;
  };
  while (at < bytes.length) {
    const section = bytes[at++];
    const length = unsigned();
    const end = at + length;
    if (section === 11) {
      for (let left = unsigned(); left > 0; left--) {
        if (unsigned() !== 0) throw new Error("A data segment is not active.");
        const place = address();
        const count = unsigned();
        memory.set(bytes.subarray(at, at + count), place);
        at += count;
      }
    }
    at = end;
  }
  return memory;
}
