/** <book-loss-surface>: a line through points is a place on the surface of its loss; both are dragged. */
import { begin, CHOICES, decode, encode, inside, type Loss, LOSSES, moved, type Pair, PRESETS, type State } from "../../core/loss-surface";
import { show } from "../../core/numbers";
import type { Json } from "../../runtime/protocol";
import { Computed } from "../computed";
import { h, mark, put, set, tint } from "../dom";
import { Plane } from "./plane";
import { css } from "./style";
import { Surface } from "./surface";

const RATE = 0.2; // of one step downhill
const NAMES: Record<Loss, string> = { mse: "squared", mae: "absolute", huber: "Huber" };

export interface Whole {
  readonly side: number;
  readonly values: readonly number[];
  readonly lowest: Pair;
}
export interface Place {
  readonly loss: number;
  readonly gradient: Pair;
  readonly pull: readonly number[];
}

class LossSurface extends Computed<State> {
  protected readonly model = "loss_surface";
  protected readonly heading = "A line is a place on a surface";
  protected readonly presets = PRESETS;
  protected override readonly css = css;
  protected readonly question = {
    text: "Six points lie along a line, the seventh far above it. Where does the squared error put its best line?",
    choices: CHOICES,
  };
  protected encode = encode;
  protected decode = decode;
  #surface = new Surface((at) => this.change({ at: inside(at) }));
  #plane = new Plane((index, height) => this.change({ points: moved(this.state.points, index, height), preset: "own" }));
  #losses = LOSSES.map((loss) => h("button", { type: "button", onclick: () => this.change({ loss }) }, NAMES[loss]));
  #step = h("button", { type: "button", class: "main", onclick: () => this.#downhill() }, "Step downhill");
  #jump = h("button", { type: "button", onclick: () => this.#toLowest() }, "To the lowest place");
  #words = h("div", { class: "words", role: "status" });
  #whole = this.asking<Whole>();
  #place = this.asking<Place>();

  protected begin(preset: string): State {
    return begin(preset);
  }

  protected build(): void {
    const losses = h("div", { class: "controls", role: "group", "aria-label": "The loss" }, ...this.#losses);
    const moves = h("div", { class: "controls" }, this.#step, this.#jump);
    const hint = h("p", { class: "hint" }, "Drag the square on the surface, or any point of the data up and down. Arrow keys move what has the focus.");
    put(this.stage, losses, h("div", { class: "views" }, this.#plane.node, this.#surface.node), hint, moves, this.#words);
  }

  protected draw(): void {
    const { points, loss, at, guess } = this.state;
    const open = guess === null;
    if (!open) this.#ask();
    const whole = open ? null : this.#whole.latest;
    const place = open ? null : this.#place.of(this.#placeKey);
    this.#losses.forEach((button, i) => set(button, { "aria-pressed": String(LOSSES[i] === loss) }));
    this.#plane.draw(points, at, place?.pull ?? null, whole && this.#whole.of(this.#wholeKey)?.lowest);
    this.#surface.draw(at, whole, place, getComputedStyle(this));
    set(this.#step, { disabled: place === null });
    set(this.#jump, { disabled: whole === null });
    put(this.#words, ...this.#says(place));
    this.#answer();
    put(this.lines, ...tint(`y = w * x + b                    # w = ${show(at[0])}, b = ${show(at[1])}\nloss = losses.${loss}(y, target)\nloss.backward()                  # w.grad, b.grad`, { x: "data", w: "weight", b: "weight", y: "activation", target: "target" }));
  }

  get #wholeKey(): string {
    return JSON.stringify([this.state.points, this.state.loss]);
  }

  get #placeKey(): string {
    return JSON.stringify([this.state.points, this.state.loss, this.state.at]);
  }

  #ask(): void {
    const { points, loss, at } = this.state;
    const pairs = points.map((pair) => [...pair]) as Json;
    this.#place.ask(this.#placeKey, () => this.call("at", pairs, loss, ...at));
    this.#whole.ask(this.#wholeKey, () => this.call("surface", pairs, loss));
  }

  #downhill(): void {
    const place = this.#place.of(this.#placeKey);
    if (!place) return;
    const [w, b] = this.state.at;
    const [dw, db] = place.gradient;
    this.change({ at: inside([w - RATE * dw, b - RATE * db]) });
  }

  #toLowest(): void {
    const lowest = this.#whole.of(this.#wholeKey)?.lowest;
    if (lowest) this.change({ at: inside(lowest) });
  }

  #says(place: Place | null): (Node | string)[] {
    if (this.state.guess === null) return ["Commit a guess above, and the surface is computed."];
    const trouble = this.#whole.trouble || this.#place.trouble;
    if (trouble) return [trouble];
    if (!place) return [this.waiting()];
    const [dw, db] = place.gradient;
    return [
      h("p", null, "loss ", h("strong", null, show(place.loss)), ", gradient ", mark("gradient", `(${show(dw)}, ${show(db)})`), "; the lowest place is ",
        ...(this.#whole.of(this.#wholeKey) ? [mark("weight", `w = ${show(this.#whole.latest!.lowest[0])}, b = ${show(this.#whole.latest!.lowest[1])}`)] : ["being looked for"]), "."),
    ];
  }

  /** The first starting point answers the question; on others the figure speaks for itself. */
  #answer(): void {
    const { guess, preset } = this.state;
    const lowest = preset === "line" && guess !== null ? this.#whole.of(this.#wholeKey)?.lowest : undefined;
    const verdict = lowest ? `It is pulled: slope ${show(lowest[0])} and intercept ${show(lowest[1])}, though six of the seven lie near the line through the origin. Now choose the absolute error.` : null;
    this.guess.show(guess, guess ? verdict : null, verdict ? guess === "tilted" : undefined);
  }
}

customElements.define("book-loss-surface", LossSurface);
