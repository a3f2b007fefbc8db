/** The files that go into bundles, and the bundles as files. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const SITE_PACKAGES = "/lib/python3.14/site-packages";

/** A folder of files as the two halves of a bundle: their paths and sizes, and what they hold. */
export function gatherFiles(folder, place, wanted = () => true, files = [], contents = []) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort(byName)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) gatherFiles(path, `${place}/${entry.name}`, wanted, files, contents);
    else if (wanted(entry.name, place)) {
      const content = readFileSync(path);
      files.push([`${place}/${entry.name}`, content.length]);
      contents.push(content);
    }
  }
  return { files, contents };
}

const byName = (a, b) => (a.name < b.name ? -1 : 1);

/** Writes NAME-HASH.wasm in the place of the one before; and says how it is told from others. */
export function writeBundle(folder, name, bytes) {
  for (const old of readdirSync(folder)) {
    if (new RegExp(`^${name}-[0-9a-f]{8}\\.wasm$`).test(old)) rmSync(join(folder, old));
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const file = `${name}-${sha256.slice(0, 8)}.wasm`;
  writeFileSync(join(folder, file), bytes);
  return { file, size: bytes.length, sha256 };
}
