/** The settings around the network: which data, how it learns. */
import { BATCHES, type Data, DATA, OPTIMIZERS, PENALTIES, RATES, SHARES, type State } from "../../core/playground";
import { h, put, svg } from "../dom";

const DATA_WORDS: Record<Data, string> = { gaussians: "Two clouds", xor: "XOR", circle: "Disc and ring", spirals: "Spirals", moons: "Moons", plane: "Slope", hill: "Hills", own: "Your own" };
const OPTIMIZER_WORDS: Record<State["opt"], string> = { sgd: "SGD", momentum: "SGD, momentum 0.9", adagrad: "AdaGrad", rmsprop: "RMSProp", adam: "Adam" };

type Change = (part: Partial<State>) => void;

/** Buttons with a small picture of each data set, and noise, share and seed. */
export class DataSettings {
  readonly node = h("div", { class: "data-settings" });
  #buttons = new Map<Data, HTMLButtonElement>();
  #noise = h("input", { type: "range", id: "noise", min: 0, max: 50, step: 5 });
  #noiseValue = h("output", { for: "noise" });
  #share: HTMLSelectElement;

  constructor(pick: (data: Data) => void, change: Change, seed: () => void) {
    for (const data of DATA) this.#buttons.set(data, h("button", { type: "button", class: "set", onclick: () => pick(data) }, icon(data), h("span", null, DATA_WORDS[data])));
    this.#noise.addEventListener("change", () => change({ noise: Number(this.#noise.value) / 100 }));
    this.#noise.addEventListener("input", () => (this.#noiseValue.textContent = `${this.#noise.value} %`));
    this.#share = select("share", SHARES.map((share) => [share, `${100 * share} %`]), (value) => change({ share: Number(value) }));
    put(
      this.node,
      h("div", { class: "sets", role: "group", "aria-label": "Data set" }, ...this.#buttons.values()),
      h("div", { class: "fields" }, field("noise", "Noise", this.#noise, this.#noiseValue), field("share", "For training", this.#share), h("button", { type: "button", onclick: seed, title: "Other points and other first weights" }, "Draw anew")),
    );
  }

  draw({ data, noise, share }: State): void {
    for (const [name, button] of this.#buttons) button.ariaPressed = String(name === data);
    this.#noise.value = String(Math.round(100 * noise));
    this.#noiseValue.textContent = `${Math.round(100 * noise)} %`;
    this.#noise.disabled = data === "own";
    this.#share.value = String(share);
  }
}

export class LearningSettings {
  readonly node = h("div", { class: "fields learning", role: "group", "aria-label": "How it learns" });
  #fields: Record<"opt" | "lr" | "batch" | "l1" | "l2", HTMLSelectElement>;

  constructor(change: Change) {
    const numbers = (values: readonly number[], none = ""): [number, string][] => values.map((value) => [value, value === 0 ? none : String(value)]);
    this.#fields = {
      opt: select("opt", OPTIMIZERS.map((name) => [name, OPTIMIZER_WORDS[name]]), (value) => change({ opt: value as State["opt"] })),
      lr: select("lr", numbers(RATES), (value) => change({ lr: Number(value) })),
      batch: select("batch", BATCHES.map((size) => [size, size === 1000 ? "all" : String(size)]), (value) => change({ batch: Number(value) })),
      l1: select("l1", numbers(PENALTIES, "none"), (value) => change({ l1: Number(value) })),
      l2: select("l2", numbers(PENALTIES, "none"), (value) => change({ l2: Number(value) })),
    };
    const words = { opt: "Optimizer", lr: "Learning rate", batch: "Batch", l1: "L1", l2: "L2" };
    put(this.node, ...Object.entries(this.#fields).map(([name, node]) => field(name, words[name as keyof typeof words], node)));
  }

  draw(state: State): void {
    for (const [name, node] of Object.entries(this.#fields)) node.value = String(state[name as keyof State]);
  }
}

function field(id: string, label: string, ...nodes: Node[]): HTMLElement {
  return h("div", { class: "field" }, h("label", { for: id }, label), ...nodes);
}

function select(id: string, options: readonly (readonly [string | number, string])[], change: (value: string) => void): HTMLSelectElement {
  const node = h("select", { id }, ...options.map(([value, text]) => h("option", { value }, text)));
  node.addEventListener("change", () => change(node.value));
  return node;
}

/** A few points in the manner of the data set. */
function icon(data: Data): SVGElement {
  const picture = svg("svg", { viewBox: "-12 -12 24 24", class: "icon", "aria-hidden": "true" });
  for (const [x, y, one] of SKETCHES[data]) picture.append(one ? svg("circle", { cx: x, cy: -y, r: 1.5, class: "one" }) : svg("path", { d: `M${x - 1.2} ${-y - 1.2}l2.4 2.4m0 -2.4l-2.4 2.4`, class: "zero" }));
  if (data === "own") picture.append(svg("path", { d: "M-6 6l1-4 8-8 3 3-8 8z", class: "pencil" }));
  return picture;
}

type Sketch = readonly (readonly [number, number, boolean])[];
const ring = (count: number, radius: number, one: boolean): Sketch => Array.from({ length: count }, (_, i) => [radius * Math.cos((2 * Math.PI * i) / count), radius * Math.sin((2 * Math.PI * i) / count), one]);
const cloud = (x: number, y: number, one: boolean): Sketch => [[x, y, one], ...ring(5, 3.4, one).map(([a, b]) => [x + a, y + b, one] as const)];
const arm = (turn: number, one: boolean): Sketch => Array.from({ length: 9 }, (_, i) => [(2 + i) * Math.cos(i * 0.62 + turn), (2 + i) * Math.sin(i * 0.62 + turn), one]);
const bow = (x: number, y: number, sign: number, one: boolean): Sketch => Array.from({ length: 7 }, (_, i) => [x + 6 * Math.cos((Math.PI * i) / 6), y + sign * 7 * Math.sin((Math.PI * i) / 6), one]);
const grid = (one: (x: number, y: number) => boolean): Sketch => [-8, -4, 0, 4, 8].flatMap((x) => [-8, -4, 0, 4, 8].map((y) => [x, y, one(x, y)] as const));
const SKETCHES: Record<Data, Sketch> = {
  gaussians: [...cloud(5, 5, true), ...cloud(-5, -5, false)],
  xor: [...cloud(5, 5, true), ...cloud(-5, -5, true), ...cloud(-5, 5, false), ...cloud(5, -5, false)],
  circle: [...cloud(0, 0, true), ...ring(12, 9, false)],
  spirals: [...arm(0, true), ...arm(Math.PI, false)],
  moons: [...bow(-3, -2, 1, false), ...bow(3, 2, -1, true)],
  plane: grid((x, y) => x + y > 0),
  hill: grid((x, y) => x * y > 0),
  own: [],
};
