/**
 * Makes the bundle of Matplotlib's files:
 *
 *     node drawing.mjs '{"distribution": FOLDER, "files": FOLDER, "packages": [...]}'
 *
 * Writes drawing-HASH.wasm and drawing.json into the distribution.
 */
import { createHash } from "node:crypto";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checksum, pack } from "../../src/runtime/start/bundle.ts";
import { gatherFiles } from "./files.mjs";

const SITE_PACKAGES = "/lib/python3.14/site-packages";
function make(order) {
  const { files, contents } = gatherFiles(order.files, SITE_PACKAGES);
  const bundle = pack({ files }, [Buffer.concat(contents)]);
  const sha256 = createHash("sha256").update(bundle).digest("hex");
  const file = `drawing-${sha256.slice(0, 8)}.wasm`;
  for (const old of readdirSync(order.distribution)) {
    if (/^drawing-\w+\.wasm$/.test(old)) rmSync(join(order.distribution, old));
  }
  writeFileSync(join(order.distribution, file), bundle);
  const known = { file, size: bundle.length, sha256, sum: checksum(bundle), packages: order.packages };
  writeFileSync(join(order.distribution, "drawing.json"), JSON.stringify(known));
  console.log(`${files.length} files, ${(bundle.length / 1e6).toFixed(1)} MB.`);
}

make(JSON.parse(process.argv[2]));
