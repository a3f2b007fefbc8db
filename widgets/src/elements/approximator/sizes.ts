/** The largest error against the number of units, both logarithmic: built by hand, and trained where it was. */
import { MOST_UNITS, SIZES } from "../../core/approximator";
import { clamp, count, show } from "../../core/numbers";
import { put, set, svg } from "../dom";

const [WIDE, HIGH, LEFT, FOOT] = [400, 240, 44, 34];
const [LOW, TOP] = [-3.2, 0.7]; // powers of ten
const across = (units: number): number => LEFT + 14 + (Math.log2(units) / Math.log2(MOST_UNITS)) * (WIDE - LEFT - 28);
const up = (error: number): number => {
  const power = clamp(Math.log10(error), LOW, TOP);
  return ((TOP - power) / (TOP - LOW)) * (HIGH - FOOT);
};

export interface Trial {
  readonly units: number;
  readonly error: number;
}

export class Sizes {
  readonly node: SVGSVGElement;
  #line = svg("path", { class: "line" });
  #built = svg("g", { class: "built" });
  #trained = svg("g", { class: "trained" });
  #now = svg("line", { class: "now", y1: 0, y2: HIGH - FOOT });

  constructor() {
    const powers = [0, -1, -2, -3].flatMap((power) => [
      svg("line", { x1: LEFT, x2: WIDE, y1: up(10 ** power), y2: up(10 ** power) }),
      svg("text", { x: LEFT - 6, y: up(10 ** power) + 5, "text-anchor": "end" }, String(10 ** power)),
    ]);
    const units = SIZES.map((size) => svg("text", { x: across(size), y: HIGH - FOOT + 17, "text-anchor": "middle" }, String(size)));
    const name = svg("text", { x: (LEFT + WIDE) / 2, y: HIGH - 1, "text-anchor": "middle" }, "units");
    this.node = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img" }, svg("g", { class: "ticks" }, ...powers, ...units, name), this.#now, this.#line, this.#built, this.#trained);
  }

  draw(units: number, built: readonly number[], trained: readonly Trial[]): void {
    const places = built.map((error, i): [number, number] => [across(SIZES[i]!), up(error)]);
    set(this.#now, { x1: across(units), x2: across(units) });
    set(this.#line, { d: places.length ? `M${places.map((place) => place.join(" ")).join("L")}` : null });
    put(this.#built, ...places.map(([x, y]) => svg("rect", { x: x - 5, y: y - 5, width: 10, height: 10 })));
    put(this.#trained, ...trained.map(({ units: size, error }) => svg("path", { transform: `translate(${across(size)} ${up(error)})`, d: "M0-7L6.5 5H-6.5Z" })));
    const list = (pairs: readonly Trial[]): string => pairs.map(({ units: size, error }) => `${count(size, "unit")} ${show(error)}`).join(", ") || "none yet";
    const known = built.map((error, i) => ({ units: SIZES[i]!, error }));
    set(this.node, { "aria-label": `Largest error against the number of units. Built by hand: ${list(known)}. Trained: ${list(trained)}.` });
  }
}
