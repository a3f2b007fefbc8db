/** One unit's numbers: its bias and the weights that come in, each of which can be set. */
import type { State } from "../../core/playground";
import { h, put } from "../dom";
import { type Place, sourceName, unitName } from "./network";
import type { Reply } from "./reply";

export class Inspector {
  readonly node = h("section", { class: "inspector", hidden: true, "aria-label": "Weights of a unit" });
  #fields: HTMLInputElement[] = [];
  #shape = "";
  #edit: (place: Place, source: number | null, value: number) => void;
  #close: () => void;

  constructor(edit: (place: Place, source: number | null, value: number) => void, close: () => void) {
    [this.#edit, this.#close] = [edit, close];
  }

  draw(state: State, reply: Reply | null, place: Place | null): void {
    const weights = place && reply?.weights[place.layer]?.[place.unit];
    this.node.hidden = !weights;
    if (!weights || !place) return;
    const shape = JSON.stringify([state.features, state.layers, place]);
    if (shape !== this.#shape) this.#build(state, place, weights.length);
    this.#shape = shape;
    const values = [reply.biases[place.layer]![place.unit]!, ...weights];
    const focused = (this.node.getRootNode() as ShadowRoot).activeElement;
    this.#fields.forEach((field, i) => {
      if (field !== focused) field.value = String(Number(values[i]!.toFixed(3)));
    });
  }

  focus(source: number | null): void {
    const field = this.#fields[source === null ? 0 : source + 1];
    field?.focus();
    field?.select();
  }

  #build(state: State, place: Place, count: number): void {
    const names = ["bias", ...Array.from({ length: count }, (_, source) => sourceName(state, place.layer, source))];
    this.#fields = names.map((_, i) => h("input", { type: "number", step: 0.1, class: "weight", onchange: (event: Event) => this.#read(place, i, event.target as HTMLInputElement) }));
    const title = h("strong", null, `Weights into ${unitName(state, place)}`);
    const close = h("button", { type: "button", class: "quiet", onclick: this.#close }, "Close");
    put(this.node, h("p", null, title, " ", close), h("div", { class: "weights" }, ...names.map((name, i) => h("label", null, name, this.#fields[i]!))));
  }

  #read(place: Place, index: number, field: HTMLInputElement): void {
    const value = field.valueAsNumber;
    if (Number.isFinite(value) && Math.abs(value) <= 1e6) this.#edit(place, index === 0 ? null : index - 1, value);
  }
}
