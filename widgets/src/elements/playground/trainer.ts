/** What is asked of Python, one call at a time: while one runs, the newest settings wait, and older ones are forgotten. */
import type { Json } from "../../runtime/protocol";
import { runtime } from "../../runtime/client";
import type { State } from "../../core/playground";
import type { Place } from "./network";
import type { Reply } from "./reply";

const MODULE = "book_kernel.playground";
const TURN = 30; // milliseconds of training between two pictures
const SLOW = 250; // milliseconds between two steps, when they are to be seen
export const LIVE = ["lr", "l1", "l2"] as const; // may change on the way (model.py has the same)

export type Pace = "fast" | "slow";

export class Trainer {
  playing = false;
  pace: Pace = "fast";
  #edits: Json[][] = [];
  #steps = 0;
  #again = false;
  #busy = false;
  #shown = "";
  #state: () => State;
  #arrived: (reply: Reply, fresh: boolean) => void;
  #failed: (message: string) => void;

  constructor(state: () => State, arrived: (reply: Reply, fresh: boolean) => void, failed: (message: string) => void) {
    [this.#state, this.#arrived, this.#failed] = [state, arrived, failed];
  }

  /** Begins anew: the first weights, step 0. */
  reset(): void {
    [this.#again, this.#steps, this.#edits] = [true, 0, []];
    void this.turn();
  }

  step(count: number): void {
    this.#steps += count;
    void this.turn();
  }

  edit({ layer, unit }: Place, source: number | null, value: number): void {
    this.#edits.push([layer, unit, source, value]);
    void this.turn();
  }

  async code(): Promise<Record<"numpy" | "torch", string>> {
    return (await runtime.call(MODULE, "code", [settings(this.#state())])) as Record<"numpy" | "torch", string>;
  }

  /** Forgets what was shown: the next turn asks for everything. */
  forget(): void {
    this.#shown = "";
  }

  async turn(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#next(); next; next = this.#next()) {
        const [name, ...args] = next;
        const config = settings(this.#state());
        const before = this.#shown;
        this.#shown = JSON.stringify(config);
        const reply = (await runtime.call(MODULE, name as string, [config, ...args])) as unknown as Reply;
        if (reply.diverged) this.playing = false;
        this.#arrived(reply, this.#shown !== before);
        if (this.playing) await this.#pause();
      }
    } catch (error) {
      [this.playing, this.#steps, this.#edits] = [false, 0, []];
      this.#failed(error instanceof Error ? error.message : String(error));
    } finally {
      this.#busy = false;
    }
  }

  #next(): Json[] | null {
    if (!trainable(this.#state())) return null;
    if (this.#again) {
      this.#again = false;
      return ["show", true];
    }
    if (JSON.stringify(settings(this.#state())) !== this.#shown) return ["show"];
    const edit = this.#edits.shift();
    if (edit) return ["edit", ...edit];
    if (this.#steps > 0) {
      const steps = this.#steps;
      this.#steps = 0;
      return ["train", steps];
    }
    if (!this.playing) return null;
    return this.pace === "slow" ? ["train", 1] : ["train", null, TURN];
  }

  /** The next picture is asked for when this one could be drawn; a page that is out of sight waits. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const drawn = (): unknown => requestAnimationFrame(() => resolve());
      if (this.pace === "slow") setTimeout(drawn, SLOW);
      else drawn();
    });
  }
}

/** What Python needs of the state. */
export function settings(state: State): Record<string, Json> {
  const { preset, guess, own, ...rest } = state;
  return { ...(rest as unknown as Record<string, Json>), own: state.data === "own" ? (own as unknown as Json) : [] };
}

export function trainable({ data, own }: State): boolean {
  return data !== "own" || own.length >= 4;
}

/** Whether two states belong to one training. */
export function sameTraining(a: State, b: State): boolean {
  const fixed = (state: State): string => JSON.stringify({ ...settings(state), lr: 0, l1: 0, l2: 0 });
  return fixed(a) === fixed(b);
}
