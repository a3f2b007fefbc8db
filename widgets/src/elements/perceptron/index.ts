/** <book-perceptron>: place points, guess where the line will stop, then correct it one mistake at a time. */
import { count } from "../../core/numbers";
import { geometry, type Geometry, mistakes, type Point, train, type Trace, type Vector, ZERO } from "../../core/perceptron";
import { begin, decode, encode, END, type State } from "../../core/perceptron-link";
import { extent, PRESETS } from "../../core/perceptron-presets";
import { type Child, h, put, set, tint } from "../dom";
import { Explorable } from "../explorable";
import { type Ends, Plane } from "./plane";
import { css } from "./style";
import { arithmetic, facts, outcome, passes } from "./words";

const CHOICES = [
  { value: "5", label: "up to 5" },
  { value: "20", label: "6 to 20" },
  { value: "50", label: "21 to 50" },
  { value: "more", label: "more" },
  { value: "never", label: "it never stops" },
];
const TURN = 320; // milliseconds in which the line turns
const MOST_POINTS = 60;

class PerceptronPlayground extends Explorable<State> {
  protected readonly heading = "Rosenblatt’s rule, one mistake at a time";
  protected readonly presets = PRESETS;
  protected override readonly css = css;
  protected readonly question = {
    text: "Where will the line stop? Drag the dotted line there. And how many updates will the rule make before every point is on its right side?",
    choices: CHOICES,
  };
  #plane = new Plane({
    add: (x, y) => this.#add(x, y),
    move: (index, x, y) => this.#points((points) => points.map((p, i) => (i === index ? { ...p, x, y } : p))),
    flip: (index) => this.#points((points) => points.map((p, i) => (i === index ? { ...p, label: p.label > 0 ? -1 : 1 } : p))),
    remove: (index) => this.#points((points) => points.filter((_, i) => i !== index)),
    weigh: (w) => this.#weigh(w),
    guess: (line) => this.change({ line }),
  });
  #back = button("‹ Back", () => this.#go(this.#step() - 1));
  #next = button("Step ›", () => this.#go(this.#step() + 1), "main");
  #run = button("Run", () => this.#toggle());
  #again = button("From zero", () => this.change({ step: 0, start: ZERO }));
  #class = button("New points: class +1", () => this.#pick());
  #words = h("div", { class: "words" });
  #facts = h("dl");
  #passes = h("div", { class: "passes" });
  #adding: 1 | -1 = 1;
  #trace!: Trace;
  #geometry!: Geometry;
  #known: { points: readonly Point[]; start: Vector } | null = null;
  #shown: Vector = ZERO; // the weights on the screen, on their way to the real ones
  #turning: { from: Vector; to: Vector; since: number } | null = null;
  #running: ReturnType<typeof setTimeout> | undefined;

  protected begin(preset: string): State {
    this.#halt();
    return begin(preset);
  }
  protected encode = encode;
  protected decode = decode;

  protected build(): void {
    const hint = h("p", { class: "hint" }, "Tap the plane to add a point; drag a point, or tap it to change its class; drag it off the plane or press Delete to take it away. Drag the ring at the tip of ", h("span", { class: "weight" }, "w"), " (beside the origin while w = 0) to start from other weights.");
    const controls = h("div", { class: "controls" }, this.#next, this.#run, this.#back, this.#again);
    const side = h("div", { class: "story" }, this.#words, this.#facts, this.#passes);
    put(this.stage, h("div", { class: "board" }, this.#plane.node, controls, side, h("div", { class: "below" }, hint, this.#class)));
    this.guess.commit = (guess) => {
      this.change({ guess });
      this.tell("Now step through the updates, or run.");
      if (guess !== "") requestAnimationFrame(() => requestAnimationFrame(() => this.#next.focus()));
    };
    this.guess.retry = () => this.change({ guess: null, step: 0, line: null });
  }

  override disconnectedCallback(): void {
    this.#halt();
    super.disconnectedCallback();
  }

  protected draw(): void {
    this.#learn();
    const { points, start, preset, guess } = this.state;
    const { updates } = this.#trace;
    const step = this.#step();
    const last = updates[step - 1] ?? null;
    const next = updates[step] ?? null;
    const w = last?.after ?? start;
    const open = guess === null;
    this.#plane.draw({
      points, w: this.#ease(w), exact: w, last: open ? null : last, next: open ? null : next, extent: extent(preset),
      guess: open || this.state.line ? this.#line() : null, guessOpen: open,
    });
    const done = step === updates.length;
    put(this.#words, ...(open ? [h("p", { class: "hint" }, "First your guess. Then the rule goes from point to point and corrects the weights at each mistake; you see every number that it uses.")] : this.#sentences(step)));
    put(this.#facts, ...facts(w, mistakes(w, points), step, this.#geometry, start.every((v) => v === 0)).slice(0, open ? 6 : undefined));
    put(this.#passes, ...(open ? [] : passes(this.#trace, points.length, step, done)));
    set(this.#next, { disabled: open || done });
    set(this.#run, { disabled: open || (done && !this.#running) });
    put(this.#run, this.#running ? "Pause" : "Run");
    set(this.#back, { disabled: open || step === 0 });
    set(this.#again, { disabled: step === 0 && start === ZERO });
    this.#answer(done, w);
    this.#code();
  }

  #sentences(step: number): Child[] {
    const { updates } = this.#trace;
    const made = updates[step - 1];
    const update = made ?? updates[step];
    const point = update && this.state.points[update.index];
    return [...(update && point ? arithmetic(update, point, made !== undefined) : []), ...outcome(this.#trace, step === updates.length)];
  }

  #learn(): void {
    const { points, start } = this.state;
    if (this.#known?.points === points && this.#known.start === start) return;
    this.#known = { points, start };
    this.#trace = train(points, start, Number(this.getAttribute("epochs")) || 100);
    this.#geometry = geometry(points);
  }

  #step(): number {
    this.#learn();
    const { length } = this.#trace.updates;
    return this.state.step === END ? length : Math.min(this.state.step, length);
  }

  #go(to: number): void {
    const { updates } = this.#trace;
    const step = Math.max(0, Math.min(to, updates.length));
    this.change({ step: step === updates.length ? END : step });
    const last = updates[step - 1];
    if (last && !this.#running) this.tell(`Update ${step}: point ${last.index + 1} was on the wrong side. w is now ${last.after.slice(0, 2).join(", ")}, b ${last.after[2]}. ${step === updates.length ? outcome(this.#trace, true).map((p) => (p as Element).textContent).join(" ") : ""}`);
  }

  #toggle(): void {
    if (this.#running) return this.#halt();
    if (this.calm.matches) return this.#go(Infinity);
    // A long run takes about four seconds; a short one can be followed step by step.
    const { length } = this.#trace.updates;
    const stride = Math.max(1, Math.ceil(length / 60));
    const wait = Math.max(60, Math.min(700, 4000 / Math.max(1, length)));
    const tick = (): void => {
      const to = this.#step() + stride;
      if (to >= length) this.#halt();
      this.#go(to);
      if (to < length) this.#running = setTimeout(tick, wait);
    };
    this.#running = setTimeout(tick, 0);
    this.redraw();
  }

  #halt(): void {
    clearTimeout(this.#running);
    this.#running = undefined;
    if (this.shadowRoot && this.isConnected) this.redraw();
  }

  /** The weights move in a straight line to their new place, and so the boundary turns. */
  #ease(w: Vector): Vector {
    const target = this.#turning?.to ?? this.#shown;
    if (target.some((value, i) => value !== w[i])) {
      const jump = this.calm.matches || this.#plane.node.querySelector(":active") !== null;
      this.#turning = jump ? null : { from: this.#shown, to: w, since: performance.now() };
      if (jump) this.#shown = w;
    }
    if (this.#turning) {
      const t = Math.min(1, (performance.now() - this.#turning.since) / TURN);
      const part = t * t * (3 - 2 * t);
      this.#shown = this.#turning.from.map((value, i) => value + (w[i]! - value) * part) as unknown as Vector;
      if (t < 1) this.redraw();
      else [this.#shown, this.#turning] = [w, null];
    }
    return this.#shown;
  }

  #points(edit: (points: readonly Point[]) => readonly Point[]): void {
    this.#halt();
    this.change({ points: edit(this.state.points) });
  }

  #add(x: number, y: number): void {
    if (this.state.points.length >= MOST_POINTS) return;
    this.#points((points) => [...points, { x, y, label: this.#adding }]);
  }

  #pick(): void {
    this.#adding = this.#adding > 0 ? -1 : 1;
    put(this.#class, `New points: class ${this.#adding > 0 ? "+1" : "−1"}`);
  }

  #weigh(start: Vector): void {
    this.#halt();
    this.change({ start, step: 0 });
  }

  #line(): Ends {
    const [low, high] = extent(this.state.preset);
    const middle = low + (high - low) * 0.62;
    const inset = (high - low) * 0.15;
    return this.state.line ?? [low + inset, middle, high - inset, middle];
  }

  #answer(done: boolean, w: Vector): void {
    const { guess } = this.state;
    const { updates, outcome: end } = this.#trace;
    if (!guess || !done) return this.guess.show(guess, null);
    const n = updates.length;
    const bucket = end === "converged" ? (n <= 5 ? "5" : n <= 20 ? "20" : n <= 50 ? "50" : "more") : end === "cycles" ? "never" : "more";
    const fact = end === "converged" ? `It made ${count(n, "update")}.` : end === "cycles" ? "It never stops: the same weights come round again." : `It had not stopped after ${count(n, "update")}.`;
    const said = CHOICES.find(({ value }) => value === guess)?.label ?? guess;
    this.guess.show(guess, `You said “${said}”. ${fact}${this.#compare(w)}`, guess === bucket);
  }

  /** How far the reader's line is from the rule's, and how many points it has on the wrong side. */
  #compare(w: Vector): string {
    if (!this.state.line || (w[0] === 0 && w[1] === 0)) return "";
    const [x1, y1, x2, y2] = this.state.line;
    const line: Vector = [y1 - y2, x2 - x1, -((y1 - y2) * x1 + (x2 - x1) * y1)];
    const other = line.map((value) => -value) as unknown as Vector;
    const wrong = Math.min(mistakes(line, this.state.points), mistakes(other, this.state.points));
    const cosine = Math.abs(line[0] * w[0] + line[1] * w[1]) / (Math.hypot(line[0], line[1]) * Math.hypot(w[0], w[1]) || 1);
    const angle = Math.round((Math.acos(Math.min(1, cosine)) * 180) / Math.PI);
    return ` Your line differs from the rule’s by ${angle}° and has ${count(wrong, "point")} on the wrong side.`;
  }

  #code(): void {
    const text = "for x, y in zip(X, labels):\n    if y * (w @ x + b) <= 0:      # on the wrong side, or on the line\n        w, b = w + y * x, b + y";
    if (!this.lines.hasChildNodes()) put(this.lines, ...tint(text, { x: "data", X: "data", w: "weight", b: "weight", y: "target", labels: "target" }));
  }
}

function button(text: string, onclick: () => void, kind: string | null = null): HTMLButtonElement {
  return h("button", { type: "button", class: kind, onclick }, text);
}

customElements.define("book-perceptron", PerceptronPlayground);
