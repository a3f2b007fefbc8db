/**
 * Says what a reader waits for: the fetching of Python (the status chip counts the bytes), then, if it
 * takes long, the running. Few words, because a screen reader speaks each of them.
 */
import { runtime, type State } from "../../runtime/client";
import type { Offer } from "./bar";

const WORTH_SAYING = [10, 30, 50]; // seconds that a cell has run

export class Progress {
  #tell: (text: string, offer?: Offer | null) => void;
  #unsubscribe: () => void;
  #clock: ReturnType<typeof setInterval> | undefined;
  #begun = 0;
  #limited = true;
  #what = "Running…";

  constructor(tell: (text: string, offer?: Offer | null) => void) {
    this.#tell = tell;
    this.#unsubscribe = runtime.state((state) => this.#follow(state));
  }

  /** Milliseconds since the code began to run, without the fetching before it. */
  get running(): number {
    return performance.now() - this.#begun;
  }

  /** What is run next. */
  announce(what: string): void {
    this.#what = what;
  }

  end(): void {
    this.#unsubscribe();
    clearInterval(this.#clock);
  }

  #follow(state: State): void {
    clearInterval(this.#clock);
    if (state.name === "loading") this.#tell("Fetching Python…");
    if (state.name !== "running") return;
    this.#tell(this.#what);
    this.#begun = performance.now();
    this.#limited = true;
    this.#clock = setInterval(() => this.#tick(), 1000);
  }

  #tick(): void {
    const ran = Math.round((performance.now() - this.#begun) / 1000);
    if (!this.#limited || !WORTH_SAYING.includes(ran)) return;
    this.#tell(`It has run for ${ran} s, and is stopped at 60 s.`, {
      label: "Let it run on",
      act: () => {
        this.#limited = false;
        runtime.extend();
        this.#tell("Running without a limit…");
      },
    });
  }
}
