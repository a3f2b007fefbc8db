/** A point of a picture that moves up and down: dragged, or by the arrow keys, with Shift in larger steps. */
import { arrow, drag, set } from "./dom";

export interface Range {
  readonly low: number;
  readonly high: number;
  /** The height now. */
  readonly height: () => number;
  readonly move: (height: number) => void;
}

export function upDown(point: SVGElement, picture: SVGSVGElement, { low, high, height, move }: Range): void {
  set(point, { tabindex: 0, role: "slider", "aria-orientation": "vertical", "aria-valuemin": low, "aria-valuemax": high });
  drag(point, {
    move: (event) => {
      const box = picture.getBoundingClientRect();
      move(high - ((event.clientY - box.top) / box.height) * (high - low));
    },
  });
  point.addEventListener("keydown", (event) => {
    const step = arrow(event);
    if (!step?.dy) return;
    event.preventDefault();
    move(height() + step.dy * (event.shiftKey ? 0.5 : 0.1));
  });
}
