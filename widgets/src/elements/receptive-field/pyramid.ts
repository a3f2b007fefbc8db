/**
 * The layers from the side: the input below, the output above, every unit over the middle of what it sees. What
 * the chosen unit is made of is filled, the darker the more ways lead up from there.
 */
import { clamp } from "../../core/numbers";
import { rows, ways, type Layer } from "../../core/receptive";
import { arrows, drag, put, set, svg } from "../dom";

const UNIT = 12;
const HEIGHT = 46;

export class Pyramid {
  readonly node = svg("svg", { role: "group", "aria-label": "The layers from the side, input below, output above" });
  #lines = svg("path", { class: "lines" });
  #units = svg("g");
  #names = svg("g", { class: "names", "aria-hidden": "true" });
  #handle = svg("g", { class: "unit grab", tabindex: 0, role: "slider", "aria-label": "The output unit. Left and right arrows move it.", "aria-valuemin": 0 }, svg("circle", { r: 20, fill: "transparent" }), svg("rect", { x: -8, y: -8, width: 16, height: 16 }));
  #key = "";
  #centres: number[][] = [];
  #index = 0;

  constructor(move: (index: number) => void) {
    this.node.append(this.#lines, this.#units, this.#names, this.#handle);
    drag(this.#handle, {
      move: (event) => {
        const box = this.node.getBoundingClientRect();
        const view = this.node.viewBox.baseVal;
        const x = ((event.clientX - box.left) / box.width) * view.width;
        const top = this.#centres.at(-1)!;
        const distance = top.map((centre) => Math.abs(centre - x));
        move(distance.indexOf(Math.min(...distance)));
      },
    });
    arrows(this.#handle, (step) => move(clamp(this.#index + step.dx, 0, this.#centres.at(-1)!.length - 1)));
  }

  draw(layers: readonly Layer[], input: number, index: number, shown: boolean): void {
    this.#index = index;
    const key = JSON.stringify([layers, input]);
    if (key !== this.#key) this.#build(layers, input);
    this.#key = key;
    const counts = shown ? ways(layers, input, index) : [];
    [...this.#units.children].forEach((row, level) => {
      const most = Math.max(1, ...(counts[level] ?? []));
      [...row.children].forEach((unit, u) => {
        const share = (counts[level]?.[u] ?? 0) / most;
        set(unit, { class: share > 0 ? "seen" : null, "fill-opacity": share > 0 ? (0.25 + 0.75 * share).toFixed(2) : null });
      });
    });
    this.#connect(layers, counts);
    const top = this.#centres.at(-1)!;
    const x = top[index];
    set(this.#handle, { transform: `translate(${x ?? 0} ${this.#y(layers.length)})`, visibility: x === undefined ? "hidden" : null, "aria-valuenow": index, "aria-valuemax": top.length - 1 });
  }

  #y(level: number): number {
    return (this.#centres.length - 1 - level) * HEIGHT + 16;
  }

  #build(layers: readonly Layer[], input: number): void {
    const table = rows(layers, input);
    this.#centres = [Array.from({ length: input }, (_, u) => (u + 0.5) * UNIT)];
    for (const { size, field, jump } of table) this.#centres.push(Array.from({ length: size }, (_, u) => ((field - 1) / 2 + u * jump + 0.5) * UNIT));
    set(this.node, { viewBox: `0 0 ${input * UNIT} ${layers.length * HEIGHT + 40}`, style: `max-width:${input * UNIT * 1.5}px` });
    put(this.#units, ...this.#centres.map((centres, level) => svg("g", null, ...centres.map((x) => svg("rect", { x: x - 4.5, y: this.#y(level) - 4.5, width: 9, height: 9 })))));
    put(this.#names, ...this.#centres.map((_, level) => svg("text", { x: input * UNIT, y: this.#y(level) - 9, "text-anchor": "end" }, level === 0 ? "input" : `${layers[level - 1]!.kind} ${layers[level - 1]!.kernel}`)));
  }

  #connect(layers: readonly Layer[], counts: readonly number[][]): void {
    let way = "";
    layers.forEach(({ kernel, stride, dilation }, level) => {
      counts[level + 1]?.forEach((count, unit) => {
        if (count === 0) return;
        for (let tap = 0; tap < kernel; tap++) {
          const [from, to] = [this.#centres[level]![unit * stride + tap * dilation]!, this.#centres[level + 1]![unit]!];
          way += `M${from},${this.#y(level) - 5}L${to},${this.#y(level + 1) + 5}`;
        }
      });
    });
    set(this.#lines, { d: way });
  }
}
