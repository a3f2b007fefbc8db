/** The input from above: the pixels that the chosen output unit sees, and the box around them, which is dragged. */
import { seen } from "../../core/receptive";
import { arrows, drag, put, set, svg } from "../dom";

const PIXEL = 10;

export class Field {
  readonly node = svg("svg", { role: "group", "aria-label": "The input image" });
  #columns = svg("g", { id: "columns" });
  #rows = svg("g");
  #grid = svg("path", { class: "grid" });
  #box = svg("rect", { class: "box grab", tabindex: 0, role: "slider", "aria-label": "What the unit sees. Arrow keys move the unit.", "aria-valuenow": 0 });
  #size = 0;

  /** `move` gets how many pixels the box was dragged, `begin` says that a drag begins, `step` counts units. */
  constructor(begin: () => void, move: (down: number, right: number) => void, step: (down: number, right: number) => void) {
    this.node.append(svg("defs", null, this.#columns), this.#rows, this.#grid, this.#box);
    let from = { x: 0, y: 0 };
    drag(this.#box, {
      start: (event) => {
        from = { x: event.clientX, y: event.clientY };
        begin();
      },
      move: (event) => {
        const unit = this.node.getBoundingClientRect().width / this.#size;
        move((event.clientY - from.y) / unit, (event.clientX - from.x) / unit);
      },
    });
    arrows(this.#box, (keys) => step(-keys.dy, keys.dx));
  }

  draw(size: number, down: readonly number[], right: readonly number[], unit: readonly [number, number]): void {
    if (size !== this.#size) this.#build(size);
    // The ways of a pixel are those of its row times those of its column; so are the opacities.
    const shade = (counts: readonly number[], i: number): string => {
      const count = counts[i] ?? 0;
      return count > 0 ? (0.35 + (0.65 * count) / Math.max(...counts)).toFixed(2) : "0";
    };
    [...this.#columns.children].forEach((cell, i) => set(cell, { "fill-opacity": shade(right, i) }));
    [...this.#rows.children].forEach((row, i) => set(row, { opacity: shade(down, i) }));
    const [vertical, horizontal] = [seen(down), seen(right)];
    const shown = vertical.pixels > 0;
    set(this.#box, {
      x: horizontal.first * PIXEL, y: vertical.first * PIXEL,
      width: (horizontal.last - horizontal.first + 1) * PIXEL, height: (vertical.last - vertical.first + 1) * PIXEL,
      visibility: shown ? null : "hidden",
      "aria-valuetext": `unit ${unit.join(", ")} sees rows ${vertical.first} to ${vertical.last}, columns ${horizontal.first} to ${horizontal.last}`,
    });
  }

  #build(size: number): void {
    this.#size = size;
    set(this.node, { viewBox: `-1 -1 ${size * PIXEL + 2} ${size * PIXEL + 2}` });
    const whole = size * PIXEL;
    const each = <T>(make: (place: number) => T): T[] => Array.from({ length: size }, (_, i) => make(i * PIXEL));
    put(this.#columns, ...each((x) => svg("rect", { x, width: PIXEL, height: PIXEL })));
    put(this.#rows, ...each((y) => svg("use", { href: "#columns", y, opacity: 0 })));
    set(this.#grid, { d: [...each((at) => `M0,${at}H${whole}M${at},0V${whole}`), `M0,${whole}H${whole}V0`].join("") });
  }
}
