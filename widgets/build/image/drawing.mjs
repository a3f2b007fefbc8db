/**
 * Makes the bundle of Matplotlib's files:
 *
 *     node drawing.mjs '{"distribution": FOLDER, "files": FOLDER, "packages": [...]}'
 *
 * Writes drawing-HASH.wasm and drawing.json into the distribution.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { checksum, pack } from "../../src/runtime/start/bundle.ts";
import { gatherFiles, SITE_PACKAGES, writeBundle } from "./files.mjs";

function make(order) {
  const { files, contents } = gatherFiles(order.files, SITE_PACKAGES);
  const bundle = pack({ files }, [Buffer.concat(contents)]);
  const known = writeBundle(order.distribution, "drawing", bundle);
  const whole = { ...known, sum: checksum(bundle), packages: order.packages };
  writeFileSync(join(order.distribution, "drawing.json"), JSON.stringify(whole));
  console.log(`${files.length} files, ${(bundle.length / 1e6).toFixed(1)} MB.`);
}

make(JSON.parse(process.argv[2]));
