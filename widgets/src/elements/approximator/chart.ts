/** The curve with its points, the pieces of the network, and their sum. */
import { LIMIT, smooth } from "../../core/approximator";
import { through } from "../../core/chart";
import { show } from "../../core/numbers";
import { put, set, svg } from "../dom";
import { upDown } from "../up-down";
import type { Followed } from "./index";

const [WIDE, HIGH] = [640, 340];
const across = (place: number): number => ((place + 1) / 2) * WIDE;
const up = (height: number): number => ((LIMIT - height) / (2 * LIMIT)) * HIGH;
const curve = (values: readonly number[]): string => through(values, (share) => share * WIDE, up);

export class Chart {
  readonly node: SVGSVGElement;
  #pieces = svg("g", { class: "pieces" });
  #curve = svg("path", { class: "curve" });
  #sum = svg("path", { class: "sum" });
  #gap = svg("line", { class: "gap" });
  #points = svg("g");
  #move: (index: number, height: number) => void;
  #heights: readonly number[] = [];

  constructor(move: (index: number, height: number) => void) {
    this.#move = move;
    const inside = svg("svg", { width: WIDE, height: HIGH, class: "inside" }, this.#pieces, this.#curve, this.#gap, this.#sum);
    this.node = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "group" },
      svg("rect", { width: WIDE, height: HIGH, class: "ground" }),
      svg("path", { class: "axes", d: `M0,${up(0)}H${WIDE}` }),
      inside, this.#points);
  }

  draw(heights: readonly number[], followed: Followed | null): void {
    if (this.#points.children.length !== heights.length) put(this.#points, ...heights.map((_, i) => this.#point(i)));
    this.#heights = heights;
    set(this.#curve, { d: smooth(heights, across, up) });
    heights.forEach((height, i) => {
      const place = (2 * i) / (heights.length - 1) - 1;
      set(this.#points.children[i]!, { cx: across(place), cy: up(height), "aria-valuenow": height, "aria-valuetext": `the curve at ${show(place)} is ${show(height)}` });
    });
    put(this.#pieces, ...(followed?.pieces ?? []).map((piece) => svg("path", { d: curve(piece) })));
    set(this.#sum, { d: followed ? curve(followed.sum) : null });
    this.#mark(followed);
    const seen = followed ? `. The network is off by at most ${show(followed.error)}` : "";
    set(this.node, { "aria-label": `A curve and the network that follows it${seen}` });
  }

  /** Where network and curve are farthest apart. */
  #mark(followed: Followed | null): void {
    set(this.#gap, { visibility: followed ? null : "hidden" });
    if (!followed) return;
    const { sum, worst, curve: wanted } = followed;
    const x = across((2 * worst) / (sum.length - 1) - 1);
    set(this.#gap, { x1: x, x2: x, y1: up(sum[worst]!), y2: up(wanted) });
  }

  #point(i: number): SVGElement {
    const label = `Point ${i + 1} of the curve, up and down`;
    const point = svg("circle", { r: 8, class: "point grab", "aria-label": label });
    upDown(point, this.node, { low: -LIMIT, high: LIMIT, height: () => this.#heights[i]!, move: (height) => this.#move(i, height) });
    return point;
  }
}
