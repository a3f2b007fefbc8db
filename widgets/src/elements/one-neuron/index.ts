/** <book-one-neuron>: weights and a bias are turned; the plane, the points and the bend answer. */
import { span } from "../../core/chart";
import { clamp, count, show, term, within } from "../../core/numbers";
import { ACTIVATIONS, begin, CHOICES, decode, encode, MOST, presetOf, PRESETS, RIGHT, sides, type State } from "../../core/one-neuron";
import { Chart } from "../chart";
import { choice } from "../choice";
import { Computed } from "../computed";
import { h, mark, put, set, svg, tint } from "../dom";
import { Plane } from "./plane";
import { css } from "./style";

const NAMES = ["w₁", "w₂", "b"] as const;
const REACH = 6; // of the curve, both ways

/** What Python says of one neuron: of the points, and last of the input that it reads. */
interface Answers {
  readonly scores: readonly number[];
  readonly activations: readonly number[];
}
interface Everywhere {
  readonly plane: readonly number[];
  readonly curve: readonly number[];
  readonly line: readonly [number, number, number, number] | null;
}
interface Nearest {
  readonly neurons: number;
  readonly wrong: Readonly<Record<string, number>>;
}

class OneNeuron extends Computed<State> {
  protected readonly model = "one_neuron";
  protected override readonly once = true;
  protected readonly heading = "One neuron";
  protected readonly presets = PRESETS;
  protected override readonly css = css;
  protected readonly question = { text: "A neuron says yes where its score is above 0. Which of these can one neuron not be, whatever its weights and its bias?", choices: CHOICES };
  protected encode = encode;
  protected decode = decode;
  #plane = new Plane({ read: (x) => this.change({ x }), shift: (b) => this.#turn(2, b) });
  #sliders = NAMES.map((name, i) => h("input", { type: "range", min: -MOST, max: MOST, step: 0.1, "aria-label": i < 2 ? `Weight ${name}` : "Bias b", oninput: () => this.#turn(i, this.#sliders[i]!.valueAsNumber) }));
  #numbers = NAMES.map(() => h("span"));
  #activations = choice("The activation function", ACTIVATIONS, (activation) => this.change({ activation }));
  #bend = svg("path", { class: "bend" });
  #now = svg("g", { class: "now" }, svg("line"), svg("line"), svg("path", { d: "M0,-9L8,6H-8Z" }));
  #chart = new Chart({ label: "The activation over the score z", high: 150, across: [-REACH, REACH] }, [this.#bend, this.#now]);
  #sum = h("p", { class: "sum" });
  #words = h("div", { class: "words", role: "status" });
  #answers = this.asking<Answers>();
  #everywhere = this.asking<Everywhere>();
  #nearest = this.asking<Nearest>();

  protected begin(preset: string): State {
    return begin(preset);
  }

  protected build(): void {
    const rows = NAMES.flatMap((name, i) => [h("label", { "aria-hidden": "true" }, name), this.#sliders[i]!, this.#numbers[i]!]);
    const hint = h("p", { class: "hint" }, "Drag the boundary, or the square that is the input; the sliders turn the weights. Arrow keys move what has the focus, with Shift further.");
    const side = h("div", null, h("div", { class: "turns", role: "group", "aria-label": "Weights and bias" }, ...rows), this.#sum, this.#chart.node);
    put(this.stage, this.#activations.node, h("div", { class: "views" }, this.#plane.node, side), hint, this.#words);
  }

  protected draw(): void {
    const { preset, weights, activation, x, guess } = this.state;
    const { points, targets } = presetOf(preset);
    const open = guess === null;
    if (!open) this.#ask();
    const shown = open ? null : this.#answers.latest;
    const around = open ? null : this.#everywhere.latest;
    const known = open ? null : this.#answers.of(this.#key);
    const seen = shown?.scores.length === points.length + 1 ? shown : null; // not those of another starting point
    const right = targets && seen ? sides(seen.scores, targets) : null;
    weights.forEach((value, i) => {
      this.#sliders[i]!.value = String(value);
      put(this.#numbers[i]!, show(value));
    });
    this.#activations.show(activation);
    const range = span(around?.curve ?? []);
    this.#plane.draw({ weights, x, points, targets, right, activations: seen?.activations ?? null, line: around?.line ?? null }, around?.plane ?? null, range, getComputedStyle(this));
    this.#bent(shown, around, range);
    if (open || known) put(this.#sum, ...this.#written(known));
    const words = this.#says(known, right);
    if (words) put(this.#words, ...words);
    this.#answer();
    put(this.lines, ...tint(`neuron = Neuron(NeuronConfig(in_features=2, activation="${activation}"), rng=rng)\nneuron.load_state_dict({"weight": [${weights[0]}, ${weights[1]}], "bias": ${weights[2]}})\nneuron.score([x])        # w · x + b\nneuron([x])              # the activation`, { x: "data", weight: "weight", bias: "weight", neuron: "activation" }));
  }

  get #key(): string {
    return encode({ ...this.state, guess: null });
  }

  #ask(): void {
    const { preset, weights, activation, x } = this.state;
    const [w1, w2, b] = weights;
    const places = [...presetOf(preset).points, x].map((pair) => [...pair]);
    this.#answers.ask(this.#key, () => this.call("answers", [w1, w2], b, activation, places));
    this.#everywhere.ask(JSON.stringify([weights, activation]), () => this.call("everywhere", [w1, w2], b, activation));
    this.#nearest.ask("gates", () => this.call("nearest"));
  }

  #turn(i: number, value: number): void {
    const weights = this.state.weights.map((old, j) => (j === i ? within(value, -MOST, MOST) : old));
    this.change({ weights: weights as unknown as State["weights"] });
  }

  /** The activation's curve, and where on it the neuron is. */
  #bent(answers: Answers | null, around: Everywhere | null, range: [number, number]): void {
    set(this.#now, { visibility: answers ? null : "hidden" });
    this.#chart.scale(range);
    set(this.#bend, { d: around ? this.#chart.path(around.curve) : null });
    if (!answers) return;
    const [z, a] = [answers.scores.at(-1)!, answers.activations.at(-1)!];
    const x = this.#chart.x(clamp(z, -REACH, REACH));
    const y = this.#chart.y(clamp(a, ...range));
    const [up, along, here] = this.#now.children;
    set(up!, { x1: x, x2: x, y1: this.#chart.y(range[0]), y2: y });
    set(along!, { x1: this.#chart.x(-REACH), x2: x, y1: y, y2: y });
    set(here!, { transform: `translate(${x} ${y})` });
    set(this.#chart.node, { "aria-label": `The activation over the score z: at z = ${show(z)} it is ${show(a)}` });
  }

  #written(answers: Answers | null): (Node | string)[] {
    if (!answers) return [];
    const { weights: [w1, w2, b], x: [x1, x2] } = this.state;
    return ["z = ", mark("weight", show(w1)), " · ", mark("data", term(x1)), " + ", mark("weight", term(w2)), " · ", mark("data", term(x2)), " + ", mark("weight", term(b)), ` = ${show(answers.scores.at(-1)!)},  `,
      mark("activation", `a = φ(z) = ${show(answers.activations.at(-1)!)}`)];
  }

  /** Null while the next answer is on its way: what was said stays. */
  #says(answers: Answers | null, right: readonly boolean[] | null): (Node | string)[] | null {
    if (this.state.guess === null) return ["Commit a guess above, and the neuron answers."];
    if (!answers) return this.#answers.latest && !this.#answers.trouble ? null : [this.#answers.trouble || this.waiting()];
    const { preset } = this.state;
    if (!right) return [h("p", null, "Beside each point stands its activation. Where the boundary runs, the score is 0.")];
    const good = right.filter(Boolean).length;
    const name = preset.toUpperCase();
    if (good === right.length) return [h("p", null, `All ${good} corners are on their side: `, h("strong", null, `this is ${name}`), ".")];
    const rest = preset === "xor" && good === right.length - 1 ? " More than three there are not." : "";
    return [h("p", null, h("strong", null, `${good} of ${right.length} corners`), ` are on the side that ${name} asks for; + should have a score above 0.${rest}`)];
  }

  #answer(): void {
    const { guess } = this.state;
    const found = guess === null ? null : this.#nearest.latest;
    if (!found) return this.guess.show(guess, null);
    const never = Object.keys(found.wrong).filter((name) => found.wrong[name]! > 0);
    const names = never.map((name) => name.toUpperCase()).join(", ");
    const verdict = `${names}. Of ${found.neurons} neurons tried, the best has ${count(found.wrong[never[0]!]!, "corner")} of ${names} wrong; each other gate is among them. A boundary with (0, 1) and (1, 0) on one side has the middle of the two there as well, and that is also the middle of (0, 0) and (1, 1).`;
    this.guess.show(guess, guess ? verdict : null, guess ? guess === RIGHT : undefined);
  }
}

customElements.define("book-one-neuron", OneNeuron);
