/** Asks Python one thing at a time: while an answer is on its way only the newest question waits. */
import type { Json } from "../runtime/protocol";

export class Newest<T> {
  /** The last answer, perhaps to an older question. */
  latest: T | null = null;
  trouble = "";
  #of = "";
  #busy = false;
  #refused = "";
  #read: (answer: Json) => T;
  #arrived: () => void;

  constructor(read: (answer: Json) => T, arrived: () => void) {
    this.#read = read;
    this.#arrived = arrived;
  }

  /** The answer to this question, if it is there. */
  of(question: string): T | null {
    return question === this.#of ? this.latest : null;
  }

  /** Asks unless it is known or something is on its way; `arrived` is the time to ask again. */
  ask(question: string, call: () => Promise<Json>): void {
    if (this.#busy || question === this.#of || question === this.#refused) return;
    this.#busy = true;
    this.trouble = "";
    const end = (): void => {
      this.#busy = false;
      this.#arrived();
    };
    call().then(
      (answer) => {
        [this.latest, this.#of] = [this.#read(answer), question];
        end();
      },
      (error: Error) => {
        [this.trouble, this.#refused] = [error.message, question];
        end();
      },
    );
  }
}
