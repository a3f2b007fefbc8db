/** Draws the computation graph: values appear as they are computed, gradients as they flow back. */
import { clamp, roundTo, show } from "../../core/numbers";
import type { Backward } from "../../core/graph";
import { type Edge, type Layout, layout, type Place } from "../../core/graph-layout";
import type { Graph, Node } from "../../core/graph-parse";
import { arrows, drag, type Meaning, put, set, svg } from "../dom";

export interface Scene {
  readonly graph: Graph;
  readonly values: readonly number[];
  readonly known: ReadonlySet<number>; // whose value has been computed
  readonly gradients: readonly (number | null)[];
  readonly current: number | null; // the node at work
  readonly flow: Backward | null; // what the last backward step sent
}

/** What a name means in this book, and so its colour and shape. */
export function meaning(name: string): Meaning | null {
  if (/^(w|b)\d*$/.test(name)) return "weight";
  if (/^x\d*$/.test(name)) return "data";
  return /^(y|t)\d*$/.test(name) ? "target" : null;
}

const SHAPES: Record<Meaning | "plain", string> = {
  weight: "M-20,-20H20V20H-20Z",
  data: "M-22,0a22,22 0 1 0 44,0a22,22 0 1 0 -44,0",
  target: "M0,-26L26,0L0,26L-26,0Z",
  activation: "M-22,0a22,22 0 1 0 44,0a22,22 0 1 0 -44,0",
  gradient: "",
  plain: "M-22,0a22,22 0 1 0 44,0a22,22 0 1 0 -44,0",
};
const SIGNS: Record<string, string> = { "*": "×", "/": "÷", "-": "−", neg: "−□" };

export class Picture {
  readonly node = svg("svg", { role: "group" });
  #drawn: Graph | null = null;
  #upright = false;
  #scene!: Scene;
  #layout!: Layout;
  #nodes: SVGGElement[] = [];
  #edges: { edge: Edge; line: SVGPathElement; label: SVGTextElement }[] = [];
  #change: (name: string, value: number) => void;

  constructor(change: (name: string, value: number) => void) {
    this.#change = change;
  }

  /** On a narrow page the graph runs from top to bottom. */
  draw(scene: Scene, upright: boolean): void {
    this.#scene = scene;
    if (scene.graph !== this.#drawn || upright !== this.#upright) this.#build(scene.graph, upright);
    const { graph, values, known, gradients, current, flow } = scene;
    graph.nodes.forEach((node, i) => {
      const group = this.#nodes[i]!;
      const gradient = gradients[i] ?? null;
      const value = known.has(i) || node.kind !== "operation" ? show(values[i]!) : "";
      const kind = node.kind === "input" ? (meaning(node.name) ?? "activation") : "plain";
      set(group, {
        class: `node ${node.kind} ${kind}${known.has(i) ? " known" : ""}${i === current ? " current" : ""}${node.kind === "input" ? " grab" : ""}`,
        "aria-label": this.#describe(node, i, value, gradient),
        ...(node.kind === "input" ? { "aria-valuenow": values[i], "aria-valuetext": value } : {}),
      });
      const [, , , valueText, gradientText] = group.children;
      put(valueText!, node.kind === "constant" ? "" : value);
      put(gradientText!, gradient === null || node.kind === "constant" ? "" : show(gradient));
    });
    const sent = new Map(flow?.shares.map((share, argument) => [`${flow.node},${argument}`, share.sent]));
    for (const { edge, line, label } of this.#edges) {
      const share = sent.get(`${edge.to},${edge.argument}`);
      const forwards = flow === null && edge.to === current;
      set(line, { class: `edge${share !== undefined ? " back" : forwards ? " forth" : ""}` });
      put(label, share === undefined ? "" : show(share));
    }
  }

  #describe(node: Node, i: number, value: string, gradient: number | null): string {
    if (node.kind === "constant") return `the number ${node.name}`;
    const what = node.kind === "input" ? `input ${node.name}` : `${node.name}, ${node.operation} of ${node.parents.map((p) => this.#scene.graph.nodes[p]!.name).join(" and ")}`;
    const parts = [what, value === "" ? "not computed yet" : `value ${value}`];
    if (gradient !== null) parts.push(`gradient ${show(gradient)}`);
    if (i === this.#scene.current) parts.push("at work now");
    return parts.join(", ");
  }

  #build(graph: Graph, upright: boolean): void {
    this.#drawn = graph;
    this.#upright = upright;
    this.#layout = layout(graph);
    const { low, high, layers, places, edges } = this.#layout;
    const [long, wide] = upright ? [104, 92] : [104, 96];
    const xy = ({ layer, across }: Place): [number, number] => {
      const [along, side] = [long * layer + 46, wide * (across - low) + 46];
      return upright ? [side, along] : [along, side];
    };
    const [width, height] = upright ? [wide * (high - low) + 128, long * (layers - 1) + 92] : [long * (layers - 1) + 92, wide * (high - low) + 112];
    set(this.node, { viewBox: `0 0 ${width} ${height}`, style: `max-width:${1.25 * width}px`, "aria-label": "The computation graph" });
    this.#edges = edges.map((edge) => {
      const twin = edges.filter((other) => other.from === edge.from && other.to === edge.to).length > 1;
      const bend = twin ? (edge.argument === 0 ? -26 : 26) : 0;
      const points = edge.path.map(xy);
      const { path, middle } = curve(points, bend, upright);
      return {
        edge,
        line: svg("path", { d: path, class: "edge" }),
        label: svg("text", { x: middle[0], y: middle[1], class: "sent", "text-anchor": "middle" }),
      };
    });
    this.#nodes = graph.nodes.map((node, i) => this.#node(node, xy(places[i]!), upright));
    put(this.node, ...this.#edges.map(({ line }) => line), ...this.#nodes, ...this.#edges.map(({ label }) => label));
  }

  #node(node: Node, [x, y]: [number, number], upright: boolean): SVGGElement {
    const kind = node.kind === "input" ? (meaning(node.name) ?? "activation") : "plain";
    const text = node.kind === "operation" ? (node.operation === "**" ? `□${superscript(node.exponent!)}` : (SIGNS[node.operation!] ?? node.operation!)) : node.name;
    const beside = upright ? { x: 30, "text-anchor": "start" } : { x: 0, "text-anchor": "middle" };
    const group = svg(
      "g",
      { transform: `translate(${x} ${y})`, role: "img" },
      svg("path", { class: "shape", d: SHAPES[kind] }),
      svg("text", { class: text.length === 1 ? "symbol sign" : "symbol", y: text.length === 1 && node.kind === "operation" ? 7 : 5, "text-anchor": "middle" }, text),
      svg("text", { class: "name", ...beside, y: upright ? -12 : -28 }, node.kind === "operation" ? node.name : ""),
      svg("text", { class: "value", ...beside, y: upright ? 5 : 38 }),
      svg("text", { class: "slope", ...beside, y: upright ? 22 : 55 }),
    );
    if (node.kind === "input") this.#listen(group, node.name);
    return group;
  }

  #listen(group: SVGGElement, name: string): void {
    set(group, { tabindex: 0, role: "slider" });
    const value = (): number => this.#scene.values[this.#scene.graph.nodes.findIndex((node) => node.name === name)]!;
    let from = { x: 0, y: 0, value: 0 };
    drag(group, {
      start: (event) => void (from = { x: event.clientX, y: event.clientY, value: value() }),
      move: (event) => {
        const moved = event.clientX - from.x - (event.clientY - from.y);
        this.#change(name, clamp(roundTo(from.value + moved * 0.02, 0.05), -100, 100));
      },
    });
    arrows(group, (step, shift) => this.#change(name, clamp(roundTo(value() + (step.dx + step.dy) * (shift ? 1 : 0.1), 0.01), -100, 100)));
  }
}

/** A smooth way through the points, from the rim of one node to the rim of the next. */
function curve(points: [number, number][], bend: number, upright: boolean): { path: string; middle: [number, number] } {
  const shift = (p: [number, number], by: number): [number, number] => (upright ? [p[0], p[1] + by] : [p[0] + by, p[1]]);
  const way = points.map((p, i) => shift(p, i === 0 ? 24 : i === points.length - 1 ? -27 : 0));
  let path = `M${way[0]!.join()}`;
  let middle: [number, number] = way[0]!;
  for (let i = 1; i < way.length; i++) {
    const [a, b] = [way[i - 1]!, way[i]!];
    const half = ((upright ? b[1] - a[1] : b[0] - a[0]) || 0) / 2;
    const bow = (p: [number, number]): [number, number] => (upright ? [p[0] + bend, p[1]] : [p[0], p[1] + bend]);
    const [c, d] = [bow(shift(a, half)), bow(shift(b, -half))];
    path += `C${c.join()} ${d.join()} ${b.join()}`;
    if (i === way.length - 1) middle = [(a[0] + 3 * c[0] + 3 * d[0] + b[0]) / 8, (a[1] + 3 * c[1] + 3 * d[1] + b[1]) / 8 - 4];
  }
  return { path, middle };
}

function superscript(n: number): string {
  const signs: Record<string, string> = { "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹", ".": "·" };
  return [...String(n)].map((sign) => signs[sign] ?? sign).join("");
}
