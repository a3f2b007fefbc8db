/** A square of numbers: grey or coloured by value, the number written in where there is room. */
import { clamp, show } from "../../core/numbers";
import type { Grid } from "../../core/convolution";
import { put, set, svg } from "../dom";

const CELL = 30;

export class Board {
  readonly node = svg("svg", { role: "img" });
  readonly cells = svg("g");
  readonly marks = svg("g");
  #kind: "data" | "activation";
  #size = -1;
  #margin = -1;

  constructor(kind: "data" | "activation") {
    this.#kind = kind;
    this.node.append(this.cells, this.marks);
  }

  /** `scale` is the value that gets the full colour. Margins are drawn around the grid as empty cells. */
  draw(grid: Grid, scale: number, [before, after]: readonly [number, number] = [0, 0]): void {
    const whole = grid.length + before + after;
    if (this.#size !== whole || this.#margin !== before) this.#build(whole, grid.length, before);
    for (const cell of this.cells.children) {
      const value = grid[Number(cell.getAttribute("data-row"))]?.[Number(cell.getAttribute("data-column"))];
      const [square, text] = cell.children;
      const part = value === undefined ? 0 : clamp(Math.abs(value) / (scale || 1), 0, 1);
      set(cell, { class: `cell ${this.#kind}${value === undefined ? " outside" : value < -1e-9 ? " negative" : ""}${part > 0.55 ? " dark" : ""}` });
      set(square!, { "fill-opacity": part.toFixed(3) });
      const label = value === undefined ? "0" : short(value);
      if (text!.textContent !== label) text!.textContent = label;
    }
  }

  #build(whole: number, size: number, before: number): void {
    this.#size = whole;
    this.#margin = before;
    set(this.node, { viewBox: `${-before * CELL - 2} ${-before * CELL - 2} ${whole * CELL + 4} ${whole * CELL + 4}` });
    put(this.cells);
    for (let row = -before; row < whole - before; row++) {
      for (let column = -before; column < whole - before; column++) {
        const inside = row >= 0 && row < size && column >= 0 && column < size;
        this.cells.append(
          svg(
            "g",
            { "data-row": row, "data-column": column, transform: `translate(${column * CELL} ${row * CELL})` },
            svg("rect", { width: CELL, height: CELL, class: inside ? "square" : "square margin" }),
            svg("text", { x: CELL / 2, y: CELL / 2 + 4, "text-anchor": "middle" }),
          ),
        );
      }
    }
  }

  /** Which cell a pointer is at. */
  at(event: PointerEvent | MouseEvent): readonly [number, number] {
    const box = this.node.getBoundingClientRect();
    const unit = box.width / (this.#size * CELL + 4);
    const place = (distance: number): number => Math.floor((distance / unit - 2) / CELL) - this.#margin;
    return [place(event.clientY - box.top), place(event.clientX - box.left)];
  }
}

/** One decimal, none above ten: what a cell has room for. */
function short(value: number): string {
  const text = Number(value.toFixed(Math.abs(value) >= 10 ? 0 : 1));
  return show(text === 0 ? 0 : text, 1);
}

export function frame(row: number, column: number, size = 1): Record<string, number> {
  return { x: column * CELL, y: row * CELL, width: size * CELL, height: size * CELL };
}
