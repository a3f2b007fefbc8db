/** The surface from above: light is low. The square is where the line is now, the star the lowest place. */
import { MOST, type Pair } from "../../core/loss-surface";
import { show } from "../../core/numbers";
import { arrows, drag, h, set, svg } from "../dom";
import type { Place, Whole } from "./index";

const SIZE = 400;
const HALF = 9;
const across = (w: number): number => ((w + MOST) / (2 * MOST)) * SIZE;
const up = (b: number): number => ((MOST - b) / (2 * MOST)) * SIZE;
const LONGEST = 90; // of the arrow downhill
const STAR = "M0,-10 L2.4,-3.2 9.5,-3.1 3.8,1.2 5.9,8.1 0,4 -5.9,8.1 -3.8,1.2 -9.5,-3.1 -2.4,-3.2Z";

export class Surface {
  readonly node: HTMLElement;
  #canvas = h("canvas", { class: "heights", "aria-hidden": "true" });
  #arrow = svg("line", { class: "downhill", "marker-end": "url(#tip)" });
  #star = svg("path", { class: "lowest", d: STAR });
  #handle = svg("rect", { width: 2 * HALF, height: 2 * HALF, class: "handle grab", tabindex: 0, role: "slider", "aria-label": "Slope and intercept. Arrow keys move them.", "aria-valuenow": 0 });
  #at: Pair = [0, 0];
  #drawn: Whole | null = null;
  #scheme = "";

  constructor(move: (at: Pair) => void) {
    const frame = svg("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, role: "group", "aria-label": "The loss over slope w, to the right, and intercept b, upwards" },
      svg("defs", null, svg("marker", { id: "tip", viewBox: "0 0 10 10", refX: 8, refY: 5, markerWidth: 5, markerHeight: 5, orient: "auto-start-reverse" }, svg("path", { d: "M0,0 L10,5 0,10z", class: "tip" }))),
      svg("rect", { width: SIZE, height: SIZE, class: "ground clear" }),
      svg("path", { class: "axes", d: `M0,${SIZE / 2}H${SIZE}M${SIZE / 2},0V${SIZE}` }),
      svg("text", { x: SIZE - 8, y: SIZE / 2 - 8, "text-anchor": "end", class: "weight" }, "slope w"),
      svg("text", { x: SIZE / 2 + 8, y: 18, class: "weight" }, "intercept b"),
      this.#arrow, this.#star, this.#handle);
    this.node = h("div", { class: "surface" }, this.#canvas, frame);
    drag(this.#handle, {
      move: (event) => {
        const { left, top, width, height } = frame.getBoundingClientRect();
        move([((event.clientX - left) / width) * 2 * MOST - MOST, MOST - ((event.clientY - top) / height) * 2 * MOST]);
      },
    });
    arrows(this.#handle, (step, shift) => {
      const size = shift ? 0.5 : 0.1;
      move([this.#at[0] + step.dx * size, this.#at[1] + step.dy * size]);
    });
  }

  draw(at: Pair, whole: Whole | null, place: Place | null, style: CSSStyleDeclaration): void {
    this.#at = at;
    const [x, y] = [across(at[0]), up(at[1])];
    set(this.#handle, { x: x - HALF, y: y - HALF, "aria-valuetext": `slope ${show(at[0])}, intercept ${show(at[1])}${place ? `, loss ${show(place.loss)}` : ""}` });
    set(this.#star, { visibility: whole ? null : "hidden", transform: whole ? `translate(${across(whole.lowest[0])} ${up(whole.lowest[1])})` : null });
    const [dw, db] = place?.gradient ?? [0, 0];
    const length = Math.hypot(dw, db);
    set(this.#arrow, { visibility: length > 1e-3 ? null : "hidden" });
    const scale = Math.min(40, LONGEST / (length || 1));
    set(this.#arrow, { x1: x, y1: y, x2: x - dw * scale, y2: y + db * scale });
    const scheme = style.getPropertyValue("--soft");
    if (whole !== this.#drawn || scheme !== this.#scheme) this.#paint(whole, scheme);
    [this.#drawn, this.#scheme] = [whole, scheme];
  }

  /** Bands of equal steps in the logarithm of the loss: near the bottom, too, there is something to see. */
  #paint(whole: Whole | null, ink: string): void {
    const side = whole?.side ?? 1;
    set(this.#canvas, { width: side, height: side });
    if (!whole) return;
    const low = Math.min(...whole.values);
    const heights = whole.values.map((value) => Math.log(value - low + 0.05));
    const [least, most] = [Math.min(...heights), Math.max(...heights)];
    const context = this.#canvas.getContext("2d")!;
    context.fillStyle = ink;
    heights.forEach((height, i) => {
      context.globalAlpha = 0.04 + 0.6 * ((height - least) / (most - least || 1));
      context.fillRect(i % side, Math.floor(i / side), 1, 1);
    });
  }
}
