/** <book-lenet>: draw a digit, guess how the trained LeNet-5 reads it, and look at every stage. */
import reading from "../../core/data/lenet-reading.json";
import { BLANK, isBlank, type Pixels } from "../../core/drawing";
import { begin, decode, DIGITS, encode, PICTURES, PRESETS, type State } from "../../core/lenet-presets";
import { Computed } from "../computed";
import { h, put, set, tint } from "../dom";
import { Board } from "./board";
import { Maps, type Reading } from "./maps";
import { css } from "./style";

/** What Python said of the first picture when the book was built: the page needs no Python to show it. */
const FIRST = reading as Reading | null;

class DrawingBoard extends Computed<State> {
  protected readonly model = "lenet";
  protected readonly heading = "Draw a digit; LeNet-5 reads it";
  protected readonly presets = PRESETS;
  protected override readonly css = css;
  protected readonly question = { text: "What will the network read? Draw, then commit, then look.", choices: DIGITS.map((value) => ({ value, label: value })) };
  protected encode = encode;
  protected decode = decode;
  #board = new Board((pixels) => this.#drawn(pixels), (text) => this.tell(text));
  #maps = new Maps();
  #centre = h("input", { type: "checkbox", id: "centre", onchange: () => this.change({ centre: this.#centre.checked }) });
  #rub = h("button", { type: "button", "aria-pressed": "false", onclick: () => this.#toggle() }, "Rub out");
  #note = h("p", { class: "note", role: "status" });
  #bars = h("ol", { class: "bars", start: 0, "aria-label": "Probability of each digit" }, ...DIGITS.map((digit) => h("li", null, h("span", { class: "digit" }, digit), h("span", { class: "bar" }, h("span")), h("span", { class: "chance" }))));
  #results = h("div", { class: "results" });
  #readings = this.asking<Reading>();

  protected begin(preset: string): State {
    return begin(preset);
  }

  protected build(): void {
    const clear = h("button", { type: "button", onclick: () => this.change({ pixels: BLANK, guess: null }) }, "Empty the board");
    const board = h("div", { class: "draw" }, this.#board.node, h("div", { class: "controls" }, this.#rub, clear), h("label", { for: "centre" }, this.#centre, "scale and centre it first, as MNIST does"));
    put(this.#results, this.#bars, this.#maps.node);
    put(this.stage, h("div", { class: "desk" }, board, h("div", null, this.#note, this.#results)));
    const text = 'model = bc.load("lenet5", "mnist")\nstages = model.stages(image[None, None])    # conv1, pool1, conv2, pool2, fc1, fc2, fc3\nsoftmax(stages["fc3"])                      # the ten probabilities';
    put(this.lines, ...tint(text, { image: "data", model: "weight", stages: "activation" }));
  }

  /** The first picture's reading is there already: Python is not fetched for it. */
  protected override commit(guess: string): void {
    this.change({ guess });
  }

  protected override start(preset: string): void {
    this.wake();
    super.start(preset);
  }

  protected draw(): void {
    const { pixels, centre, guess } = this.state;
    this.#board.draw(pixels);
    this.#centre.checked = centre;
    const empty = isBlank(pixels);
    const first = centre && pixels === PICTURES["three"] ? FIRST : null;
    if (!empty && guess !== null && !first) this.#readings.ask(this.#key, () => this.call("read", [...pixels], centre));
    const current = first ?? this.#readings.of(this.#key);
    const old = current ?? (this.#readings.trouble ? null : this.#readings.latest); // while the next one is computed
    const shown = guess !== null && !empty ? old : null;
    set(this.#results, { hidden: shown === null, "data-stale": current === null });
    put(this.#note, this.#says(empty, shown !== null));
    if (shown) this.#show(shown);
    this.#answer(current && !empty ? current : null);
  }

  #drawn(pixels: Pixels): void {
    this.wake();
    this.change({ pixels });
  }

  get #key(): string {
    return encode({ ...this.state, guess: null });
  }

  #says(empty: boolean, shown: boolean): string {
    if (empty) return "Draw a digit on the board: with the mouse, a finger, or the arrow keys and Space.";
    if (this.state.guess === null) return "The board has its digit. Commit a guess above, and the network answers.";
    const { trouble } = this.#readings;
    if (trouble.includes("unknown weights")) return "The trained weights are not in this copy of the book; “nox -s figures -- lenet_mnist” makes them.";
    return trouble || (shown ? "" : this.waiting("Reading…"));
  }

  #show({ probabilities, stages }: Reading): void {
    const most = Math.max(...probabilities);
    probabilities.forEach((chance, digit) => {
      const [, bar, text] = this.#bars.children[digit]!.children;
      (bar!.firstElementChild as HTMLElement).style.width = `${100 * chance}%`;
      put(text!, percent(chance));
      set(this.#bars.children[digit]!, { class: `${chance === most ? "first" : ""}${this.state.guess === String(digit) ? " guessed" : ""}` });
    });
    this.#maps.draw(stages, getComputedStyle(this));
  }

  #answer(current: Reading | null): void {
    const { guess } = this.state;
    if (!guess || !current) return this.guess.show(guess, null);
    const { probabilities } = current;
    const digit = probabilities.indexOf(Math.max(...probabilities));
    const chance = percent(probabilities[digit]!);
    const right = guess === String(digit);
    this.guess.show(guess, `You said ${guess}; it reads ${digit}, with ${chance}. ${right ? "Now change the drawing until it reads something else." : "Its maps show what it made of the drawing."}`, right);
  }

  #toggle(): void {
    this.#board.rubbing = !this.#board.rubbing;
    this.#rub.ariaPressed = String(this.#board.rubbing);
  }
}

/** No network is certain: what would round to 100 % is said to be above 99.9. */
function percent(chance: number): string {
  return chance >= 0.9995 ? "> 99.9 %" : `${(100 * chance).toFixed(1)} %`;
}

customElements.define("book-lenet", DrawingBoard);
