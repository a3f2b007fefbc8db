/** <book-approximator>: a curve, followed by a network of one hidden layer that is built bump by bump, or trained. */
import { begin, changed, CHOICES, decode, encode, KINDS, MOST_UNITS, parts, PRESETS, raised, SEEDS, SIZES, type State, verdict, WAYS } from "../../core/approximator";
import { count, show } from "../../core/numbers";
import type { Json } from "../../runtime/protocol";
import { choice } from "../choice";
import { Computed } from "../computed";
import { h, mark, put, set, svg, tint } from "../dom";
import { Chart } from "./chart";
import { Sizes, type Trial } from "./sizes";
import { css } from "./style";

/** What the Python half says of a network. */
export interface Followed {
  readonly sum: readonly number[];
  readonly pieces: readonly (readonly number[])[];
  readonly error: number;
  readonly mean: number;
  /** Where it is farthest from the curve, and the curve's height there. */
  readonly worst: number;
  readonly curve: number;
  readonly steps: number;
}

class Approximator extends Computed<State> {
  protected readonly model = "approximator";
  protected readonly heading = "A curve, bump by bump";
  protected readonly presets = PRESETS;
  protected override readonly css = css;
  protected readonly question = {
    text: "Sixteen rectifiers are built by hand to follow this curve. Sixteen more are trained for it by gradient descent. How near does the trained network come?",
    choices: CHOICES,
  };
  protected encode = encode;
  protected decode = decode;
  #kinds = choice("The units", KINDS, (kind) => this.#edit({ kind }));
  #ways = choice("The network", WAYS, (way) => this.#edit({ way }));
  #units = h("input", { type: "range", min: 1, max: MOST_UNITS, "aria-label": "Number of units", oninput: () => this.#edit({ units: this.#units.valueAsNumber }) });
  #part = h("input", { type: "range", min: 0, oninput: () => this.#edit({ part: this.#part.valueAsNumber }) });
  #size = h("span");
  #progress = h("span");
  #again = h("button", { type: "button", onclick: () => this.#edit({ seed: (this.state.seed + 1) % (SEEDS + 1) }) }, "Another start");
  #every = h("button", { type: "button", onclick: () => this.#trainAll() }, "Train every size");
  #chart = new Chart((index, height) => this.#edit({ heights: raised(this.state.heights, index, height), preset: "own" }));
  #sizes = new Sizes();
  #words = h("div", { class: "words", role: "status" });
  #followed = this.asking<Followed>();
  #built = this.asking<number[]>();
  #trial = this.asking<number>();
  #trials = new Map<string, number>();
  #all = ""; // the curve for which every size is trained

  protected begin(preset: string): State {
    return begin(preset);
  }

  protected build(): void {
    const row = (...children: Node[]): HTMLElement => h("div", { class: "controls" }, ...children);
    const key = (sign: SVGElement, text: string): HTMLElement => h("span", null, svg("svg", { viewBox: "0 0 24 10", class: "key", "aria-hidden": "true" }, sign), text);
    const line = (name: string): SVGElement => svg("path", { class: name, d: "M0 5H24" });
    const legend = h("p", { class: "legend" }, key(line("curve"), "the curve"), key(svg("g", { class: "pieces" }, line("piece")), "pieces"), key(line("sum"), "their sum"), key(line("gap"), "largest error"));
    const hint = h("p", { class: "hint" }, "Drag the points, or move them with the arrow keys: the curve is yours.");
    const right = h("div", null, this.#sizes.node, h("p", { class: "legend" }, key(svg("g", { class: "built" }, svg("rect", { x: 7, width: 10, height: 10 })), "built by hand"), key(svg("g", { class: "trained" }, svg("path", { d: "M12 0L18 10H6Z" })), "trained")), row(this.#every));
    put(this.stage, row(this.#kinds.node, this.#ways.node), row(h("label", null, this.#units, " ", this.#size), h("label", null, this.#part, " ", this.#progress), this.#again),
      h("div", { class: "views" }, h("div", null, this.#chart.node, legend, hint), right), this.#words);
  }

  protected draw(): void {
    const { heights, kind, units, way, guess } = this.state;
    if (guess !== null) this.#ask();
    const open = guess === null;
    const shown = open ? null : this.#followed.of(this.#key);
    this.#kinds.show(kind);
    this.#ways.show(way);
    this.#sliders();
    this.#chart.draw(heights, open ? null : (shown ?? this.#followed.latest));
    this.#sizes.draw(units, open ? [] : (this.#built.of(this.#curve) ?? []), open ? [] : this.#tried());
    set(this.#again, { hidden: way === "built" });
    set(this.#every, { disabled: open || this.#all === this.#trialKey(0) });
    put(this.#words, ...this.#says(shown));
    this.#answer();
    put(this.lines, ...tint(this.#code(), { x: "data", y: "target", weight: "weight", bias: "weight", model: "activation" }));
  }

  #sliders(): void {
    const { units, way, part } = this.state;
    this.#units.value = String(units);
    put(this.#size, count(units, "unit"));
    set(this.#part, { max: parts(this.state), "aria-label": way === "built" ? "Bumps that stand" : "How far the training is" });
    this.#part.value = String(part);
    const steps = this.#followed.of(this.#key)?.steps;
    put(this.#progress, way === "built" ? `${part} of ${units + 1} bumps` : steps === undefined ? "training" : count(steps, "step"));
  }

  #edit(part: Partial<State>): void {
    this.change(changed(this.state, part));
  }

  get #curve(): string {
    return JSON.stringify([this.state.heights, this.state.kind]);
  }

  get #key(): string {
    const { units, way, part, seed } = this.state;
    return JSON.stringify([this.#curve, units, way, part, way === "built" ? 0 : seed]);
  }

  #trialKey(units: number): string {
    return JSON.stringify([this.#curve, this.state.seed, units]);
  }

  #ask(): void {
    const { heights, kind, units, way, part, seed } = this.state;
    const curve: Json = [...heights];
    this.#followed.ask(this.#key, () => this.call("follow", curve, kind, units, way, part, seed));
    this.#built.ask(this.#curve, () => this.call("errors", curve, kind));
    const next = this.#wanted().find((size) => !this.#trials.has(this.#trialKey(size)));
    if (next === undefined) return;
    const key = this.#trialKey(next);
    this.#trial.ask(key, async () => {
      const error = await this.call("error", curve, kind, next, "trained", seed);
      this.#trials.set(key, error as number);
      return error;
    });
  }

  /** The sizes that are to be trained: the one that is shown or asked about, or all. */
  #wanted(): number[] {
    const { units, way, guess } = this.state;
    const shown = way === "trained" || (guess && this.#asked) ? [units] : [];
    return this.#all === this.#trialKey(0) ? [...shown, ...SIZES] : shown;
  }

  #trainAll(): void {
    this.#all = this.#trialKey(0);
    this.redraw();
  }

  #tried(): Trial[] {
    const sizes = [...new Set([...SIZES, this.state.units])];
    return sizes.flatMap((units) => {
      const error = this.#trials.get(this.#trialKey(units));
      return error === undefined ? [] : [{ units, error }];
    });
  }

  #says(followed: Followed | null): (Node | string)[] {
    const { guess, way, units, seed } = this.state;
    if (guess === null) return ["Commit a guess above, and the networks are computed."];
    const trouble = this.#followed.trouble || this.#built.trouble || this.#trial.trouble;
    if (trouble) return [trouble];
    if (!followed) return [this.waiting(way === "trained" ? "Training…" : "Computing…")];
    const made = way === "built" ? `${count(units, "unit")}, weights written down` : `${count(units, "unit")}, start ${seed + 1}, after ${count(followed.steps, "step")} of training`;
    return [h("p", null, `${made}: the largest error is `, mark("gradient", show(followed.error)), `, the error in the mean (root of the mean square) ${show(followed.mean)}.`)];
  }

  /** The question is of each curve as it comes, with its sixteen units. */
  get #asked(): boolean {
    const { preset, kind, units, seed } = this.state;
    return preset !== "own" && kind === "relu" && units === 16 && seed === 0;
  }

  #answer(): void {
    const { guess, units } = this.state;
    const trained = this.#trials.get(this.#trialKey(units));
    const built = this.#built.of(this.#curve)?.[SIZES.indexOf(16)];
    if (!guess || !this.#asked || trained === undefined || built === undefined) return this.guess.show(guess, null);
    const found = verdict(built, trained);
    const why = found === "farther" ? "The better weights exist; whether training comes to them is another question." : "Training moves its units to where the curve bends; by hand they stand at equal distances.";
    this.guess.show(guess, `By hand the largest error is ${show(built)}, trained from this start it is ${show(trained)}. ${why} Try other starts, sizes and curves.`, guess === found);
  }

  #code(): string {
    const { kind, units, way, seed } = this.state;
    const model = `rng = np.random.default_rng(${seed})\nmodel = bc.build("mlp", in_features=1, hidden=(${units},), classes=1,\n                 activation="${kind}", rng=rng)`;
    if (way === "trained") return `${model}\nloss = losses.mse(model(x), y)\nloss.backward()\noptimizer.step()                 # Adam, lr=0.01, 1200 times`;
    const hidden = kind === "relu" ? "1, -knots                # where each unit begins" : "steep, -steep * cuts      # where each unit jumps";
    const out = kind === "relu" ? "changes of the slope, y[0]" : "changes of the value, y[0]";
    return `${model}\nfirst.weight, first.bias = ${hidden}\nlast.weight, last.bias = ${out}`;
  }
}

customElements.define("book-approximator", Approximator);
