/** The data: points that are moved up and down, the line, and how hard each point pulls at it. */
import { HIGH, LOW, MOST, type Pair } from "../../core/loss-surface";
import { show } from "../../core/numbers";
import { put, set, svg } from "../dom";
import { upDown } from "../up-down";

const SIZE = 400;
const across = (x: number): number => ((x + MOST) / (2 * MOST)) * SIZE;
const up = (y: number): number => ((HIGH - y) / (HIGH - LOW)) * SIZE;

export class Plane {
  readonly node: SVGSVGElement;
  #best = svg("line", { class: "best" });
  #line = svg("line", { class: "line" });
  #pulls = svg("g");
  #points = svg("g");
  #move: (index: number, height: number) => void;
  #heights: number[] = [];

  constructor(move: (index: number, height: number) => void) {
    this.#move = move;
    this.node = svg("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, role: "group", "aria-label": "The points and the line" },
      svg("rect", { width: SIZE, height: SIZE, class: "ground" }),
      svg("path", { class: "axes", d: `M0,${up(0)}H${SIZE}M${across(0)},0V${SIZE}` }),
      this.#best, this.#line, this.#pulls, this.#points);
  }

  draw(points: readonly Pair[], [w, b]: Pair, pull: readonly number[] | null, best: Pair | null | undefined): void {
    if (points.length !== this.#points.children.length) this.#build(points.length);
    this.#heights = points.map(([, y]) => y);
    place(this.#line, w, b);
    set(this.#best, { visibility: best ? null : "hidden" });
    if (best) place(this.#best, ...best);
    const most = Math.max(...(pull ?? []).map(Math.abs), 1e-9);
    points.forEach(([x, y], i) => {
      set(this.#points.children[i]!, { cx: across(x), cy: up(y), "aria-valuenow": y, "aria-valuetext": `point ${i + 1} at ${show(x)}, ${show(y)}` });
      const strength = pull ? Math.abs(pull[i]!) / most : 0;
      set(this.#pulls.children[i]!, { x1: across(x), x2: across(x), y1: up(y), y2: up(w * x + b), "stroke-width": (6 * strength).toFixed(2) });
    });
  }

  #build(count: number): void {
    const each = <T extends Node>(make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
    put(this.#pulls, ...each(() => svg("line", { class: "pull" })));
    put(this.#points, ...each((i) => this.#point(i)));
  }

  #point(i: number): SVGElement {
    const point = svg("circle", { r: 9, class: "point grab", "aria-label": `Point ${i + 1}, up and down` });
    upDown(point, this.node, { low: LOW, high: HIGH, height: () => this.#heights[i]!, move: (height) => this.#move(i, height) });
    return point;
  }
}

function place(line: SVGElement, w: number, b: number): void {
  set(line, { x1: 0, x2: SIZE, y1: up(b - w * MOST), y2: up(b + w * MOST) });
}
