/** One bar a layer on a logarithmic scale, with a line at 1. */
import { height, span } from "../../core/signal-depth";
import { h, put, set, svg } from "../dom";

const [WIDE, HIGH, LEFT] = [400, 200, 44];

export class Bars {
  readonly node: HTMLElement;
  #bars = svg("g");
  #one = svg("line", { x1: LEFT, x2: WIDE, class: "one" });
  #ticks = svg("g", { class: "ticks" });
  #chart: SVGSVGElement;
  #label: string;

  constructor(meaning: "activation" | "gradient", label: string, caption: string) {
    this.#label = label;
    this.#chart = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH + 4}`, role: "img", "aria-label": label }, this.#ticks, this.#bars, this.#one);
    set(this.#bars, { class: `bars ${meaning}` });
    this.node = h("figure", null, h("figcaption", { class: meaning }, caption), this.#chart);
  }

  draw(values: readonly number[]): void {
    const [low, high] = span(values);
    const up = (share: number): number => HIGH * (1 - share);
    const at = (power: number): number => up((power - low) / (high - low));
    const wide = (WIDE - LEFT) / Math.max(1, values.length);
    if (this.#bars.children.length !== values.length) put(this.#bars, ...values.map(() => svg("rect")));
    values.forEach((value, i) => {
      const tall = HIGH * height(value, low, high);
      set(this.#bars.children[i]!, { x: LEFT + i * wide + wide * 0.1, width: wide * 0.8, y: HIGH - tall, height: tall });
    });
    const step = Math.max(1, Math.ceil((high - low) / 5));
    const powers = Array.from({ length: high - low + 1 }, (_, i) => low + i).filter((power) => power % step === 0);
    put(this.#ticks, ...powers.flatMap((power) => [
      svg("line", { x1: LEFT, x2: WIDE, y1: at(power), y2: at(power) }),
      svg("text", { x: LEFT - 6, y: at(power) + 4, "text-anchor": "end" }, "10", svg("tspan", { dy: -5, "font-size": 10 }, String(power).replace("-", "−"))),
    ]));
    set(this.#one, { y1: at(0), y2: at(0) });
    const ends = values.length > 0 ? `: ${values[0]} in the first layer, ${values.at(-1)} in the last` : ", not computed yet";
    set(this.#chart, { "aria-label": this.#label + ends });
  }
}
