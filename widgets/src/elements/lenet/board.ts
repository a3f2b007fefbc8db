/** The drawing board: pointer and touch draw; with the keyboard a pen is moved, put down and lifted. */
import { BLANK, type Pixels, SIDE, stroke } from "../../core/drawing";
import { clamp } from "../../core/numbers";
import { arrow, drag, set, svg } from "../dom";

const RUBBER = 2.6;

export class Board {
  readonly node = svg("svg", { viewBox: `-0.1 -0.1 ${SIDE + 0.2} ${SIDE + 0.2}`, class: "board", tabindex: 0, role: "application", "aria-roledescription": "drawing board" });
  rubbing = false;
  #pixels: Pixels = BLANK;
  #cells: SVGRectElement[] = [];
  #pen = svg("circle", { r: 1.4, class: "pen" });
  #place: [number, number] = [SIDE / 2, SIDE / 2];
  #down = false;
  #change: (pixels: Pixels) => void;

  constructor(change: (pixels: Pixels) => void, tell: (text: string) => void) {
    this.#change = change;
    for (let i = 0; i < SIDE * SIDE; i++) {
      const cell = svg("rect", { x: i % SIDE, y: Math.floor(i / SIDE), width: 1.02, height: 1.02, "fill-opacity": 0 });
      this.#cells.push(cell);
    }
    this.node.append(svg("rect", { width: SIDE, height: SIDE, class: "paper" }), svg("rect", { x: 4, y: 4, width: 20, height: 20, class: "box" }), ...this.#cells, this.#pen);
    let last: [number, number] = [0, 0];
    drag(this.node, {
      start: (event) => this.#stroke((last = this.#at(event)), last),
      move: (event) => {
        // A fast pen moves far between two frames: the browser kept the places in between.
        for (const each of event.getCoalescedEvents?.() ?? [event]) {
          const next = this.#at(each);
          this.#stroke(last, next);
          last = next;
        }
      },
    });
    this.node.addEventListener("keydown", (event) => this.#key(event, tell));
    this.#describe();
  }

  draw(pixels: Pixels): void {
    this.#pixels = pixels;
    pixels.forEach((value, i) => set(this.#cells[i]!, { "fill-opacity": value > 0 ? value.toFixed(2) : 0 }));
    set(this.#pen, { cx: this.#place[0], cy: this.#place[1], "data-down": this.#down });
  }

  #at(event: PointerEvent): [number, number] {
    const box = this.node.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE];
  }

  #stroke(from: [number, number], to: [number, number]): void {
    this.#pixels = stroke(this.#pixels, from, to, this.rubbing ? 0 : 1, this.rubbing ? RUBBER : undefined);
    this.#change(this.#pixels);
  }

  #key(event: KeyboardEvent, tell: (text: string) => void): void {
    const step = arrow(event);
    if (step) {
      const size = event.shiftKey ? 3 : 1;
      const from = this.#place;
      this.#place = [clamp(from[0] + size * step.dx, 0.5, SIDE - 0.5), clamp(from[1] - size * step.dy, 0.5, SIDE - 0.5)];
      if (this.#down) this.#stroke(from, this.#place);
      tell(`${Math.round(this.#place[0])}, ${Math.round(this.#place[1])}`);
    } else if (event.key === " " || event.key === "Enter") {
      this.#down = !this.#down;
      if (this.#down) this.#stroke(this.#place, this.#place);
      tell(this.#down ? "Pen down" : "Pen up");
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.#pixels = BLANK;
      this.#down = false;
      this.#change(BLANK);
      tell("The board is empty");
    } else return;
    event.preventDefault();
    this.#describe();
    this.draw(this.#pixels);
  }

  #describe(): void {
    set(this.node, { "aria-label": `Drawing board of 28 by 28 pixels. Arrow keys move the pen, with Shift three pixels; Space puts it ${this.#down ? "up" : "down"}; Delete empties the board.` });
  }
}
