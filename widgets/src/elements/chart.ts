/** A frame with ticks, in which curves are drawn; what is put into `inside` is cut off at the frame. */
import { through, ticks, type Values } from "../core/chart";
import { show } from "../core/numbers";
import { put, set, svg } from "./dom";

const WIDE = 400;
const LEFT = 40;
const RIGHT = WIDE - 8;
const FOOT = 22;
let made = 0;

export class Chart {
  readonly node: SVGSVGElement;
  #ticks = svg("g", { class: "ticks", "aria-hidden": "true" });
  #high: number;
  #across: readonly [number, number];
  #up: readonly [number, number] = [0, 1];
  #label: (x: number) => string;

  constructor(
    { label, high, across, of = show }: { label: string; high: number; across: readonly [number, number]; of?: (x: number) => string },
    inside: readonly SVGElement[],
    above: readonly SVGElement[] = [],
  ) {
    [this.#high, this.#across, this.#label] = [high, across, of];
    const id = `frame-${made++}`;
    this.node = svg("svg", { viewBox: `0 0 ${WIDE} ${high + FOOT}`, role: above.length > 0 ? "group" : "img", "aria-label": label },
      svg("clipPath", { id }, svg("rect", { x: LEFT, width: RIGHT - LEFT, height: high })),
      this.#ticks, svg("g", { "clip-path": `url(#${id})` }, ...inside), ...above);
  }

  x(value: number): number {
    const [low, high] = this.#across;
    return LEFT + ((value - low) / (high - low)) * (RIGHT - LEFT);
  }

  y(value: number): number {
    const [low, high] = this.#up;
    return this.#high * (1 - (value - low) / (high - low));
  }

  /** What lies under a pointer, on the axis to the right. */
  at({ clientX }: PointerEvent): number {
    const { left, width } = this.node.getBoundingClientRect();
    const [low, high] = this.#across;
    return low + ((((clientX - left) / width) * WIDE - LEFT) / (RIGHT - LEFT)) * (high - low);
  }

  /** Lowest and highest value that there is room for. */
  scale(up: readonly [number, number], of: (y: number) => string = show): void {
    if (this.#ticks.hasChildNodes() && up.join() === this.#up.join()) return;
    this.#up = up;
    const lines = ticks(...up).flatMap((value) => {
      const y = this.y(value);
      return [svg("line", { x1: LEFT, x2: RIGHT, y1: y, y2: y, class: value === 0 ? "main" : null }), svg("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" }, of(value))];
    });
    const feet = ticks(...this.#across).map((value) => svg("text", { x: this.x(value), y: this.#high + 16, "text-anchor": "middle" }, this.#label(value)));
    put(this.#ticks, ...lines, ...feet);
  }

  /** A curve of evenly spaced values, from one side to the other. */
  path(values: Values): string {
    const [low, high] = this.#across;
    return through(values, (share) => this.x(low + share * (high - low)), (value) => this.y(value));
  }

  /** A straight line through a place, with a slope. */
  line(node: SVGElement, x: number, y: number, slope: number): void {
    const [low, high] = this.#across;
    set(node, { x1: this.x(low), x2: this.x(high), y1: this.y(y + slope * (low - x)), y2: this.y(y + slope * (high - x)) });
  }
}

export const chartCss = `
.ticks line { stroke: var(--rule); } .ticks .main { stroke: var(--soft); } .ticks text { fill: var(--soft); font-size: 13px; }
`;
