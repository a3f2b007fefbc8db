/** A run is the number of blocks to skip, and the number of blocks to write. */
export function writePages(
  memory: Uint8Array,
  runs: Uint32Array,
  pages: Uint8Array,
  block: number,
): void {
  let to = 0;
  let from = 0;
  for (let i = 0; i < runs.length; i += 2) {
    to += runs[i]! * block;
    const size = runs[i + 1]! * block;
    memory.set(pages.subarray(from, from + size), to);
    to += size;
    from += size;
  }
}
