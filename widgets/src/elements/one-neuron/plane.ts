/** The plane of inputs: what the neuron answers everywhere, its boundary, the points, and the input that it reads. */
import { HIGH, LOW, MOST, type Pair } from "../../core/one-neuron";
import { clamp, show, within } from "../../core/numbers";
import { arrows, drag, h, put, set, svg } from "../dom";

const SIZE = 400;
const FAR = 2 * SIZE;
const px = (x: number): number => ((x - LOW) / (HIGH - LOW)) * SIZE;
const py = (y: number): number => SIZE - px(y);

export interface Scene {
  readonly weights: readonly [number, number, number];
  readonly x: Pair;
  readonly points: readonly Pair[];
  readonly targets: readonly number[] | null;
  /** Of each point: whether it is on the side that it should be. */
  readonly right: readonly boolean[] | null;
  readonly activations: readonly number[] | null;
  readonly line: readonly [number, number, number, number] | null;
}

export class Plane {
  readonly node: HTMLElement;
  #canvas = h("canvas", { class: "heights", "aria-hidden": "true" });
  #frame: SVGSVGElement;
  #arrow = svg("line", { x1: 0 });
  #tip = svg("path", { d: "M0,-7L12,0L0,7Z", class: "tip" });
  #boundary = svg("g", { class: "boundary grab", tabindex: 0, role: "slider", "aria-label": "The boundary. Arrow keys move it without turning it: the bias.", "aria-valuemin": -MOST, "aria-valuemax": MOST },
    svg("line", { y1: -FAR, y2: FAR }), this.#arrow, this.#tip, svg("circle", { r: 22, fill: "transparent" }), svg("rect", { x: -5, y: -13, width: 10, height: 26, rx: 3, class: "knob" }));
  #points = svg("g", { class: "points" });
  #said = svg("text", { y: -16, "text-anchor": "middle" });
  #reads = svg("g", { class: "reads grab", tabindex: 0, role: "slider", "aria-label": "The input x. Arrow keys move it.", "aria-valuenow": 0 },
    svg("circle", { r: 22, fill: "transparent" }), svg("rect", { x: -8, y: -8, width: 16, height: 16, transform: "rotate(45)" }), this.#said);
  #scene!: Scene;
  #shown: readonly number[] | null = null;
  #ink = "";

  constructor({ read, shift }: { read: (x: Pair) => void; shift: (bias: number) => void }) {
    this.#frame = svg("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, role: "group", "aria-label": "The plane of the two inputs" },
      svg("path", { class: "axes", d: `M0,${py(0)}H${SIZE}M${px(0)},0V${SIZE}` }),
      ...[[1, 0], [0, 1]].map(([x, y]) => svg("text", { x: px(x!) - (y ? 20 : 0), y: py(y!) + (y ? 5 : 32), "text-anchor": y ? "end" : "middle", class: "soft" }, "1")),
      svg("text", { x: SIZE - 24, y: py(0) + 20, class: "axis" }, "x₁"), svg("text", { x: px(0) - 24, y: 18, class: "axis" }, "x₂"),
      this.#boundary, this.#points, this.#reads, svg("rect", { width: SIZE, height: SIZE, class: "ground", "pointer-events": "none" }));
    this.node = h("div", { class: "plane" }, this.#canvas, this.#frame);
    const keep = (value: number): number => within(value, LOW, HIGH);
    const at = (event: PointerEvent): Pair => {
      const { left, top, width, height } = this.#frame.getBoundingClientRect();
      return [keep(LOW + ((event.clientX - left) / width) * (HIGH - LOW)), keep(HIGH - ((event.clientY - top) / height) * (HIGH - LOW))];
    };
    drag(this.#reads, { move: (event) => read(at(event)) });
    drag(this.#boundary, {
      move: (event) => {
        const [x1, x2] = at(event);
        shift(-(this.#scene.weights[0] * x1 + this.#scene.weights[1] * x2));
      },
    });
    const size = (far: boolean): number => (far ? 0.5 : 0.1);
    arrows(this.#reads, ({ dx, dy }, far) => read([keep(this.#scene.x[0] + size(far) * dx), keep(this.#scene.x[1] + size(far) * dy)]));
    arrows(this.#boundary, ({ dx, dy }, far) => shift(this.#scene.weights[2] + size(far) * (dx + dy)));
  }

  draw(scene: Scene, plane: readonly number[] | null, [least, most]: Pair, style: CSSStyleDeclaration): void {
    this.#scene = scene;
    const { x, points, activations } = scene;
    const answer = activations ? show(activations.at(-1)!, 2) : "";
    set(this.#reads, { transform: `translate(${px(x[0])} ${py(x[1])})`, "aria-valuetext": `x = (${show(x[0])}, ${show(x[1])})${answer && `, activation ${answer}`}` });
    put(this.#said, answer && `a = ${answer}`);
    this.#line(scene);
    put(this.#points, ...points.map((point, i) => this.#point(point, i)));
    const ink = style.getPropertyValue("--activation");
    if (plane !== this.#shown || ink !== this.#ink) this.#paint(plane, least, most, ink);
    [this.#shown, this.#ink] = [plane, ink];
  }

  /** The boundary, and on it w: upright, as long as its numbers are large. */
  #line({ line, weights: [w1, w2, b] }: Scene): void {
    set(this.#boundary, { visibility: line ? null : "hidden", "aria-valuenow": b, "aria-valuetext": `bias ${show(b)}` });
    if (!line) return;
    const [x, y, dx, dy] = line;
    const length = 14 + 5 * Math.hypot(w1, w2);
    set(this.#boundary, { transform: `translate(${px(x)} ${py(y)}) rotate(${(-Math.atan2(dy, dx) * 180) / Math.PI})` });
    set(this.#arrow, { x2: length });
    set(this.#tip, { transform: `translate(${length - 2} 0)` });
  }

  #point([x, y]: Pair, i: number): SVGElement {
    const { targets, right, activations } = this.#scene;
    const yes = targets === null || targets[i]! > 0;
    const sign = targets === null ? null : svg("path", { d: yes ? "M-4.500,0H4.500M0,-4.500V4.500" : "M-4.500,0H4.500" });
    const said = activations ? show(activations[i]!, 2) : "";
    return svg("g", { transform: `translate(${px(x)} ${py(y)})`, class: right && !right[i] ? "wrong" : null },
      svg("circle", { r: 16, class: "halo" }), svg("circle", { r: 9, class: yes ? "yes" : "no" }), sign, svg("text", { x: 20, y: 5 }, said));
  }

  #paint(plane: readonly number[] | null, least: number, most: number, ink: string): void {
    const side = Math.sqrt(plane?.length ?? 1);
    set(this.#canvas, { width: side, height: side });
    const context = this.#canvas.getContext("2d", { willReadFrequently: true });
    if (!plane || !context) return;
    context.fillStyle = ink;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
    const image = context.createImageData(side, side);
    plane.forEach((value, i) => image.data.set([r!, g!, b!, 153 * clamp((value - least) / (most - least), 0, 1)], 4 * i));
    context.putImageData(image, 0, 0);
  }
}
