/**
 * Writes what a layer holds of the memory. A run is the number of blocks to skip, and the number of blocks to write;
 * the blocks themselves come in pieces.
 */
export function writePages(memory: Uint8Array, runs: Uint32Array, pieces: Uint8Array[], block: number): void {
  let to = 0;
  let piece = 0;
  let from = 0; // in the piece
  for (let i = 0; i < runs.length; i += 2) {
    to += runs[i]! * block;
    for (let left = runs[i + 1]! * block; left > 0; ) {
      if (from === pieces[piece]!.length) [piece, from] = [piece + 1, 0];
      const part = pieces[piece]!.subarray(from, from + left);
      memory.set(part, to);
      to += part.length;
      from += part.length;
      left -= part.length;
    }
  }
}
