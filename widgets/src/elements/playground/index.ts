/** <book-playground>: a small network that is trained on the page, by book_code, while the reader watches and turns every knob. */
import first from "../../core/data/playground-first.json";
import { begin, type Data, decode, encode, LINKED_POINTS, MOST_POINTS, type Own, parseTable, PRESETS, recipe, RECIPES, type State, type Task, taskOf } from "../../core/playground";
import { runtime, type State as Python } from "../../runtime/client";
import { h, put, say, set, tint } from "../dom";
import { Explorable } from "../explorable";
import { megabytes, showStatus } from "../page";
import { Curves } from "./curves";
import { Ground } from "./ground";
import { Inspector } from "./inspector";
import { Network, type Place, unitName } from "./network";
import { type Colours, coloursOf } from "./paint";
import { type Point, type Reply, unpackMaps } from "./reply";
import { DataSettings, LearningSettings } from "./settings";
import { css } from "./style";
import { sameTraining, settings, trainable, Trainer } from "./trainer";

/** What Python says of the first setting: the page needs no Python to show it. */
const FIRST = first as unknown as Reply;
const GOOD = 0.95;
const FAIR = 0.75;
const LONG = 200; // epochs after which a guess is judged

class Playground extends Explorable<State> {
  protected readonly heading = "A neural network, trained as you watch";
  protected readonly presets = PRESETS;
  protected override readonly css = css;
  protected readonly question = {
    text: "How will it fare on the test points, which it never trains on? Commit, then press Play.",
    choices: [{ value: "good", label: "Nearly all right" }, { value: "fair", label: "So-so" }, { value: "poor", label: "Little better than chance" }],
  };
  protected encode = encode;
  protected decode = decode;
  #trainer = new Trainer(() => this.state, (reply) => this.#arrived(reply), (message) => this.#failed(message));
  #reply: Reply | null = null;
  #maps: readonly Uint8Array[] = [];
  #points: readonly Point[] = [];
  #looking: Place | null = null;
  #picked: Place | null = null;
  #brush = 1;
  #trouble = "";
  #python: Python = { name: "idle" };
  #colours: Colours | null = null;
  #why = "";
  #drawn: State | null = null;

  #play = h("button", { type: "button", class: "play", onclick: () => this.#toggle() });
  #numbers = h("dl", { class: "numbers" });
  #cells = ["epoch", "step", "training loss", "test loss", "training score", "test score"].map((name) => [h("dt", null, name), h("dd", null)] as const);
  #note = h("p", { class: "note", role: "status" });
  #pace = h("select", { id: "pace", onchange: () => (this.#trainer.pace = this.#pace.value as "fast" | "slow") }, h("option", { value: "fast" }, "as fast as it can"), h("option", { value: "slow" }, "step by step"));
  #data = new DataSettings((data) => this.#pick(data), (part) => this.#set(part), () => this.#set({ seed: this.state.seed + 1 }));
  #learning = new LearningSettings((part) => this.#set(part));
  #ground = new Ground((x, y) => this.#put(x, y), (text) => this.tell(text));
  #curves = new Curves();
  #network = new Network({
    features: (features) => this.#set({ features }),
    layers: (layers) => this.#set({ layers }),
    look: (place) => {
      this.#looking = place;
      this.redraw();
    },
    pick: (place, source) => this.#inspect(place, source),
  });
  #inspector = new Inspector((place, source, value) => {
    this.#wake();
    this.#trainer.edit(place, source, value);
  }, () => this.#inspect(null, null));
  #caption = h("p", { class: "caption" });
  #reason = h("p", { class: "why", role: "status" });
  #brushes = h("div", { class: "brushes controls", hidden: true });
  #table = h("textarea", { id: "table", rows: 5, placeholder: "x1, x2, target\n0.5, 1.2, yes\n-1, 0.3, no", spellcheck: false });
  #tableNote = h("p", { class: "note", role: "status" });
  #program = h("div", { class: "program", hidden: true });

  protected begin(preset: string): State {
    return begin(preset);
  }

  protected build(): void {
    put(this.#numbers, ...this.#cells.map(([term, value]) => h("div", null, term, value)));
    const press = (label: string, go: () => void, title: string): HTMLElement => h("button", { type: "button", title, onclick: go }, label);
    const bar = h(
      "div",
      { class: "bar", role: "group", "aria-label": "Training" },
      this.#play,
      press("Step", () => this.#step(1), "Train on one batch"),
      press("Epoch", () => this.#step(this.#batches), "Train once on every training point"),
      press("Reset", () => this.#reset(), "The first weights again"),
      h("span", { class: "field" }, h("label", { for: "pace" }, "Pace"), this.#pace),
      this.#numbers,
    );
    const help = h("div", { class: "controls" }, press("Show me a setting that works, and why", () => this.#recipe(), "For the data that are there"), press("As a program", () => void this.#write(), "NumPy and PyTorch code that repeats this training"));
    const plane = h("figure", { class: "plane" }, this.#ground.node, this.#brushes, h("figcaption", null, this.#caption, legend()), this.#curves.node, h("p", { class: "curve-key" }, h("span", { class: "train" }, "training loss"), h("span", { class: "test" }, "test loss"), " by epoch"));
    const net = h("div", { class: "middle" }, this.#network.node, this.#network.label, this.#inspector.node, this.#learning.node, help, this.#reason);
    put(this.stage, this.#data.node, this.#tableBox(), bar, this.#note, h("div", { class: "desk" }, net, plane), this.#program);
    this.#guessing();
    const text = "for batch in batches(train, size):\n    loss = binary_cross_entropy(model(inputs[batch]), y[batch]) + l1(weights, a) + l2(weights, b)\n    optimizer.zero_grad()\n    loss.backward()\n    optimizer.step()";
    put(this.lines, ...tint(text, { inputs: "data", y: "target", model: "weight", weights: "weight", backward: "gradient" }));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { leaving } = this;
    leaving.addEventListener("abort", runtime.state((state) => {
      this.#python = state;
      this.redraw();
    }));
    const theme = new MutationObserver(() => {
      this.#colours = null;
      this.redraw();
    });
    for (const root of [document.documentElement, document.body]) theme.observe(root, { attributeFilter: ["data-md-color-scheme"] });
    const size = new ResizeObserver(() => this.redraw());
    size.observe(this.#network.node);
    leaving.addEventListener("abort", () => {
      theme.disconnect();
      size.disconnect();
      this.#trainer.playing = false;
    });
    if (JSON.stringify(settings(this.state)) === JSON.stringify(settings(begin("circle")))) this.#arrived(FIRST);
    else this.#ask();
  }

  protected override start(preset: string): void {
    super.start(preset);
    this.#why = "";
    this.#picked = null;
    this.#ask();
  }

  protected draw(): void {
    const { state } = this;
    if (this.#drawn && !sameTraining(this.#drawn, state)) this.#changed();
    this.#drawn = state;
    this.#colours ??= coloursOf(this);
    const reply = this.#reply;
    put(this.#play, this.#trainer.playing ? "❚❚ Pause" : "▶ Play");
    this.#data.draw(state);
    this.#learning.draw(state);
    this.#network.draw(state, reply, this.#maps, this.#colours, this.#picked);
    this.#inspector.draw(state, reply, this.#picked);
    this.#plane(state, this.#colours);
    const losses = reply ? `Loss by epoch: training ${figure(reply.trainLoss)}, test ${figure(reply.testLoss)}.` : "Loss by epoch.";
    this.#curves.draw(reply?.curve ?? [], this.#colours, losses);
    this.#figures(reply);
    say(this.#note, this.#says());
    say(this.#reason, this.#why);
    this.#verdict(reply);
    set(this.#brushes, { hidden: state.data !== "own" });
    set(this.#tables, { hidden: state.data !== "own" });
  }

  /** The settings are those of another training: what is shown of the old one goes. */
  #changed(): void {
    this.#program.hidden = true;
    if (!trainable(this.state)) [this.#reply, this.#maps] = [null, []];
    if (this.state.data === "own") this.#points = this.state.own.map((each) => [...each, 0] as unknown as Point);
    if (this.#picked && this.#picked.layer > this.state.layers.length) this.#picked = null;
  }

  #plane(state: State, colours: Colours): void {
    const looking = this.#looking;
    const index = looking ? state.features.length + state.layers.slice(0, looking.layer).reduce((sum, { units }) => sum + units, 0) + looking.unit : this.#maps.length - 1;
    const drawing = state.data === "own";
    const few = drawing && state.own.length < 4;
    const hint = few ? `Put ${4 - state.own.length} more ${state.own.length === 3 ? "point" : "points"} here:\nclick, tap or drag` : "";
    this.#ground.draw({ map: this.#maps[index] ?? null, unit: looking !== null, points: this.#points, regression: state.task === "regression", drawing, hint }, colours);
    say(this.#caption, looking ? `What ${unitName(state, looking)} makes of the plane: green is positive, grey negative.` : "What the network says of the whole plane. The black line is where it is undecided.");
  }

  #figures(reply: Reply | null): void {
    const score = (value: number | null | undefined): string => (value === null || value === undefined ? "–" : `${(100 * value).toFixed(1)} %`);
    const texts = reply ? [String(reply.epochs), String(reply.steps), figure(reply.trainLoss), figure(reply.testLoss), score(reply.trainScore), score(reply.testScore)] : ["0", "0", "–", "–", "–", "–"];
    const name = this.state.task === "regression" ? "explained" : "right";
    this.#cells.forEach(([term, value], i) => {
      if (i > 3) say(term, `${i === 4 ? "training" : "test"} ${name}`);
      say(value, texts[i]!);
    });
  }

  #says(): string {
    if (this.#trouble) return this.#trouble;
    if (this.#reply?.diverged) return "The weights have grown beyond all numbers. Choose a smaller learning rate, then press Reset.";
    if (this.#python.name === "loading") return `Fetching Python${megabytes(this.#python)}`;
    if (this.#python.name === "error") return this.#python.message;
    if (this.state.data === "own" && this.state.own.length > LINKED_POINTS) return `A link holds at most ${LINKED_POINTS} points: these stay on this page.`;
    return "";
  }

  #verdict(reply: Reply | null): void {
    const { guess } = this.state;
    const score = reply?.testScore ?? 0;
    if (!guess || !reply || (score < GOOD && reply.epochs < LONG)) return this.guess.show(guess, null);
    const truth = score >= GOOD ? "good" : score >= FAIR ? "fair" : "poor";
    const words = `After ${reply.epochs} epochs: ${(100 * score).toFixed(0)} % ${this.state.task === "regression" ? "of the variance explained" : "right"} on the test points.`;
    this.guess.show(guess, `${words} ${guess === truth ? "As you said." : "Not what you said; which setting made the difference?"}`, guess === truth);
  }

  #guessing(): void {
    this.guess.commit = (guess) => this.change({ guess });
    this.guess.retry = () => {
      this.change({ guess: null });
      this.#reset();
    };
  }

  get #batches(): number {
    const train = Math.max(1, Math.round(this.state.share * this.#points.length));
    return Math.ceil(train / Math.min(this.state.batch, train));
  }

  #set(part: Partial<State>): void {
    this.change({ ...part, preset: "" });
    this.#ask();
  }

  #pick(data: Data): void {
    const task = taskOf(data, this.state.task);
    const own = data === "own" ? this.state.own.filter(([, , target]) => task === "regression" || target === 0 || target === 1) : this.state.own;
    this.#why = "";
    this.#set({ data, task, own });
  }

  #wake(): void {
    showStatus();
    runtime.wake();
  }

  #ask(): void {
    this.#trouble = "";
    this.#wake();
    void this.#trainer.turn();
    this.redraw();
  }

  #toggle(): void {
    this.#trainer.playing = !this.#trainer.playing;
    this.tell(this.#trainer.playing ? "Training" : `Paused at epoch ${this.#reply?.epochs ?? 0}, test loss ${figure(this.#reply?.testLoss ?? null)}`);
    this.#ask();
  }

  #step(count: number): void {
    this.#trainer.playing = false;
    this.#wake();
    this.#trainer.step(count);
    this.redraw();
  }

  #reset(): void {
    this.#trainer.playing = false;
    this.#trouble = "";
    this.#wake();
    this.#trainer.reset();
    this.tell("Back at the first weights");
    this.redraw();
  }

  #arrived(reply: Reply): void {
    this.#reply = reply;
    this.#maps = unpackMaps(reply.maps);
    if (reply.points) this.#points = reply.points;
    if (this.isConnected) this.redraw();
  }

  #failed(message: string): void {
    this.#trouble = message;
    this.#trainer.forget();
    if (this.isConnected) this.redraw();
  }

  #inspect(place: Place | null, source: number | null): void {
    this.#wake();
    this.#picked = place;
    this.draw();
    if (place) this.#inspector.focus(source);
  }

  #recipe(): void {
    this.change({ ...recipe(this.state), preset: "" });
    this.#why = this.state.data === "own" ? "Two layers of eight units bend enough for most drawings, and Adam needs no tuning. If the test loss rises while the training loss falls, take fewer units, or dropout." : RECIPES[this.state.data].why;
    this.#trainer.playing = true;
    this.#trainer.reset();
    this.#ask();
  }

  // The reader's own points

  #tables = h("details", { class: "table", hidden: true });
  #tableBox(): HTMLElement {
    const read = h("button", { type: "button", class: "main", onclick: () => this.#read() }, "Use this table");
    put(this.#tables, h("summary", null, "Paste a table (CSV)"), h("label", { for: "table" }, "Three columns: x1, x2 and the target. A heading is allowed; two different targets are classes, more are numbers."), this.#table, h("div", { class: "controls" }, read), this.#tableNote);
    const brush = (label: string, value: number): HTMLButtonElement => {
      const button = h("button", { type: "button", "aria-pressed": String(value === this.#brush), onclick: () => {
        this.#brush = value;
        for (const each of this.#brushes.querySelectorAll("[aria-pressed]")) each.ariaPressed = String(each === button);
      } }, label);
      return button;
    };
    const empty = h("button", { type: "button", onclick: () => this.#set({ own: [], task: "classification" }) }, "Empty");
    put(this.#brushes, brush("● disc", 1), brush("✕ cross", 0), brush("Rub out", -1), empty);
    return this.#tables;
  }

  #put(x: number, y: number): void {
    const { own, task } = this.state;
    if (this.#brush < 0) return this.#set({ own: own.filter(([a, b]) => Math.hypot(a - x, b - y) > 0.5) });
    if (own.length >= MOST_POINTS || own.some(([a, b]) => a === x && b === y)) return;
    const target = task === "regression" && this.#brush === 0 ? -1 : this.#brush;
    this.#set({ own: [...own, [x, y, target] satisfies Own] });
    this.tell(`${own.length + 1} points`);
  }

  #read(): void {
    try {
      const { points, task, said } = parseTable(this.#table.value);
      set(this.#tableNote, { "data-wrong": null });
      say(this.#tableNote, said);
      this.#set({ own: points, task: task satisfies Task });
    } catch (error) {
      set(this.#tableNote, { "data-wrong": true });
      say(this.#tableNote, (error as Error).message);
    }
  }

  // The training as a program

  async #write(): Promise<void> {
    this.#trainer.playing = false;
    if (!trainable(this.state)) return;
    this.#wake();
    this.redraw();
    try {
      this.#show(await this.#trainer.code());
    } catch (error) {
      this.#failed((error as Error).message);
    }
  }

  #show(programs: Record<"numpy" | "torch", string>): void {
    const code = h("pre", { tabindex: 0, "aria-label": "The program" });
    const copy = h("button", { type: "button", onclick: () => void navigator.clipboard.writeText(code.textContent).then(() => this.tell("Copied")) }, "Copy");
    const save = h("a", { class: "save" }, "Download");
    const choose = (name: "numpy" | "torch"): void => {
      code.textContent = programs[name];
      set(save, { href: `data:text/x-python;charset=utf-8,${encodeURIComponent(programs[name])}`, download: `playground_${name}.py` });
      for (const each of tabs) each.ariaPressed = String(each.value === name);
    };
    const tabs = [["numpy", "NumPy, with book_code"], ["torch", "PyTorch"]].map(([value, label]) => h("button", { type: "button", value, onclick: () => choose(value as "numpy" | "torch") }, label!));
    const close = h("button", { type: "button", class: "quiet", onclick: () => (this.#program.hidden = true) }, "Close");
    put(this.#program, h("p", null, "The same points, first weights, batches and changes: it prints the losses that stand above."), h("div", { class: "controls" }, ...tabs, copy, save, close), code);
    choose("numpy");
    this.#program.hidden = false;
    this.#program.scrollIntoView({ block: "nearest", behavior: this.calm.matches ? "auto" : "smooth" });
  }
}

function legend(): HTMLElement {
  return h("p", { class: "legend" }, h("span", { class: "data" }, "● class 1, or above 0"), h("span", { class: "target" }, "✕ class 0, or below 0"), h("span", { class: "soft" }, "thin or hollow: test points"));
}

function figure(loss: number | null): string {
  return loss === null ? "–" : loss < 0.0001 ? loss.toExponential(1) : loss.toFixed(4);
}

customElements.define("book-playground", Playground);
