/** <book-optimizer-race>: all optimizers from one start, on a surface that the reader may type. */
import { clamp, roundTo, show } from "../../core/numbers";
import { begin, contour, decode, encode, HALF, levels, type Path, PRESETS, RACERS, rate, type State, STEPS, winner } from "../../core/optimizer-race";
import { Computed } from "../computed";
import { arrows, drag, h, put, set, svg, tint } from "../dom";
import { css } from "./style";

const COLOURS = ["gradient", "weight", "activation", "target", "data", "accent", "ink", "soft"];
const DASHES = ["", ".12 .06", "", ".04 .05", "", ".16 .05 .04 .05", ".1 .1", ".03 .03"];
const FRAME = 70; // milliseconds a step

interface Race {
  readonly heights: readonly number[];
  readonly paths: Readonly<Record<string, Path>>;
  readonly error?: string;
}

class OptimizerRace extends Computed<State> {
  protected readonly model = "optimizer_race";
  protected readonly heading = "Optimizer race";
  protected readonly presets = PRESETS;
  protected override readonly css = css;
  protected readonly question = { text: `Who will be lowest after ${STEPS} steps?`, choices: RACERS.map(({ name, label }) => ({ value: name, label })) };
  protected encode = encode;
  protected decode = decode;
  #rings = svg("path", { class: "rings" });
  #paths = RACERS.map((_, i) => svg("path", { class: "path", stroke: `var(--${COLOURS[i]})`, "stroke-dasharray": DASHES[i] }));
  #heads = RACERS.map((_, i) => svg("g", null, svg("circle", { r: 0.13, class: "head", fill: `var(--${COLOURS[i]})` }), svg("text", null, String(i + 1))));
  #start = svg("circle", { r: 0.12, class: "start grab", tabindex: 0, role: "application", "aria-roledescription": "start of the race" });
  #ground = svg("svg", { viewBox: `${-HALF} ${-HALF} ${2 * HALF} ${2 * HALF}`, class: "ground", role: "group", "aria-label": "The surface, as contour lines, with the paths" }, this.#rings, ...this.#paths, ...this.#heads, this.#start);
  #formula = h("input", { type: "text", maxlength: 120, spellcheck: "false", autocomplete: "off", "aria-label": "The surface: a formula in x and y", onchange: () => this.#edit({ formula: this.#formula.value }) });
  #noise = h("input", { type: "number", min: 0, max: 10, step: 0.1, "aria-label": "Noise of the gradients", onchange: () => this.#edit({ noise: clamp(Number(this.#noise.value) || 0, 0, 10) }) });
  #trouble = h("p", { class: "trouble", role: "alert" });
  #note = h("p", { class: "note", role: "status" });
  #rates = RACERS.map(({ label }, i) => h("input", { type: "text", inputmode: "decimal", "aria-label": `Learning rate of ${label}; 0 leaves it out`, onchange: () => this.#rate(i) }));
  #now = RACERS.map(() => h("td"));
  #rows = RACERS.map(({ label }, i) => h("tr", null, h("th", { scope: "row" }, svg("svg", { viewBox: "0 0 1.3 .5", "aria-hidden": "true" }, svg("path", { d: "M0 .25H1.3", stroke: `var(--${COLOURS[i]})`, "stroke-width": 0.08, "stroke-dasharray": DASHES[i] })), `${i + 1} ${label}`), h("td", null, this.#rates[i]!), this.#now[i]!));
  #slider = h("input", { type: "range", min: 0, max: STEPS, "aria-label": "Step", oninput: () => this.#to(Number(this.#slider.value)) });
  #play = h("button", { type: "button", class: "main", onclick: () => this.#toggle() }, "Play");
  #races = this.asking((answer): Race => {
    const race = answer as unknown as Race;
    return race.error ? { heights: [], paths: {}, error: `The formula: ${race.error}.` } : race;
  });
  #woken = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  protected begin(preset: string): State {
    return begin(preset);
  }

  protected build(): void {
    const step = h("button", { type: "button", onclick: () => this.#to(this.state.step + 1) }, "Step");
    const reset = h("button", { type: "button", onclick: () => this.#to(0) }, "Reset");
    const heads = ["optimizer", "rate", "height"].map((text) => h("th", { scope: "col" }, text));
    const table = h("table", { class: "racers" }, h("thead", null, h("tr", null, ...heads)), h("tbody", null, ...this.#rows));
    const hint = h("p", { class: "hint" }, "Drag the start, or move it with the arrow keys. A rate of 0 leaves a racer out.");
    put(
      this.stage,
      h("div", { class: "formula" }, h("label", null, "height = "), this.#formula, h("label", null, "noise ", this.#noise)),
      this.#trouble,
      this.#note,
      h("div", { class: "board" }, h("div", null, this.#ground, h("div", { class: "controls" }, this.#play, step, reset, this.#slider), hint), table),
    );
    this.#follow();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.leaving.addEventListener("abort", () => this.#halt());
  }

  protected override commit(guess: string): void {
    super.commit(guess);
    this.change({ step: 0 });
    this.#run();
  }

  protected override retry(): void {
    this.#halt();
    this.change({ guess: null, step: 0 });
  }

  protected override start(preset: string): void {
    this.#halt();
    this.wake();
    super.start(preset);
  }

  protected draw(): void {
    const { formula, start, rates, noise, step, guess } = this.state;
    if (guess !== null) this.#woken = true; // a link to a race shows it
    this.#ask();
    const active = this.shadowRoot!.activeElement;
    const write = (field: HTMLInputElement, text: string): void => {
      if (active !== field) field.value = text;
    };
    write(this.#formula, formula);
    write(this.#noise, String(noise));
    rates.forEach((value, i) => write(this.#rates[i]!, String(value)));
    write(this.#slider, String(step));
    if (active === this.#slider) this.#slider.value = String(step);
    set(this.#start, { cx: start[0], cy: -start[1], "aria-label": `Start at x ${show(start[0])}, y ${show(start[1])}. Arrow keys move it.` });
    const race = this.#races.latest;
    set(this.#rings, { d: race?.heights.length ? this.#contours(race.heights) : null });
    const shown = guess === null ? null : race;
    RACERS.forEach(({ name }, i) => this.#racer(i, shown?.paths[name], step));
    const first = shown && step === STEPS ? winner(shown.paths) : null;
    this.#rows.forEach((row, i) => set(row, { class: RACERS[i]!.name === first ? "first" : null }));
    put(this.#play, this.#timer === undefined ? "Play" : "Pause");
    set(this.#play, { disabled: guess === null });
    put(this.#trouble, this.#races.trouble || race?.error || "");
    put(this.#note, this.#says());
    this.#answer(first);
    put(this.lines, ...this.#code());
  }

  #racer(i: number, path: Path | undefined, step: number): void {
    const places = path?.slice(0, step + 1) ?? [];
    const last = places.at(-1);
    const flew = path !== undefined && step >= path.length;
    set(this.#paths[i]!, { d: places.length > 1 ? `M${places.map(([x, y]) => `${x} ${-y}`).join("L")}` : null });
    set(this.#heads[i]!, { transform: last ? `translate(${last[0]} ${-last[1]})` : null, visibility: last && !flew ? null : "hidden" });
    put(this.#now[i]!, flew ? "flew away" : last ? show(last[2]) : "");
  }

  /** Kept until the surface changes: forty by forty cells a line. */
  #contours(heights: readonly number[]): string {
    if (heights === this.#lined[0]) return this.#lined[1];
    const size = Math.sqrt(heights.length);
    const scale = (2 * HALF) / (size - 1);
    const path = levels(heights, 14).map((level) => contour(heights, size, level)).join("");
    set(this.#rings, { transform: `translate(${-HALF} ${HALF}) scale(${scale} ${-scale})`, "vector-effect": "non-scaling-stroke" });
    this.#rings.style.strokeWidth = "1px";
    this.#lined = [heights, path];
    return path;
  }
  #lined: [readonly number[], string] = [[], ""];

  #follow(): void {
    const at = (event: PointerEvent): void => {
      const box = this.#ground.getBoundingClientRect();
      const place = (share: number): number => roundTo(clamp((2 * share - 1) * HALF, -HALF, HALF), 0.01);
      this.#edit({ start: [place((event.clientX - box.left) / box.width), -place((event.clientY - box.top) / box.height)] });
    };
    drag(this.#start, { move: at });
    arrows(this.#start, (step, shift) => {
      const size = shift ? 0.01 : 0.1;
      const [x, y] = this.state.start;
      const moved = [roundTo(clamp(x + size * step.dx, -HALF, HALF), 0.01), roundTo(clamp(y + size * step.dy, -HALF, HALF), 0.01)] as const;
      this.#edit({ start: moved });
      this.tell(`Start at ${show(moved[0])}, ${show(moved[1])}`);
    });
  }

  #edit(part: Partial<State>): void {
    this.wake();
    this.change(part);
  }

  #rate(i: number): void {
    const value = rate(this.#rates[i]!.value);
    if (value === null) {
      this.#rates[i]!.setCustomValidity("A number from 0 to 100, please: 0.1");
      this.#rates[i]!.reportValidity();
      return;
    }
    this.#rates[i]!.setCustomValidity("");
    this.#edit({ rates: this.state.rates.map((old, j) => (j === i ? value : old)) });
  }

  #toggle(): void {
    if (this.#timer !== undefined) this.#halt();
    else {
      if (this.state.step === STEPS) this.change({ step: 0 });
      this.#run();
    }
    this.redraw();
  }

  #run(): void {
    this.#halt();
    if (this.calm.matches) return this.#to(STEPS); // motion is not wanted: show the end
    this.#timer = setInterval(() => {
      if (this.#races.of(this.#key) === null) return;
      if (this.state.step < STEPS) this.change({ step: this.state.step + 1 });
      if (this.state.step >= STEPS) this.#halt();
    }, FRAME);
  }

  #halt(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #to(step: number): void {
    this.#halt();
    this.wake();
    this.change({ step: clamp(step, 0, STEPS) });
  }

  protected override wake(): void {
    this.#woken = true;
    super.wake();
  }

  get #key(): string {
    const { formula, start, rates, noise } = this.state;
    return JSON.stringify([formula, start, rates, noise]);
  }

  #ask(): void {
    if (!this.#woken) return;
    const { formula, start, rates, noise } = this.state;
    const running = Object.fromEntries(RACERS.flatMap(({ name }, i) => (rates[i]! > 0 ? [[name, rates[i]!]] : [])));
    this.#races.ask(this.#key, () => this.call("race", formula, [...start], running, STEPS, noise, HALF));
  }

  #says(): string {
    if (this.state.guess === null) return "Commit a guess above, and the race begins.";
    return this.#races.latest || this.#races.trouble ? "" : this.waiting("Computing the paths…");
  }

  #answer(first: string | null): void {
    const { guess, step } = this.state;
    const label = (name: string | null): string => RACERS.find((racer) => racer.name === name)?.label ?? "nobody";
    const race = this.#races.latest;
    if (!guess || step < STEPS || !race || race.error) return this.guess.show(guess, null);
    this.guess.show(guess, `You said ${label(guess)}; lowest is ${label(first)}. Now change its rate by a factor of three, up and down, before you believe it.`, guess === first);
  }

  #code(): ReturnType<typeof tint> {
    const { formula, start } = this.state;
    return tint(`w = Tensor([${start.join(", ")}], requires_grad=True)\noptimizer = optim.Adam([w], lr=${this.state.rates[5]})\nx, y = w[0], w[1]\noptimizer.step(grad(${formula}, [w]))    # once a step`, { w: "weight", x: "weight", y: "weight", grad: "gradient" });
  }
}

customElements.define("book-optimizer-race", OptimizerRace);
