/** Cells run one after the other, each when its turn comes; Stop ends the one and drops the rest. */
import { runtime } from "../runtime/client";

let last: Promise<unknown> = Promise.resolve();
let round = 0;

/** Does the work when all before it is done; null if Stop came first. */
export function inTurn<T>(work: () => Promise<T>): Promise<T | null> {
  const mine = round;
  const result = last.then(() => (mine === round ? work() : null));
  last = result.catch(() => {});
  return result;
}

export function stopAll(): void {
  round++;
  runtime.stop();
}
