/** <book-receptive-field>: a stack of layers, and the pixels that one output unit sees. */
import { clamp, count, show } from "../../core/numbers";
import { type Layer, type Row, rows, seen, ways } from "../../core/receptive";
import { begin, decode, encode, MOST_LAYERS, MOST_PIXELS, PRESETS, type State } from "../../core/receptive-presets";
import { type Child, h, mark, put, set, tint } from "../dom";
import { Explorable } from "../explorable";
import { Field } from "./field";
import { Pyramid } from "./pyramid";
import { css } from "./style";

class ReceptiveField extends Explorable<State> {
  protected readonly heading = "What one unit sees";
  protected readonly presets = PRESETS;
  protected override readonly css = css;
  protected readonly question = { text: "One unit at the top of this stack: how many input pixels wide is what it sees?", unit: "pixels wide" };
  protected encode = encode;
  protected decode = decode;
  #from: readonly [number, number] = [0, 0];
  #pyramid = new Pyramid((column) => this.#look(this.state.unit[0], column));
  #field = new Field(
    () => (this.#from = this.#unit()),
    (down, right) => {
      const { jump } = this.#table.at(-1)!;
      this.#look(Math.round(this.#from[0] + down / jump), Math.round(this.#from[1] + right / jump));
    },
    (down, right) => this.#look(this.#unit()[0] + down, this.#unit()[1] + right),
  );
  #rows = h("tbody");
  #width = h("input", { type: "number", min: 1, max: MOST_PIXELS, "aria-label": "Width of the input in pixels", oninput: () => this.#resize() });
  #words = h("div", { class: "words" });
  #more: HTMLButtonElement[] = [];
  #table: Row[] = [];
  #shape = "";

  protected begin(preset: string): State {
    const own = preset === (this.getAttribute("preset") ?? "") ? this.getAttribute("layers") : null;
    return begin(preset, own);
  }

  protected build(): void {
    const before = (name: string): Child[] => [name, h("sub", null, "ℓ−1")];
    const field: Child[] = ["field r = ", ...before("r"), " + (k − 1)·d·", ...before("j")];
    const jump: Child[] = ["jump j = ", ...before("j"), "·s"];
    const heads = [["layer"], ["k"], ["s"], ["d"], field, jump, ["size"], []].map((parts) => (parts.length > 0 ? h("th", { scope: "col" }, ...parts) : h("td")));
    const table = h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "The layers" }, h("table", null, h("thead", null, h("tr", null, ...heads)), this.#rows));
    const add = (text: string, layer: Layer): HTMLButtonElement => h("button", { type: "button", onclick: () => this.#layers([...this.state.layers, layer]) }, text);
    this.#more = [add("+ conv 3 × 3", { kind: "conv", kernel: 3, stride: 1, dilation: 1 }), add("+ pool 2 × 2", { kind: "pool", kernel: 2, stride: 2, dilation: 1 })];
    const controls = h(
      "div",
      { class: "controls" },
      ...this.#more,
      h("label", null, "input ", this.#width, " pixels wide"),
    );
    const hint = h("p", { class: "hint" }, "Drag the unit at the top, or the box in the image. Darker pixels reach the unit by more ways.");
    put(this.stage, h("div", { class: "views" }, h("div", null, this.#pyramid.node, hint), h("div", { class: "image" }, this.#field.node)), this.#words, table, controls);
    this.guess.commit = (guess) => this.change({ guess });
    this.guess.retry = () => this.change({ guess: null });
  }

  protected draw(): void {
    const { layers, input, guess } = this.state;
    const open = guess === null;
    this.#table = rows(layers, input);
    const size = this.#table.at(-1)?.size ?? input;
    const [row, column] = this.#unit();
    this.#pyramid.draw(layers, input, column, !open && size > 0);
    const see = (index: number): number[] => (open || size === 0 ? [] : ways(layers, input, index)[0]!);
    const [down, right] = [see(row), see(column)];
    this.#field.draw(input, down, right, [row, column]);
    this.#drawTable(open);
    for (const button of this.#more) set(button, { disabled: layers.length >= MOST_LAYERS, title: layers.length >= MOST_LAYERS ? `A stack has at most ${MOST_LAYERS} layers here.` : null });
    for (const button of this.#rows.querySelectorAll("button")) set(button, { disabled: layers.length === 1 });
    put(this.#words, ...(open ? [] : this.#sentence(down, right, size)));
    if (this.shadowRoot!.activeElement !== this.#width) this.#width.value = String(input);
    const field = this.#table.at(-1)?.field ?? 1;
    const right_ = Number(guess) === field;
    this.guess.show(guess, guess ? `You said ${guess}; it is ${field}. ${right_ ? "" : "The table adds it up, layer by layer."}` : null, right_);
    put(this.lines, ...this.#code());
  }

  #sentence(down: readonly number[], right: readonly number[], size: number): Child[] {
    if (size === 0) return [h("p", { class: "gradient" }, "The image is too small for this stack: a window does not fit any more.")];
    const [vertical, horizontal] = [seen(down), seen(right)];
    const span = horizontal.last - horizontal.first + 1;
    const most = Math.max(...down) * Math.max(...right);
    const pixels = vertical.pixels * horizontal.pixels;
    const holes = span * span - pixels;
    const text = `The unit (${this.#unit().join(", ")}) of ${size} × ${size} sees a square of ${span} × ${span} pixels, `;
    return [
      h("p", null, text, holes > 0 ? h("strong", null, `but only ${pixels} of those ${span * span}: the others fall through the holes of the dilation. `) : `all ${pixels} of them. `,
        most > 1 ? `The pixel in the middle reaches it by ${count(most, "way")}, one in the corner by ${show(down[vertical.first]! * right[horizontal.first]!)}: the middle counts for more.` : "Every pixel reaches it by exactly one way."),
    ];
  }

  /** Fields are made anew only when the stack changes shape, so that typing keeps its place. */
  #drawTable(open: boolean): void {
    const { layers, input } = this.state;
    const shape = `${layers.map(({ kind }) => kind).join()}`;
    if (shape !== this.#shape) {
      this.#shape = shape;
      put(this.#rows, h("tr", null, h("th", { scope: "row" }, "input"), ...Array.from({ length: 7 }, () => h("td"))), ...layers.map((layer, i) => this.#row(layer, i)));
    }
    const write = (row: Element, column: number, ...what: Child[]): void => put(row.children[column]!, ...what);
    write(this.#rows.children[0]!, 4, "1");
    write(this.#rows.children[0]!, 5, "1");
    write(this.#rows.children[0]!, 6, `${input} × ${input}`);
    this.#table.forEach(({ layer, size, field, jump, before }, i) => {
      const row = this.#rows.children[i + 1]!;
      const { kernel, stride, dilation } = layer;
      write(row, 4, ...(open ? ["?"] : [`${before.field} + (${kernel} − 1)·${dilation}·${before.jump} = `, mark("data", String(field))]));
      write(row, 5, open ? "?" : `${before.jump}·${stride} = ${jump}`);
      write(row, 6, size > 0 ? `${size} × ${size}` : "does not fit");
      [...row.querySelectorAll("input")].forEach((field_, k) => {
        if (this.shadowRoot!.activeElement !== field_) field_.value = String([kernel, stride, dilation][k]);
      });
    });
  }

  #row(layer: Layer, i: number): HTMLElement {
    const field = (name: "kernel" | "stride" | "dilation", most: number): HTMLElement => {
      const input = h("input", { type: "number", min: 1, max: most, "aria-label": `${name} of layer ${i + 1}`, oninput: () => this.#edit(i, name, input.valueAsNumber, most) });
      return h("td", null, input);
    };
    const remove = h("button", { type: "button", class: "quiet", "aria-label": `Take layer ${i + 1} away`, onclick: () => this.#layers(this.state.layers.filter((_, j) => j !== i)) }, "×");
    return h("tr", null, h("th", { scope: "row" }, `${i + 1} ${layer.kind}`), field("kernel", 9), field("stride", 4), field("dilation", 8), h("td"), h("td"), h("td"), h("td", null, remove));
  }

  #edit(i: number, name: "kernel" | "stride" | "dilation", value: number, most: number): void {
    if (!Number.isInteger(value) || value < 1 || value > most) return;
    this.#layers(this.state.layers.map((layer, j) => (j === i ? { ...layer, [name]: value } : layer)));
  }

  #layers(layers: readonly Layer[]): void {
    if (layers.length === 0 || layers.length > MOST_LAYERS) return;
    this.change({ layers, preset: "own", guess: this.state.guess === null ? null : "" });
  }

  #resize(): void {
    const input = this.#width.valueAsNumber;
    if (Number.isInteger(input) && input >= 1 && input <= MOST_PIXELS) this.change({ input });
  }

  #unit(): readonly [number, number] {
    const last = Math.max(0, (this.#table.at(-1)?.size ?? 1) - 1);
    return [clamp(this.state.unit[0], 0, last), clamp(this.state.unit[1], 0, last)];
  }

  #look(row: number, column: number): void {
    const last = Math.max(0, (this.#table.at(-1)?.size ?? 1) - 1);
    const unit = [clamp(row, 0, last), clamp(column, 0, last)] as const;
    if (unit.join() !== this.state.unit.join()) this.change({ unit });
  }

  #code(): Child[] {
    const stack = this.state.layers.map(({ kernel, stride, dilation }) => `(${kernel}, ${stride}, ${dilation})`).join(", ");
    const answer = this.state.guess === null ? "" : `    # ${this.#table.at(-1)?.field ?? 1} pixels wide in the end`;
    return tint(`field, jump = 1, 1\nfor k, s, d in [${stack}]:\n    field += (k - 1) * d * jump${answer}\n    jump *= s`, { field: "data" });
  }
}

customElements.define("book-receptive-field", ReceptiveField);
