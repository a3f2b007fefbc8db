/** Loss of the training points and of the test points, by epoch. uPlot draws; it is loaded with this element only. */
import uPlot from "uplot";
import { h } from "../dom";
import { type Colours, css } from "./paint";
import type { Reply } from "./reply";

const HEIGHT = 150;

export class Curves {
  readonly node = h("div", { class: "curves", role: "img" });
  #plot: uPlot | null = null;
  #theme = "";
  #drawn: Reply["curve"] | null = null;

  constructor() {
    new ResizeObserver(() => this.#plot?.setSize({ width: this.node.clientWidth, height: HEIGHT })).observe(this.node);
  }

  draw(curve: Reply["curve"], colours: Colours, label: string): void {
    this.node.ariaLabel = label;
    if (colours.ink !== this.#theme) this.#build(colours);
    if (curve === this.#drawn) return;
    this.#drawn = curve;
    this.#plot?.setData([0, 1, 2].map((i) => curve.map((each) => each[i])) as unknown as uPlot.AlignedData);
  }

  #build(colours: Colours): void {
    this.#plot?.destroy();
    this.#theme = colours.ink;
    this.#drawn = null;
    const axis = { stroke: colours.soft, font: "12px ui-serif, Georgia, serif", grid: { stroke: colours.rule, width: 1 }, ticks: { show: false } };
    const train = { label: "training", stroke: css(colours.above), width: 2, points: { show: false } };
    const test = { label: "test", stroke: css(colours.below), width: 2, dash: [6, 3], points: { show: false } };
    this.#plot = new uPlot(
      {
        width: this.node.clientWidth || 280,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false }, y: { range: (_, low, high) => [Math.min(0, low ?? 0), (high ?? 1) * 1.05 || 1] } },
        axes: [{ ...axis, size: 24, gap: 2 }, { ...axis, size: 40, gap: 2 }],
        series: [{}, train, test],
      },
      [[], [], []],
      this.node,
    );
  }
}
