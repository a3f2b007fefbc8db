/** The network as a drawing: columns of units with their maps, weights as lines between them, and the settings of each layer above it. */
import { ACTIVATIONS, DROPS, type Feature, FEATURES, HALF, type Layer, MOST_LAYERS, MOST_UNITS, type State } from "../../core/playground";
import { show } from "../../core/numbers";
import { arrow, h, put, set, svg } from "../dom";
import { type Colours, paint } from "./paint";
import { GRID, type Reply } from "./reply";

export const FEATURE_WORDS: Record<Feature, string> = { x1: "x₁", x2: "x₂", "x1^2": "x₁²", "x2^2": "x₂²", "x1*x2": "x₁x₂", "sin(x1)": "sin x₁", "sin(x2)": "sin x₂" };
const ACTIVATION_WORDS: Record<Layer["act"], string> = { tanh: "tanh", relu: "ReLU", sigmoid: "sigmoid", leaky: "leaky ReLU", elu: "ELU", gelu: "GELU", silu: "SiLU", linear: "none" };
const FORMULA: Record<Feature, (x: number, y: number) => number> = {
  x1: (x) => x / HALF,
  x2: (_, y) => y / HALF,
  "x1^2": (x) => (x / HALF) ** 2,
  "x2^2": (_, y) => (y / HALF) ** 2,
  "x1*x2": (x, y) => (x * y) / HALF ** 2,
  "sin(x1)": (x) => Math.sin(x),
  "sin(x2)": (_, y) => Math.sin(y),
};
const PITCH = 46; // from unit to unit
const UNIT = 36;
const HEAD = 118; // what stands over a layer
const NARROW = 92; // columns are not nearer than this
const LABEL = 16; // more room for the names of the features
const NEAR = 6; // pixels from a line that still mean it

/** A unit by its layer (0 is the first hidden one) and its place; the output is the unit of the last layer. */
export interface Place {
  readonly layer: number;
  readonly unit: number;
}

interface Line extends Place {
  readonly source: number;
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly node: SVGPathElement;
}

export interface Orders {
  features(features: readonly Feature[]): void;
  layers(layers: readonly Layer[]): void;
  look(place: Place | null): void;
  pick(place: Place, source: number | null): void;
}

export class Network {
  readonly node = h("div", { class: "net", role: "group", "aria-label": "The network", tabindex: 0 });
  readonly label = h("p", { class: "value", "aria-hidden": "true" });
  #inner = h("div", { class: "inner" });
  #links = svg("svg", { class: "links", "aria-hidden": "true" });
  #lines: Line[] = [];
  #units: HTMLButtonElement[][] = [];
  #canvases: HTMLCanvasElement[][] = [];
  #features = new Map<Feature, HTMLButtonElement>();
  #shape = "";
  #orders: Orders;
  #painted: unknown = null;
  #theme = "";
  #reply: Reply | null = null;
  #state: State | null = null;

  constructor(orders: Orders) {
    this.#orders = orders;
    this.node.append(this.#inner);
    this.#links.addEventListener("pointermove", (event) => this.#hover(event));
    this.#links.addEventListener("pointerleave", () => this.#say(null));
    this.#links.addEventListener("click", (event) => {
      const line = this.#nearest(event);
      if (line) orders.pick(line, line.source);
    });
    this.#inner.addEventListener("keydown", (event) => this.#key(event));
  }

  draw(state: State, reply: Reply | null, maps: readonly Uint8Array[], colours: Colours, picked: Place | null): void {
    [this.#state, this.#reply] = [state, reply];
    const width = Math.max(this.node.clientWidth, (state.layers.length + 2) * NARROW + LABEL);
    const shape = JSON.stringify([state.features, state.layers, width]);
    if (shape !== this.#shape) this.#build(state, width);
    this.#shape = shape;
    this.#units.forEach((column, layer) => column.forEach((unit, i) => set(unit, { "data-picked": picked?.layer === layer && picked.unit === i })));
    if (reply === this.#painted && colours.ink === this.#theme) return;
    [this.#painted, this.#theme] = [reply, colours.ink];
    for (const [name, button] of this.#features) paint(button.firstElementChild as HTMLCanvasElement, formula(name), GRID, colours.on, colours.off);
    let map = state.features.length;
    this.#canvases.forEach((column, layer) => {
      const last = layer === this.#canvases.length - 1;
      for (const canvas of column) {
        const bytes = maps[map++];
        if (bytes) paint(canvas, bytes, GRID, last ? colours.above : colours.on, last ? colours.below : colours.off);
      }
    });
    for (const { layer, unit, source, node } of this.#lines) {
      const weight = reply?.weights[layer]?.[unit]?.[source] ?? 0;
      const thick = (0.5 + 5 * Math.tanh(Math.abs(weight) / 2)).toFixed(1);
      set(node, { "stroke-width": thick, "stroke-dasharray": weight < 0 ? "5 4" : null, opacity: (0.25 + 0.75 * Math.tanh(Math.abs(weight))).toFixed(2) });
    }
  }

  #build(state: State, width: number): void {
    const focus = (this.#inner.getRootNode() as ShadowRoot).activeElement?.getAttribute("data-key");
    const most = Math.max(FEATURES.length, ...state.layers.map(({ units }) => units));
    const height = HEAD + most * PITCH + 8;
    const pitch = (width - NARROW - LABEL) / (state.layers.length + 1);
    const column = (i: number): number => NARROW / 2 + LABEL + i * pitch;
    const row = (i: number, count: number): number => HEAD + PITCH * ((most - count) / 2 + i + 0.5);
    this.#inner.style.cssText = `width:${width}px;height:${height}px`;
    set(this.#links, { viewBox: `0 0 ${width} ${height}`, width, height });
    const sizes = [...state.layers.map(({ units }) => units), 1];
    let sources = state.features.map((name) => row(FEATURES.indexOf(name), FEATURES.length));
    this.#lines = [];
    sizes.forEach((size, layer) => {
      const targets = Array.from({ length: size }, (_, unit) => row(unit, size));
      targets.forEach((y, unit) => sources.forEach((from, source) => this.#lines.push(line(layer, unit, source, [column(layer) + UNIT / 2, from], [column(layer + 1) - UNIT / 2, y]))));
      sources = targets;
    });
    put(this.#links, ...this.#lines.map(({ node }) => node));
    const heads = [head(column(0), "Features", this.#adder(state)), ...state.layers.map((layer, i) => head(column(i + 1), `Layer ${i + 1}`, ...this.#controls(state, layer, i))), head(column(sizes.length), state.task === "regression" ? "Prediction" : "Class")];
    const features = FEATURES.map((name, i) => this.#feature(state, name, column(0), row(i, FEATURES.length)));
    this.#canvases = sizes.map((size) => Array.from({ length: size }, () => h("canvas", { width: GRID, height: GRID })));
    this.#units = this.#canvases.map((canvases, layer) => canvases.map((canvas, unit) => this.#unit(canvas, { layer, unit }, layer === sizes.length - 1, column(layer + 1), row(unit, canvases.length))));
    put(this.#inner, this.#links, ...heads, ...features, ...this.#units.flat());
    this.#painted = undefined;
    if (focus) this.#inner.querySelector<HTMLElement>(`[data-key="${focus}"]`)?.focus();
  }

  #feature(state: State, name: Feature, x: number, y: number): HTMLButtonElement {
    const on = state.features.includes(name);
    const toggle = (): void => {
      const features = on ? state.features.filter((each) => each !== name) : FEATURES.filter((each) => each === name || state.features.includes(each));
      if (features.length > 0) this.#orders.features(features);
      else this.#say("A network needs at least one feature.");
    };
    const button = h("button", { type: "button", class: "unit feature", style: place(x, y), "aria-pressed": String(on), "aria-label": `Feature ${FEATURE_WORDS[name]}`, "data-key": `f${name}`, onclick: toggle }, h("canvas", { width: GRID, height: GRID }), h("span", null, FEATURE_WORDS[name]));
    this.#features.set(name, button);
    return button;
  }

  #unit(canvas: HTMLCanvasElement, where: Place, last: boolean, x: number, y: number): HTMLButtonElement {
    const name = last ? "Output" : `Unit ${where.unit + 1} of layer ${where.layer + 1}`;
    const look = (): void => this.#orders.look(last ? null : where);
    const first = where.layer === 0 && where.unit === 0;
    return h("button", { type: "button", class: "unit", style: place(x, y), tabindex: first ? 0 : -1, "aria-label": `${name}: show its weights`, "data-key": `u${where.layer}-${where.unit}`, onclick: () => this.#orders.pick(where, null), onpointerenter: look, onfocus: look, onpointerleave: () => this.#orders.look(null), onblur: () => this.#orders.look(null) }, canvas);
  }

  #adder(state: State): HTMLElement {
    const change = (layers: readonly Layer[]) => (): void => this.#orders.layers(layers);
    const next = state.layers.at(-1) ?? { units: 4, act: "tanh" as const, drop: 0 };
    const less = h("button", { type: "button", class: "small", "aria-label": "One layer less", disabled: state.layers.length === 0, "data-key": "less", onclick: change(state.layers.slice(0, -1)) }, "−");
    const more = h("button", { type: "button", class: "small", "aria-label": "One layer more", disabled: state.layers.length === MOST_LAYERS, "data-key": "more", onclick: change([...state.layers, next]) }, "+");
    return h("div", { class: "count" }, less, h("span", null, state.layers.length === 1 ? "1 layer" : `${state.layers.length} layers`), more);
  }

  #controls(state: State, layer: Layer, index: number): HTMLElement[] {
    const change = (part: Partial<Layer>): void => this.#orders.layers(state.layers.map((each, i) => (i === index ? { ...each, ...part } : each)));
    const less = h("button", { type: "button", class: "small", "aria-label": `One unit less in layer ${index + 1}`, disabled: layer.units === 1, "data-key": `-${index}`, onclick: () => change({ units: layer.units - 1 }) }, "−");
    const more = h("button", { type: "button", class: "small", "aria-label": `One unit more in layer ${index + 1}`, disabled: layer.units === MOST_UNITS, "data-key": `+${index}`, onclick: () => change({ units: layer.units + 1 }) }, "+");
    const act = h("select", { "aria-label": `Activation of layer ${index + 1}`, "data-key": `a${index}`, onchange: () => change({ act: act.value as Layer["act"] }) }, ...ACTIVATIONS.map((name) => h("option", { value: name, selected: name === layer.act }, ACTIVATION_WORDS[name])));
    const drop = h("select", { "aria-label": `Dropout of layer ${index + 1}`, "data-key": `d${index}`, onchange: () => change({ drop: Number(drop.value) }) }, ...DROPS.map((share) => h("option", { value: share, selected: share === layer.drop }, share ? `drop ${100 * share} %` : "drop 0 %")));
    return [h("div", { class: "count" }, less, h("span", null, String(layer.units)), more), act, drop];
  }

  #key(event: KeyboardEvent): void {
    const step = arrow(event);
    const [, layer, unit] = /^u(\d+)-(\d+)$/.exec((event.target as Element).getAttribute("data-key") ?? "") ?? [];
    if (!step || layer === undefined) return;
    const column = this.#units[Number(layer) + step.dx];
    const next = column?.[Math.min(Number(unit) - step.dy, column.length - 1)];
    event.preventDefault();
    if (!next) return;
    for (const each of this.#units.flat()) each.tabIndex = each === next ? 0 : -1;
    next.focus();
  }

  #nearest(event: MouseEvent): Line | null {
    const box = this.#links.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const found = this.#lines.map((each) => ({ each, far: distance(x, y, each) })).sort((a, b) => a.far - b.far)[0];
    return found && found.far < NEAR ? found.each : null;
  }

  #hover(event: PointerEvent): void {
    const line = this.#nearest(event);
    for (const each of this.#lines) set(each.node, { "data-near": each === line });
    const weight = line && this.#reply?.weights[line.layer]?.[line.unit]?.[line.source];
    this.#say(line && `${sourceName(this.#state!, line.layer, line.source)} → ${unitName(this.#state!, line)}: ${weight === undefined || weight === null ? "no weight yet" : show(weight, 3)}. Press to change it.`);
  }

  #say(text: string | null): void {
    this.label.textContent = text ?? "";
  }
}

export function unitName(state: State, { layer, unit }: Place): string {
  return layer === state.layers.length ? "the output" : `unit ${unit + 1} of layer ${layer + 1}`;
}

export function sourceName(state: State, layer: number, source: number): string {
  return layer === 0 ? FEATURE_WORDS[state.features[source]!] : `unit ${source + 1}`;
}

function head(x: number, title: string, ...more: HTMLElement[]): HTMLElement {
  return h("div", { class: "head", style: `left:${x}px` }, h("strong", null, title), ...more);
}

const place = (x: number, y: number): string => `left:${x - UNIT / 2}px;top:${y - UNIT / 2}px`;

function line(layer: number, unit: number, source: number, from: readonly [number, number], to: readonly [number, number]): Line {
  const middle = (from[0] + to[0]) / 2;
  const node = svg("path", { d: `M${from[0]} ${from[1]}C${middle} ${from[1]} ${middle} ${to[1]} ${to[0]} ${to[1]}` });
  return { layer, unit, source, from, to, node };
}

/** How far a place is from a line: its curve is followed in a few steps. */
function distance(x: number, y: number, { from, to }: Line): number {
  if (x < from[0] || x > to[0]) return Infinity;
  const far = (share: number): number => {
    const [along, back] = [share, 1 - share];
    const middle = (from[0] + to[0]) / 2;
    const px = back ** 3 * from[0] + 3 * back * along * middle + along ** 3 * to[0];
    const py = (back ** 3 + 3 * back ** 2 * along) * from[1] + (along ** 3 + 3 * along ** 2 * back) * to[1];
    return Math.hypot(px - x, py - y);
  };
  return Math.min(...Array.from({ length: 33 }, (_, i) => far(i / 32)));
}

function formula(name: Feature): Uint8Array {
  const middle = (i: number): number => ((i + 0.5) * 2 * HALF) / GRID - HALF;
  return Uint8Array.from({ length: GRID * GRID }, (_, i) => 128 + 127 * FORMULA[name](middle(i % GRID), -middle(Math.floor(i / GRID))));
}
