/** A folder of files as the two halves of a bundle: their paths and sizes, and what they hold. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

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
