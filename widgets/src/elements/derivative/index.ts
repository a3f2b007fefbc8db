/** <book-derivative>: a curve, its tangent, its slope everywhere, and secants of ever smaller steps. */
import { span, type Values } from "../../core/chart";
import { ASKED, begin, CHOICES, corner, decode, encode, FINEST, FUNCTIONS, HALF, inside, logs, PRESETS, type State } from "../../core/derivative";
import { raised, show } from "../../core/numbers";
import { Chart } from "../chart";
import { Computed } from "../computed";
import { arrows, drag, h, mark, put, set, svg, tint } from "../dom";
import { css } from "./style";

const PICTURE: readonly [number, number] = [-HALF, HALF];
const LEAST = -17; // of the logarithm of an error

interface Curves {
  readonly values: Values;
  readonly slopes: Values;
  readonly error?: string;
}
interface Place {
  readonly value: number | null;
  readonly beyond: number | null;
  readonly slope: number | null;
  readonly secant: number | null;
  readonly moved: boolean; // whether x + h is another number than x
  readonly errors: Values; // for h = 1, 10^-0.5, 10^-1 ...
}

class Derivative extends Computed<State> {
  protected readonly model = "derivative";
  protected override readonly once = true;
  protected readonly heading = "Function and derivative";
  protected readonly presets = PRESETS;
  protected override readonly css = css;
  protected readonly question = { text: "The slope from x to x + h comes near to the derivative when h is small. The computer works it out for the sigmoid at x = 1: with which h is it nearest?", choices: CHOICES };
  protected encode = encode;
  protected decode = decode;
  #formula = h("input", { type: "text", maxlength: 120, spellcheck: "false", autocomplete: "off", "aria-label": "The function: a formula in x", onchange: () => this.#edit(this.#formula.value) });
  #choice = h("select", { "aria-label": "Functions to choose from", onchange: () => this.#choice.value && this.#edit(this.#choice.value) },
    h("option", { value: "" }, "your own"), ...FUNCTIONS.map((name) => h("option", { value: name }, name)));
  #trouble = h("p", { class: "trouble", role: "alert" });
  #curve = svg("path", { class: "curve" });
  #tangent = svg("line", { class: "tangent" });
  #secant = svg("line", { class: "secant" });
  #beyond = svg("circle", { r: 6, class: "beyond" });
  #here = svg("circle", { r: 9, class: "here grab", tabindex: 0, role: "slider", "aria-label": "The place x on the curve. Arrow keys move it.", "aria-valuemin": -HALF, "aria-valuemax": HALF });
  #above = new Chart({ label: "The function, its tangent and a secant", high: 210, across: PICTURE }, [this.#curve, this.#secant, this.#tangent], [this.#beyond, this.#here]);
  #slopes = svg("path", { class: "curve" });
  #slope = svg("circle", { r: 7, class: "dot" });
  #guessed = svg("circle", { r: 6, class: "beyond" });
  #below = new Chart({ label: "The derivative", high: 130, across: PICTURE }, [this.#slopes, this.#guessed, this.#slope]);
  #errors = svg("path", { class: "curve" });
  #error = svg("circle", { r: 7, class: "beyond" });
  #misses = new Chart({ label: "The error of the secant's slope, by the size of h", high: 150, across: [0, FINEST], of: (power) => raised(10 ** -power) }, [this.#errors], [this.#error]);
  #x = h("input", { type: "range", min: -HALF, max: HALF, step: 0.01, "aria-label": "The place x", oninput: () => this.change({ x: inside(this.#x.valueAsNumber) }) });
  #h = h("input", { type: "range", min: 0, max: FINEST, step: 0.5, "aria-label": "The step h, smaller to the right", oninput: () => this.change({ power: this.#h.valueAsNumber }) });
  #words = h("div", { class: "words", role: "status" });
  #curves = this.asking<Curves>();
  #places = this.asking<Place>();

  protected begin(preset: string): State {
    return begin(preset);
  }

  protected build(): void {
    const figure = (kind: string, caption: (Node | string)[], ...inside: Node[]): HTMLElement => h("figure", { class: kind }, h("figcaption", null, ...caption), ...inside);
    const left = h("div", null,
      figure("function", [mark("activation", "function"), ", ", mark("gradient", "tangent"), " and secant"], this.#above.node),
      figure("slopes", [mark("gradient", "its derivative")], this.#below.node),
      h("label", { class: "slide" }, "x", this.#x));
    const right = h("div", null, this.#words, figure("errors", ["how far the secant’s slope is off, by h"], this.#misses.node), h("label", { class: "slide" }, "h", this.#h));
    const hint = h("p", { class: "hint" }, "Drag the point along the curve, or move it with the arrow keys, with Shift further. Then make h smaller, and smaller still.");
    put(this.stage, h("div", { class: "formula" }, h("label", { "aria-hidden": "true" }, "f(x) = "), this.#formula, this.#choice), this.#trouble, h("div", { class: "views" }, left, right), hint);
    drag(this.#here, { move: (event) => this.change({ x: inside(this.#above.at(event)) }) });
    arrows(this.#here, (step, shift) => this.change({ x: inside(this.state.x + (step.dx + step.dy) * (shift ? 0.5 : 0.1)) }));
  }

  protected draw(): void {
    const { formula, x, power, guess } = this.state;
    const open = guess === null;
    if (!open) this.#ask();
    const curves = open ? null : this.#curves.latest;
    const place = open || curves?.error ? null : this.#places.latest;
    const known = open ? null : this.#places.of(this.#key);
    if (this.shadowRoot!.activeElement !== this.#formula) this.#formula.value = formula;
    this.#choice.value = FUNCTIONS.find((name) => name === formula) ?? "";
    this.#x.value = String(x);
    this.#h.value = String(power);
    set(this.#x, { "aria-valuetext": show(x) });
    set(this.#h, { "aria-valuetext": `h is ${raised(10 ** -power)}` });
    put(this.#trouble, curves?.error ? `The formula: ${curves.error}.` : "");
    this.#function(curves, place, known, x);
    this.#derivative(curves, place, x);
    this.#missed(place, power);
    const words = this.#says(known);
    if (words) put(this.#words, ...words);
    this.#answer(known);
    put(this.lines, ...tint(`f = lambda x: ${formula}\nx, h = Tensor(${Number.isInteger(x) ? `${x}.0` : x}, requires_grad=True), ${10 ** -power}\nslope = grad(f(x), [x])[0]\nsecant = (f(x + h) - f(x)) / h`, { x: "data", slope: "gradient", grad: "gradient", f: "activation" }));
  }

  get #key(): string {
    const { formula, x, power } = this.state;
    return JSON.stringify([formula, x, power]);
  }

  #ask(): void {
    const { formula, x, power } = this.state;
    this.#curves.ask(formula, () => this.call("curves", formula));
    const curves = this.#curves.of(formula);
    if (curves && !curves.error) this.#places.ask(this.#key, () => this.call("at", formula, x, power));
  }

  #edit(formula: string): void {
    this.wake();
    this.change({ formula });
  }

  #function(curves: Curves | null, place: Place | null, known: Place | null, x: number): void {
    const chart = this.#above;
    chart.scale(span(curves?.values ?? []));
    set(this.#curve, { d: curves?.values ? chart.path(curves.values) : null });
    const value = place?.value ?? null;
    placed(this.#here, chart, x, value);
    set(this.#here, { "aria-valuenow": x, "aria-valuetext": `x = ${show(x)}${typeof known?.value === "number" ? `, f(x) = ${show(known.value)}` : ""}` });
    const step = 10 ** -this.state.power;
    placed(this.#beyond, chart, x + step, step < 0.02 ? null : (place?.beyond ?? null)); // nearer they are one place
    for (const [line, slope] of [[this.#tangent, place?.slope], [this.#secant, place?.secant]] as const) {
      const drawn = value !== null && typeof slope === "number";
      set(line, { visibility: drawn ? null : "hidden" });
      if (drawn) chart.line(line, x, value, slope);
    }
  }

  #derivative(curves: Curves | null, place: Place | null, x: number): void {
    this.#below.scale(span(curves?.slopes ?? []));
    set(this.#slopes, { d: curves?.slopes ? this.#below.path(curves.slopes) : null });
    placed(this.#slope, this.#below, x, place?.slope ?? null);
    placed(this.#guessed, this.#below, x, place?.secant ?? null);
  }

  #missed(place: Place | null, power: number): void {
    const errors = logs(place?.errors ?? [], LEAST);
    this.#misses.scale([LEAST, Math.max(1, ...errors.map((error) => error ?? 0))], (log) => raised(10 ** log));
    set(this.#errors, { d: this.#misses.path(errors) });
    placed(this.#error, this.#misses, power, errors[2 * power] ?? null);
  }

  /** Null while the next answer is on its way: what was said stays. */
  #says(place: Place | null): (Node | string)[] | null {
    if (this.state.guess === null) return ["Commit a guess above, and the curves are computed."];
    if (this.#curves.latest?.error) return [];
    const trouble = this.#curves.trouble || this.#places.trouble;
    if (!place) return this.#places.latest && !trouble ? null : [trouble || this.waiting()];
    const { value, slope, secant, moved, errors } = place;
    if (value === null || slope === null) return ["Here the function has no value, or no slope: move x."];
    const { power } = this.state;
    const error = errors[2 * power] ?? null;
    const best = errors.reduce((least: number, each, i) => (each !== null && each < (errors[least] ?? Infinity) ? i : least), 0);
    return [
      h("p", null, mark("activation", `f(x) = ${show(value)}`), ", the derivative by the engine ", mark("gradient", `f′(x) = ${show(slope, 6)}`), "."),
      h("p", null, `With h = ${raised(10 ** -power)} the secant says ${secant === null ? "nothing" : show(secant, 6)}${error === null ? "" : error === 0 ? ", which is the same" : `, off by ${raised(error)}`}.${moved ? "" : " x + h is x: no number lies so near, and the secant sees no rise."}`),
      h("p", null, corner(errors, slope) ? "No h helps: there is a corner here. The secant sees its right side only." : `Nearest of all is h = ${raised(10 ** (-best / 2))}.`),
    ];
  }

  /** The question is of one function at one place. */
  #answer(place: Place | null): void {
    const { guess, formula, x } = this.state;
    const asked = place && formula === ASKED.formula && x === ASKED.x ? place.errors : null;
    if (!guess || !asked) return this.guess.show(guess, null);
    const off = CHOICES.map(({ value }) => ({ value, error: asked[2 * Number(value)] ?? Infinity }));
    const nearest = off.reduce((a, b) => (b.error < a.error ? b : a));
    const said = off.map(({ value, error }) => `by ${raised(error)} with h = ${raised(10 ** -Number(value))}`).join(", ");
    this.guess.show(guess, `It is off ${said}. A smaller h leaves less of the bend in the secant, and divides the rounding of f(x + h) − f(x) by a smaller number.`, guess === nearest.value);
  }
}

/** Puts a mark at its place in a chart, or hides it where there is none. */
function placed(node: SVGElement, chart: Chart, x: number, y: number | null): void {
  set(node, { visibility: y === null ? "hidden" : null });
  if (y !== null) set(node, { cx: chart.x(x), cy: chart.y(y) });
}

customElements.define("book-derivative", Derivative);
