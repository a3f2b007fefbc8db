/**
 * While Python waits for a file that is fetched at once, it has let go of its lock, and nothing may call
 * it. WebKit goes on with other work in that time: the ends of collected objects, and messages.
 */
let waiting = false;
const later: (() => void)[] = [];

/** Does it now, or after Python has what it waits for. */
export function whenFree(work: () => void): void {
  if (waiting) later.push(work);
  else work();
}

/** Does it, and holds back everything else until Python has gone on. */
export function undisturbed<T>(work: () => T): T {
  waiting = true;
  try {
    return work();
  } finally {
    waiting = false;
    for (const each of later.splice(0)) setTimeout(() => whenFree(each));
  }
}

/** Pyodide lets go of Python's objects when JavaScript's are collected; from now on only when Python is free. */
export function deferCollected(): void {
  const { FinalizationRegistry } = globalThis;
  globalThis.FinalizationRegistry = class<T> extends FinalizationRegistry<T> {
    constructor(end: (held: T) => void) {
      super((held) => whenFree(() => end(held)));
    }
  };
}
