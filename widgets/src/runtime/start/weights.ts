/**
 * Trained weights stay on the host until Python opens them: beside each card lies an empty file, which is
 * fetched then, at once. Its hash is in its name and in the card, where book_code looks.
 */
import { fetchNow } from "./fetching.ts";
import type { FileSystem } from "./internals.ts";
import { undisturbed } from "./undisturbed.ts";

const FOLDER = "/lib/python3.14/site-packages/book_code/weights";
const LOST = 29; // EIO: Python raises an OSError, and a later try fetches again

/** `home` is the folder of Python's files; the cards are there already. */
export function addWeights(FS: FileSystem, home: string): void {
  for (const card of FS.readdir(FOLDER).filter((name) => name.endsWith(".json"))) {
    const { sha256 } = JSON.parse(FS.readFile(`${FOLDER}/${card}`, { encoding: "utf8" })) as { sha256: string };
    const name = card.replace(/\.json$/, "");
    const path = `${FOLDER}/${name}.npz`;
    FS.writeFile(path, new Uint8Array(), { canOwn: true });
    const { node } = FS.lookupPath(path);
    const ops = node.stream_ops;
    node.stream_ops = {
      ...ops,
      open() {
        let bytes: Uint8Array<ArrayBuffer>;
        try {
          bytes = undisturbed(() => fetchNow(`${home}${name}-${sha256.slice(0, 8)}.npz`));
        } catch (error) {
          console.warn(error);
          throw new FS.ErrnoError(LOST);
        }
        node.stream_ops = ops;
        FS.writeFile(path, bytes, { canOwn: true });
      },
    };
  }
}
