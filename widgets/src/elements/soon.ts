/**
 * Work that may wait a moment, a few milliseconds at a time: a chapter of forty cells answers its reader while
 * these are made ready.
 */
const SLICE = 5; // milliseconds; on a phone each step takes several times as long as its share of this
const waiting = new Set<() => void>();

export function soon(work: () => void): void {
  if (waiting.size === 0) setTimeout(doSome);
  waiting.add(work);
}

function doSome(): void {
  const end = performance.now() + SLICE;
  for (const work of waiting) {
    waiting.delete(work);
    try {
      work();
    } catch (error) {
      reportError(error); // the others are to be ready all the same
    }
    if (performance.now() > end) break;
  }
  if (waiting.size > 0) setTimeout(doSome);
}
