/** <book-signal-depth>: how large activations and gradients are, layer by layer, before any training. */
import { count, raised } from "../../core/numbers";
import { ACTIVATIONS, begin, CHOICES, decode, DEEPEST, encode, PRESETS, RIGHT, STARTS, type State } from "../../core/signal-depth";
import { choice } from "../choice";
import { Computed } from "../computed";
import { h, mark, put, tint } from "../dom";
import { Bars } from "./bars";
import { css } from "./style";

const WIDTH = 64;

interface Sizes {
  readonly activations: readonly number[];
  readonly gradients: readonly number[];
}

class SignalDepth extends Computed<State> {
  protected readonly model = "signal_depth";
  protected readonly heading = "Signal and gradient by depth";
  protected readonly presets = PRESETS;
  protected override readonly css = css;
  protected readonly question = {
    text: "Thirty ReLU layers from Xavier's start: how large is the gradient that arrives at the first layer, beside the last layer's?",
    choices: CHOICES,
  };
  protected encode = encode;
  protected decode = decode;
  #starts = choice("The start", STARTS, (start) => this.change({ start, preset: "own" }));
  #activations = choice("The activation function", ACTIVATIONS, (activation) => this.change({ activation, preset: "own" }));
  #skip = h("input", { type: "checkbox", id: "skip", onchange: () => this.change({ skip: this.#skip.checked, preset: "own" }) });
  #depth = h("input", { type: "range", min: 1, max: DEEPEST, "aria-label": "Number of layers", oninput: () => this.change({ depth: this.#depth.valueAsNumber, preset: "own" }) });
  #layers = h("span");
  #forwards = new Bars("activation", "Size of the activations, layer by layer", "forwards: activations");
  #backwards = new Bars("gradient", "Size of the gradient that arrives at each layer", "backwards: gradients");
  #words = h("div", { class: "words", role: "status" });
  #sizes = this.asking<Sizes>();

  protected begin(preset: string): State {
    return begin(preset);
  }

  protected build(): void {
    const depth = h("label", null, this.#depth, " ", this.#layers);
    const skip = h("label", { for: "skip" }, this.#skip, " add each layer's input to its output");
    put(this.stage, this.#starts.node, this.#activations.node, h("div", { class: "controls" }, depth, skip), h("div", { class: "views" }, this.#forwards.node, this.#backwards.node), this.#words);
  }

  protected draw(): void {
    const { start, activation, depth, skip, guess } = this.state;
    if (guess !== null) this.#sizes.ask(this.#key, () => this.call("through", start, activation, depth, WIDTH, skip));
    const known = guess === null ? null : this.#sizes.of(this.#key);
    const shown = known ?? (guess === null ? null : this.#sizes.latest); // while the next is computed
    this.#starts.show(start);
    this.#activations.show(activation);
    this.#skip.checked = skip;
    this.#depth.value = String(depth);
    put(this.#layers, count(depth, "layer"), ` of ${WIDTH} units`);
    this.#forwards.draw(shown?.activations ?? []);
    this.#backwards.draw(shown?.gradients ?? []);
    put(this.#words, ...this.#says(known));
    this.#answer(known);
    put(this.lines, ...tint(this.#code(), { w: "weight", h: "activation", g: "gradient" }));
  }

  get #key(): string {
    return encode({ ...this.state, preset: "own", guess: null });
  }

  #says(sizes: Sizes | null): (Node | string)[] {
    if (this.state.guess === null) return ["Commit a guess above, and the layers are computed."];
    if (this.#sizes.trouble) return [this.#sizes.trouble];
    if (!sizes) return [this.waiting()];
    const [first, last] = [sizes.gradients[0]!, sizes.gradients.at(-1)!];
    return [h("p", null, "After the last layer the activations are ", mark("activation", brief(sizes.activations.at(-1)!)), " in size; the first layer's gradient is ", mark("gradient", brief(last ? first / last : 0)), " times the last one's.")];
  }

  #answer(sizes: Sizes | null): void {
    const { guess, preset } = this.state;
    const asked = sizes && preset === "half" ? sizes : null;
    const ratio = asked ? asked.gradients[0]! / asked.gradients.at(-1)! : 0;
    const verdict = asked ? `It is ${brief(ratio)} times as large: ReLU loses half of the mean square in each layer, and 29 halves are left. He's start gives it back.` : null;
    this.guess.show(guess, guess ? verdict : null, verdict ? guess === RIGHT : undefined);
  }

  #code(): string {
    const { start, activation, skip } = this.state;
    const draw = { zeros: "zeros", small: "normal", lecun: "lecun_normal", xavier: "xavier_normal", he: "he_normal", orthogonal: "orthogonal" }[start];
    const out = activation === "identity" ? "h @ w.T" : `(h @ w.T).${activation}()`;
    return `for w in [init.${draw}((${WIDTH}, ${WIDTH}), rng=rng) for _ in range(${this.state.depth})]:\n    h = ${skip ? "h + " : ""}${out}\ng = grad(loss, layers)`;
  }
}

/** 0.71, 3.2·10⁻⁵: two digits. */
function brief(value: number): string {
  return value === 0 || (value >= 0.01 && value < 1000) ? String(Number(value.toPrecision(2))) : raised(value);
}

customElements.define("book-signal-depth", SignalDepth);
