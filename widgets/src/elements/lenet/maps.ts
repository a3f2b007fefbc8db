/** The stages of the network as small pictures: one canvas a map, one row a stage. */
import { h, put } from "../dom";

export interface Stage {
  readonly name: string;
  readonly shape: readonly number[];
  readonly most: number; // what 99 stands for
  readonly values: readonly number[]; // whole numbers from -99 to 99
}

export interface Reading {
  readonly stages: readonly Stage[];
  readonly probabilities: readonly number[];
}

const LEVELS = 99;
const WORDS: Record<string, (shape: readonly number[]) => string> = {
  input: () => "what the network sees",
  conv1: ([n, side]) => `conv1: ${n} filters of 5 × 5, maps of ${side} × ${side}`,
  pool1: ([n, side]) => `pool1: ${n} maps of ${side} × ${side}`,
  conv2: ([n, side]) => `conv2: ${n} filters over all maps before, maps of ${side} × ${side}`,
  pool2: ([n, side]) => `pool2: ${n} maps of ${side} × ${side}: 400 numbers`,
  fc1: ([n]) => `fc1: ${n} numbers`,
  fc2: ([n]) => `fc2: ${n} numbers`,
};
const COLUMNS: Record<string, number> = { fc1: 30, fc2: 28 };

export class Maps {
  readonly node = h("div", { class: "maps" });
  #canvases = new Map<string, HTMLCanvasElement[]>();
  #shape = "";

  /** Colours are taken from the page, so that the maps follow the theme. */
  draw(stages: readonly Stage[], style: CSSStyleDeclaration): void {
    const shown = stages.filter(({ name }) => name in WORDS);
    const shape = shown.map((stage) => stage.shape.join()).join(";");
    if (shape !== this.#shape) this.#build(shown);
    this.#shape = shape;
    for (const stage of shown) {
      const positive = rgb(style.getPropertyValue(stage.name === "input" ? "--data" : "--activation"));
      const negative = rgb(style.getPropertyValue("--soft"));
      const canvases = this.#canvases.get(stage.name)!;
      const size = stage.values.length / canvases.length;
      canvases.forEach((canvas, i) => paint(canvas, stage.values.slice(i * size, (i + 1) * size), positive, negative));
    }
  }

  #build(stages: readonly Stage[]): void {
    put(this.node, ...stages.map((stage) => this.#stage(stage)));
  }

  #stage({ name, shape }: Stage): HTMLElement {
    const [count = 1, height = 1, width = 1] = shape;
    const flat = shape.length === 1;
    const columns = flat ? (COLUMNS[name] ?? count) : width;
    const rows = flat ? Math.ceil(count / columns) : height;
    const canvases = Array.from({ length: flat ? 1 : count }, () => h("canvas", { width: columns, height: rows, style: `--wide:${columns}` }));
    this.#canvases.set(name, canvases);
    const words = WORDS[name]!(shape);
    return h("figure", { class: `stage-${flat ? "flat" : name}` }, h("figcaption", null, words), h("div", { class: "row", role: "img", "aria-label": words }, ...canvases));
  }
}

function paint(canvas: HTMLCanvasElement, values: readonly number[], positive: Colour, negative: Colour): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(canvas.width, canvas.height);
  values.forEach((value, i) => {
    const colour = value >= 0 ? positive : negative;
    image.data.set([...colour, Math.round((255 * Math.abs(value)) / LEVELS)], 4 * i);
  });
  context.putImageData(image, 0, 0);
}

type Colour = readonly [number, number, number];

function rgb(text: string): Colour {
  const hex = /^\s*#(..)(..)(..)\s*$/.exec(text);
  return hex ? [parseInt(hex[1]!, 16), parseInt(hex[2]!, 16), parseInt(hex[3]!, 16)] : [0, 112, 78];
}
