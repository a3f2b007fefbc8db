/** <book-graph>: your own expression as a graph; values forwards, gradients backwards, one node at a time. */
import { backward, forward, forwardOrder, length, type Values } from "../../core/graph";
import { type Graph, parse, ReadError } from "../../core/graph-parse";
import { begin, decode, encode, PRESETS, readValues, type State } from "../../core/graph-presets";
import { show } from "../../core/numbers";
import { h, put, set } from "../dom";
import { Explorable } from "../explorable";
import type { Question } from "../guess";
import { meaning, Picture } from "./picture";
import { css } from "./style";
import { backwardWords, code, forwardWords, seedWords, summary } from "./words";

const PACE = 900; // milliseconds a step, when it runs by itself

class GraphStepper extends Explorable<State> {
  protected readonly heading = "Forwards, then backwards, one node at a time";
  protected readonly presets = PRESETS;
  protected override readonly css = css;
  protected readonly question: Question = { text: "" };
  protected encode = encode;
  protected decode = decode;
  #picture = new Picture((name, value) => this.change({ values: { ...this.state.values, [name]: value } }));
  #field = h("input", { type: "text", id: "expression", spellcheck: "false", autocapitalize: "off", autocomplete: "off", "aria-describedby": "trouble", oninput: () => this.#read() });
  #trouble = h("div", { id: "trouble", class: "trouble", role: "alert" });
  #values = h("div", { class: "values" });
  #next = button("Step ›", () => this.#go(1), "main");
  #run = button("Run", () => this.#toggle());
  #back = button("‹ Back", () => this.#go(-1));
  #first = button("Start again", () => this.#restart());
  #words = h("div", { class: "words" });
  #ask = h("select", { "aria-label": "Which gradient to guess", onchange: () => this.change({ ask: this.#ask.value, guess: null }) });
  #graph!: Graph;
  #known = "";
  #running: ReturnType<typeof setTimeout> | undefined;
  #upright = false;
  #asked: Question | null = null;

  protected begin(preset: string): State {
    this.#halt();
    const own = this.getAttribute("expression");
    const state = begin(preset || this.getAttribute("preset") || "");
    if (own === null || (preset && preset !== this.getAttribute("preset"))) return this.#attributes(state, preset);
    return { ...state, preset: "own", expression: own, values: readValues(this.getAttribute("values") ?? ""), ask: this.getAttribute("predict") ?? "" };
  }

  #attributes(state: State, preset: string): State {
    if (preset !== (this.getAttribute("preset") ?? "")) return state;
    const values = { ...state.values, ...readValues(this.getAttribute("values") ?? "") };
    return { ...state, values, ask: this.getAttribute("predict") ?? state.ask };
  }

  protected build(): void {
    const hint = h("p", { class: "hint" }, "Drag an input of the graph, or focus it and use the arrow keys, to change its value; or type below.");
    const entry = h("div", { class: "entry" }, h("label", { for: "expression" }, "Your expression"), this.#field, this.#trouble);
    const controls = h("div", { class: "controls" }, this.#next, this.#run, this.#back, this.#first, h("label", { class: "ask" }, "ask about ", this.#ask));
    put(this.stage, entry, h("div", { class: "picture" }, this.#picture.node), hint, this.#values, h("div", { class: "panel" }, controls, this.#words));
    this.guess.commit = (guess) => {
      this.change({ guess });
      if (guess) this.tell("Now step through the graph.");
      requestAnimationFrame(() => requestAnimationFrame(() => this.#next.focus()));
    };
    this.guess.retry = () => this.change({ guess: null, step: 0 });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const width = new ResizeObserver(([entry]) => {
      const upright = (entry?.contentRect.width ?? 900) < 560;
      if (upright !== this.#upright) [this.#upright] = [upright, this.redraw()];
    });
    width.observe(this);
    this.leaving.addEventListener("abort", () => width.disconnect());
  }

  override disconnectedCallback(): void {
    this.#halt();
    super.disconnectedCallback();
  }

  protected draw(): void {
    const { expression, values: inputs, guess } = this.state;
    if (this.#known !== expression) this.#adopt(expression);
    const graph = this.#graph;
    const values = forward(graph, inputs);
    const { forward: half, all } = length(graph);
    const step = Math.min(this.state.step, all);
    const { gradients, made } = backward(graph, values, step - half);
    const order = forwardOrder(graph);
    const flow = made.at(-1) ?? null;
    const known = new Set(graph.nodes.flatMap((node, i) => (node.kind === "operation" && order.indexOf(i) >= step ? [] : [i])));
    const current = step === 0 ? null : step <= half ? order[step - 1]! : (flow?.node ?? order.at(-1)!);
    this.#picture.draw({ graph, values, known, gradients, current, flow }, this.#upright);
    this.#writeWords(graph, values, step, half);
    const done = step === all;
    if (done) this.#words.append(summary(graph, inputs, gradients));
    const blocked = guess === null && step >= half;
    set(this.#next, { disabled: done || blocked });
    set(this.#run, { disabled: (done || blocked) && !this.#running });
    put(this.#run, this.#running ? "Pause" : "Run");
    for (const each of [this.#back, this.#first]) set(each, { disabled: step === 0 });
    this.#question(graph, gradients, done);
    put(this.lines, ...code(graph, inputs));
  }

  #adopt(expression: string): void {
    this.#graph = parse(expression);
    this.#known = expression;
    if (this.#field.value !== expression && this.shadowRoot?.activeElement !== this.#field) this.#field.value = expression;
    put(this.#trouble);
    const fields = this.#graph.inputs.map((name) => {
      const field = h("input", { type: "number", step: "0.1", "data-name": name, oninput: () => this.#type(name, field) });
      return h("label", { class: meaning(name) ?? "activation" }, `${name} `, field);
    });
    put(this.#values, ...fields);
    put(this.#ask, ...this.#graph.inputs.map((name) => h("option", { value: name }, name)));
  }

  #type(name: string, field: HTMLInputElement): void {
    if (field.value !== "" && Number.isFinite(field.valueAsNumber)) this.change({ values: { ...this.state.values, [name]: field.valueAsNumber } });
  }

  /** What the reader types is read at each key; until it can be read, the last graph stays. */
  #read(): void {
    const expression = this.#field.value;
    try {
      const { inputs } = parse(expression);
      const values: Values = Object.fromEntries(inputs.map((name) => [name, this.state.values[name] ?? 1]));
      this.#halt();
      set(this.#field, { "aria-invalid": null });
      put(this.#trouble);
      this.change({ preset: "own", expression, values, step: 0, guess: null });
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      set(this.#field, { "aria-invalid": "true" });
      put(this.#trouble, h("pre", { "aria-hidden": "true" }, `${expression}\n${" ".repeat(error.at)}▲`), error.message);
    }
  }

  #writeWords(graph: Graph, values: readonly number[], step: number, half: number): void {
    const { guess } = this.state;
    for (const field of this.#values.querySelectorAll("input")) {
      const value = values[graph.nodes.findIndex(({ name }) => name === field.dataset.name)]!;
      if (this.shadowRoot!.activeElement !== field) field.value = String(value);
    }
    if (step === 0) return put(this.#words, h("p", { class: "hint" }, "Step: the first operation computes its value from what goes into it."));
    const { made } = backward(graph, values, step - half);
    const words = step <= half ? forwardWords(graph, forwardOrder(graph)[step - 1]!, values) : step === half + 1 ? seedWords(graph) : backwardWords(graph, made.at(-1)!);
    put(this.#words, ...words);
    if (step === half && guess === null) this.#words.append(h("p", { class: "hint" }, "All values are known. Commit a guess above, and the gradients follow."));
  }

  #question(graph: Graph, gradients: readonly (number | null)[], done: boolean): void {
    const { inputs } = graph;
    const ask = inputs.includes(this.state.ask) ? this.state.ask : (inputs.find((name) => meaning(name) === "weight") ?? inputs[0]);
    const loss = graph.nodes.at(-1)!.name;
    if (!ask) return set(this.guess.node, { hidden: true });
    set(this.guess.node, { hidden: null });
    this.#ask.value = ask;
    const text = this.getAttribute("question") ?? `If ${ask} grows a little, how fast does ${loss} change? Guess ∂${loss}/∂${ask}: its sign first, then its size.`;
    if (this.#asked?.text !== text) this.#asked = { text, unit: `= ∂${loss}/∂${ask}` };
    this.guess.ask(this.#asked);
    const { guess } = this.state;
    const gradient = gradients[graph.nodes.findIndex(({ name }) => name === ask)];
    if (!guess || !done || gradient == null) return this.guess.show(guess, null);
    const value = Number(guess);
    const right = Math.abs(value - gradient) <= Math.max(0.005, 0.02 * Math.abs(gradient));
    const sign = Math.sign(value) === Math.sign(gradient) ? "The sign is right; the size is not." : "Not even the sign: follow the shares back once more.";
    this.guess.show(guess, `You said ${show(value)}; ∂${loss}/∂${ask} is ${show(gradient)}. ${right ? "Right." : sign}`, right);
  }

  #go(by: number): void {
    const { all, forward: half } = length(this.#graph);
    const most = this.state.guess === null ? half : all;
    this.change({ step: Math.max(0, Math.min(most, this.state.step + by)) });
    if (!this.#running) requestAnimationFrame(() => requestAnimationFrame(() => this.tell(this.#words.textContent ?? "")));
  }

  #restart(): void {
    this.#halt();
    this.change({ step: 0 });
  }

  #toggle(): void {
    if (this.#running) return this.#halt();
    if (this.calm.matches) return this.#go(Infinity);
    const tick = (): void => {
      const before = this.state.step;
      this.#go(1);
      if (this.state.step === before) return this.#halt();
      this.#running = setTimeout(tick, PACE);
    };
    this.#running = setTimeout(tick, 0);
    this.redraw();
  }

  #halt(): void {
    clearTimeout(this.#running);
    this.#running = undefined;
    if (this.shadowRoot && this.isConnected) this.redraw();
  }
}

function button(text: string, onclick: () => void, kind: string | null = null): HTMLButtonElement {
  return h("button", { type: "button", class: kind, onclick }, text);
}

customElements.define("book-graph", GraphStepper);
