/**
 * A layer of the memory image with something wrong in one of its parts, as if it had been made so:
 *
 *     node remake.mjs FILE libraries          a hundred bytes of the first library are zero
 *     node remake.mjs FILE head OLD NEW       another text in what is known of it
 */
import { readFileSync } from "node:fs";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { pack, unpack } from "../../widgets/src/runtime/start/bundle.ts";

const [file, what, old, instead] = process.argv.slice(2);
const { parts } = unpack(Uint8Array.from(readFileSync(file)));
const plain = parts.map((part) => Uint8Array.from(zstdDecompressSync(part)));
if (what === "libraries") {
  unpack(plain[0]).parts[0].fill(0, 50_000, 50_100);
} else {
  const { head, parts } = unpack(plain[1]);
  const text = JSON.stringify(head);
  if (!text.includes(old)) throw new Error(`There is no ${old}.`);
  plain[1] = pack(JSON.parse(text.replace(old, instead)), parts);
}
const compress = (part) => zstdCompressSync(part);
process.stdout.write(pack({ sizes: plain.map(({ length }) => length) }, plain.map(compress)));
