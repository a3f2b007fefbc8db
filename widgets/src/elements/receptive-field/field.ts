/** The input from above: the pixels that the chosen output unit sees, and the box around them, which is dragged. */
import { seen } from "../../core/receptive";
import { arrow, drag, put, set, svg } from "../dom";

const PIXEL = 10;

export class Field {
  readonly node = svg("svg", { role: "group", "aria-label": "The input image" });
  #pixels = svg("g");
  #box = svg("rect", { class: "box grab", tabindex: 0, role: "slider", "aria-label": "What the unit sees. Arrow keys move the unit.", "aria-valuenow": 0 });
  #size = 0;

  /** `move` gets how many pixels the box was dragged, `begin` says that a drag begins, `step` counts units. */
  constructor(begin: () => void, move: (down: number, right: number) => void, step: (down: number, right: number) => void) {
    this.node.append(this.#pixels, this.#box);
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
    this.#box.addEventListener("keydown", (event) => {
      const arrows = arrow(event);
      if (!arrows) return;
      event.preventDefault();
      step(-arrows.dy, arrows.dx);
    });
  }

  draw(size: number, down: readonly number[], right: readonly number[], unit: readonly [number, number]): void {
    if (size !== this.#size) this.#build(size);
    const most = Math.max(1, ...down) * Math.max(1, ...right);
    let i = 0;
    for (const row of Array.from({ length: size }, (_, r) => down[r] ?? 0)) {
      for (let column = 0; column < size; column++) {
        const share = (row * (right[column] ?? 0)) / most;
        set(this.#pixels.children[i++]!, { "fill-opacity": share > 0 ? (0.2 + 0.8 * share).toFixed(2) : 0 });
      }
    }
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
    const pixel = (i: number): SVGRectElement => svg("rect", { x: (i % size) * PIXEL, y: Math.floor(i / size) * PIXEL, width: PIXEL, height: PIXEL, "fill-opacity": 0 });
    put(this.#pixels, ...Array.from({ length: size * size }, (_, i) => pixel(i)));
  }
}
