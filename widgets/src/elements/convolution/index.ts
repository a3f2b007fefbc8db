/** <book-convolution>: drag a window over a picture, and see the sum of products that makes each output cell. */
import { agreement, type Grid, margins, type Padding, PADDINGS, pool, type Pool, POOLS, outputSize, resize, shift, taps } from "../../core/convolution";
import { begin, consistent, decode, encode, IMAGES, KERNELS, LEVELS, nameOf, output, PRESETS, SIZE, type State } from "../../core/convolution-presets";
import { clamp, show } from "../../core/numbers";
import { arrow, arrows, drag, h, put, set, svg } from "../dom";
import { Explorable } from "../explorable";
import type { Question } from "../guess";
import { Board, frame } from "./board";
import { css } from "./style";
import { code, formula, pooling, product } from "./words";

const WISHES = ["image", "kernel", "stride", "padding", "dilation", "pool"] as const;
const SIZES = [1, 2, 3, 5];

class ConvolutionStepper extends Explorable<State> {
  protected readonly heading = "One window, one number";
  protected readonly presets = PRESETS;
  protected override readonly css = css;
  protected readonly question: Question = { text: "" };
  protected encode = encode;
  protected decode = decode;
  #input = new Board("data");
  #map = new Board("activation");
  #small = new Board("activation");
  #window = svg("g", { class: "window grab", tabindex: 0, role: "slider", "aria-label": "The window. Arrow keys move it over the picture.", "aria-valuenow": 0 });
  #brush = svg("rect", { class: "brush", tabindex: 0, role: "button", "aria-label": "Brush" });
  #hit = svg("rect", { class: "hit" });
  #nest = svg("rect", { class: "nest" });
  #won = svg("rect", { class: "hit" });
  #tool: "move" | "paint" = "move";
  #spot: [number, number] = [0, 0]; // where the keyboard's brush is
  #tools = [pressed("Move the window", () => this.#pick("move")), pressed("Paint", () => this.#pick("paint"))];
  #weights = h("div", { class: "weights", role: "group", "aria-label": "The filter" });
  #filter = choice("Filter", [...Object.entries(KERNELS).map(([value, { label }]) => ({ value, label })), { value: "", label: "your own" }], (name) => this.#reshape({ kernel: KERNELS[name]?.weights ?? this.state.kernel }));
  #size = choice("filter size k", SIZES.map(String).concat("4").sort().map(plain), (k) => this.#reshape({ kernel: resize(this.state.kernel, Number(k)) }));
  #stride = choice("stride", ["1", "2", "3"].map(plain), (stride) => this.#reshape({ stride: Number(stride) }));
  #padding = choice("padding", PADDINGS.map(plain), (padding) => this.#reshape({ padding: padding as Padding, ...(padding === "same" ? { stride: 1 } : {}) }));
  #dilation = choice("dilation", ["1", "2", "3"].map(plain), (dilation) => this.#reshape({ dilation: Number(dilation) }));
  #pool = choice("pooling", POOLS.map(plain), (kind) => this.change({ pool: kind as Pool }));
  #picture = choice("Picture", Object.keys(IMAGES).map(plain).concat({ value: "", label: "your own" }), (name) => this.change({ image: IMAGES[name] ?? this.state.image }));
  #sum = h("div", { class: "product" });
  #rule = h("div", { class: "formula" });
  #noted = h("p", { class: "noted" });
  #hidden = h("p", { class: "veil" }, "?");
  #result = h("figure", null, h("figcaption"), this.#hidden, this.#map.node);
  #pooled = h("figure", null, h("figcaption"), this.#small.node);
  #asked: Question | null = null;

  protected begin(preset: string): State {
    put(this.#noted);
    const own = preset === (this.getAttribute("preset") ?? "");
    return begin(preset, own ? Object.fromEntries(WISHES.map((name) => [name, this.getAttribute(name)])) : {});
  }

  protected build(): void {
    this.#input.marks.append(this.#window, this.#brush);
    set(this.#input.node, { role: "group", "aria-label": "The picture" });
    this.#map.marks.append(this.#nest, this.#hit);
    this.#small.marks.append(this.#won);
    this.#listen();
    const moves = ([["←", 0, -1, "left"], ["→", 0, 1, "right"], ["↑", -1, 0, "up"], ["↓", 1, 0, "down"]] as const).map(([sign, down, right, name]) =>
      h("button", { type: "button", "aria-label": `Shift the picture ${name}`, onclick: () => this.#shift(down, right, name) }, sign),
    );
    const picture = h("figure", null, h("figcaption", null, "input ", h("span", { class: "data" }, "x"), ` (${SIZE} × ${SIZE})`), this.#input.node, h("div", { class: "controls" }, ...this.#tools), h("div", { class: "controls" }, h("span", { class: "soft" }, "shift "), ...moves, this.#picture.node));
    const filter = h("figure", { class: "filter" }, h("figcaption", null, "filter ", h("span", { class: "weight" }, "w")), this.#weights, this.#filter.node);
    const settings = h("div", { class: "controls settings" }, ...[this.#size, this.#stride, this.#padding, this.#dilation, this.#pool].map(({ node }) => node));
    put(this.stage, settings, h("div", { class: "boards" }, picture, filter, h("div", { class: "outputs" }, this.#result, this.#pooled), h("div", { class: "explain" }, this.#noted, this.#sum, this.#rule)));
    this.guess.commit = (guess) => this.change({ guess });
    this.guess.retry = () => this.change({ guess: null });
  }

  protected draw(): void {
    const { image, kernel, stride, padding, dilation, guess } = this.state;
    const k = kernel.length;
    const size = outputSize(SIZE, k, this.state);
    const at = this.state.at.map((index) => clamp(index, 0, Math.max(0, size - 1))) as [number, number];
    const map = output(this.state);
    const open = guess === null;
    this.#input.draw(image, 1, margins(k, this.state));
    this.#drawWindow(at, size > 0 && this.#tool === "move");
    this.#drawOutput(map, at, open);
    this.#drawWeights();
    for (const [control, value] of [[this.#size, k], [this.#stride, stride], [this.#padding, padding], [this.#dilation, dilation], [this.#pool, this.state.pool]] as const) control.show(String(value));
    this.#filter.show(nameOf(kernel) ?? "");
    this.#picture.show(Object.entries(IMAGES).find(([, each]) => each === image)?.[0] ?? "");
    this.#tools.forEach((button, i) => (button.ariaPressed = String(this.#tool === ["move", "paint"][i])));
    const value = map[at[0]]?.[at[1]];
    put(this.#sum, ...(value === undefined ? [] : product(taps(image, kernel, this.state, ...at), value, at)), ...(this.state.pool !== "none" && !open && map.length >= 2 ? pooling(map, this.state.pool, at) : []));
    put(this.#rule, ...(open ? [] : formula(this.state)));
    put(this.lines, ...code({ ...this.state, at }, value));
    this.#question(k, size);
  }

  #drawWindow([i, j]: [number, number], shown: boolean): void {
    const { kernel, stride, dilation, image } = this.state;
    const [before] = margins(kernel.length, this.state);
    const reach = dilation * (kernel.length - 1) + 1;
    const seen = taps(image, kernel, this.state, i, j).flat();
    const value = this.state.guess === null ? "" : `, output ${show(output(this.state)[i]?.[j] ?? 0)}`;
    set(this.#window, { visibility: shown ? null : "hidden", "aria-valuetext": `row ${i}, column ${j}${value}` });
    put(
      this.#window,
      svg("rect", { class: "frame", ...frame(i * stride - before, j * stride - before, reach) }),
      ...(dilation > 1 ? seen.map(({ row, column }) => svg("rect", { class: "tap", ...frame(row, column) })) : []),
    );
    set(this.#brush, { ...frame(...this.#spot), visibility: this.#tool === "paint" ? null : "hidden" });
    set(this.#input.node, { class: this.#tool === "paint" ? "painting" : null });
  }

  #drawOutput(map: Grid, at: [number, number], open: boolean): void {
    const { pool: kind, kernel } = this.state;
    const most = kernel.flat().reduce((sum, weight) => sum + Math.abs(weight), 0) / 2;
    set(this.#hidden, { hidden: !open });
    set(this.#map.node, { hidden: open });
    const caption = open ? "output: how large?" : map.length ? `output y (${map.length} × ${map.length})` : "no output: the window does not fit";
    put(this.#result.firstElementChild!, caption);
    this.#map.draw(map, most);
    set(this.#map.node, { style: `width:${2.3 * Math.max(1, map.length)}em`, "aria-label": caption });
    set(this.#hit, { ...frame(...at), visibility: map.length ? null : "hidden" });
    const pooling = kind !== "none" && !open && map.length >= 2;
    set(this.#pooled, { hidden: !pooling });
    set(this.#nest, { visibility: pooling ? null : "hidden" });
    if (!pooling) return;
    const small = pool(map, kind);
    const [p, q] = [at[0] >> 1, at[1] >> 1];
    this.#small.draw(small, most);
    set(this.#small.node, { style: `width:${2.3 * small.length}em`, "aria-label": "The pooled output" });
    put(this.#pooled.firstElementChild!, `after ${kind} pooling, 2 × 2 (${small.length} × ${small.length})`);
    const inside = p < small.length && q < small.length;
    set(this.#nest, { ...frame(2 * p, 2 * q, 2), visibility: inside ? null : "hidden" });
    set(this.#won, { ...frame(p, q), visibility: inside ? null : "hidden" });
  }

  #drawWeights(): void {
    const { kernel } = this.state;
    const fields = [...this.#weights.children] as HTMLInputElement[];
    if (fields.length !== kernel.length ** 2) {
      const made = kernel.flatMap((row, a) => row.map((_, b) => {
        const field = h("input", { type: "number", step: "0.5", "aria-label": `weight ${a}, ${b}`, oninput: () => this.#weigh(a, b, field.valueAsNumber) });
        return field;
      }));
      put(this.#weights, ...made);
      set(this.#weights, { "data-many": kernel.length > 3, style: `grid-template-columns:repeat(${kernel.length}, minmax(0, 1fr))` });
      return this.#drawWeights();
    }
    kernel.flat().forEach((weight, i) => {
      const field = fields[i]!;
      if (this.shadowRoot!.activeElement !== field) field.value = String(Number(weight.toFixed(kernel.length > 3 ? 2 : 3)));
      field.style.setProperty("--part", `${Math.round(Math.min(1, Math.abs(weight) / 2) * 30)}%`);
    });
  }

  #question(k: number, size: number): void {
    const { stride, padding, dilation, guess } = this.state;
    const text = this.getAttribute("question") ?? `The picture is ${SIZE} cells wide; the filter ${k}, with stride ${stride}, padding “${padding}” and dilation ${dilation}. How many cells wide is the output?`;
    if (this.#asked?.text !== text) this.#asked = { text, unit: "cells wide" };
    this.guess.ask(this.#asked);
    if (!guess) return this.guess.show(guess, null);
    const right = Number(guess) === size;
    this.guess.show(guess, `You said ${guess}; it is ${size}. ${right ? "Now drag the window over the picture." : "Count the places that the window can take; the formula below does."}`, right);
  }

  #listen(): void {
    let ink = 1;
    const paint = (event: PointerEvent): void => this.#paint(...this.#input.at(event), ink);
    drag(this.#input.node, {
      start: (event) => {
        if (this.#tool === "move") return this.#seek(event, this.#input);
        const [row, column] = this.#input.at(event);
        ink = (this.state.image[row]?.[column] ?? 0) > 0.5 ? 0 : 1;
        paint(event);
      },
      move: (event) => (this.#tool === "paint" ? paint(event) : this.#seek(event, this.#input)),
    });
    drag(this.#map.node, { start: (event) => this.#seek(event, this.#map), move: (event) => this.#seek(event, this.#map) });
    arrows(this.#window, (step) => this.#look(this.state.at[0] - step.dy, this.state.at[1] + step.dx));
    this.#brush.addEventListener("keydown", (event) => {
      const step = arrow(event);
      const [row, column] = this.#spot;
      if (step) this.#spot = [clamp(row - step.dy, 0, SIZE - 1), clamp(column + step.dx, 0, SIZE - 1)];
      else if (event.key === " " || event.key === "Enter") this.#paint(row, column, this.state.image[row]![column]! > 0.5 ? 0 : 1);
      else return;
      event.preventDefault();
      const [r, c] = this.#spot;
      set(this.#brush, { "aria-label": `Brush at row ${r}, column ${c}, value ${show(this.state.image[r]![c]!)}. Space paints, arrow keys move.` });
      this.redraw();
    });
  }

  /** Puts the middle of the window under the pointer, or takes the output cell that is pointed at. */
  #seek(event: PointerEvent, board: Board): void {
    const [row, column] = board.at(event);
    if (board === this.#map) return this.#look(row, column);
    const { kernel, stride, dilation } = this.state;
    const [before] = margins(kernel.length, this.state);
    const middle = (dilation * (kernel.length - 1)) / 2;
    const place = (cell: number): number => Math.round((cell + before - middle) / stride);
    this.#look(place(row), place(column));
  }

  #look(i: number, j: number): void {
    const last = outputSize(SIZE, this.state.kernel.length, this.state) - 1;
    if (last < 0) return;
    const at = [clamp(i, 0, last), clamp(j, 0, last)] as const;
    if (at.join() !== this.state.at.join()) this.change({ at });
  }

  #paint(row: number, column: number, ink: number): void {
    if (this.state.image[row]?.[column] === undefined || this.state.image[row]![column] === ink) return;
    this.change({ image: this.state.image.map((cells, i) => cells.map((value, j) => (i === row && j === column ? ink : Math.round(value * LEVELS) / LEVELS))) });
  }

  #weigh(a: number, b: number, weight: number): void {
    if (!Number.isFinite(weight)) return;
    this.change({ kernel: this.state.kernel.map((row, i) => row.map((old, j) => (i === a && j === b ? clamp(weight, -99, 99) : old))) });
  }

  /** A change of what is slid or how: a guess that was answered is no answer to the new question. */
  #reshape(part: Partial<State>): void {
    const asked = this.state.padding;
    const state = consistent({ ...this.state, ...part, guess: this.state.guess === null ? null : "" });
    put(this.#noted, part.stride && asked === "same" && state.padding === "valid" ? "“same” means: as large as the input. That needs stride 1, so the padding is “valid” now." : "");
    this.change(state);
  }

  #shift(down: number, right: number, name: string): void {
    const before = output(this.state);
    const image = shift(this.state.image, down, right);
    const after = output({ ...this.state, image });
    this.change({ image, guess: this.state.guess ?? "" });
    const { same, of } = agreement(before, after, down, right);
    const text = same === of
      ? `You shifted the picture ${name} by one. The output has shifted by one too: all ${of} cells that can be compared agree.`
      : `You shifted the picture ${name} by one. The output is not the old one shifted by one: ${same} of ${of} cells agree${this.state.stride > 1 ? "; with a stride above 1 the window skips places, and skips others now" : "; the rest are at the rim, where the picture is cut off"}.`;
    put(this.#noted, text);
    this.tell(text);
  }

  #pick(tool: "move" | "paint"): void {
    this.#tool = tool;
    this.redraw();
  }
}

function pressed(text: string, onclick: () => void): HTMLButtonElement {
  return h("button", { type: "button", "aria-pressed": "false", onclick }, text);
}

function plain(value: string): { value: string; label: string } {
  return { value, label: value };
}

function choice(name: string, options: { value: string; label: string }[], change: (value: string) => void): { node: HTMLElement; show: (value: string) => void } {
  const select = h("select", { "aria-label": name, onchange: () => change(select.value) }, ...options.map(({ value, label }) => h("option", { value }, label)));
  return {
    node: h("label", null, `${name} `, select),
    show: (value) => {
      if (select.value !== value) select.value = value;
    },
  };
}

customElements.define("book-convolution", ConvolutionStepper);
