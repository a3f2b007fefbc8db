/**
 * What all explorables share: a frame (title, starting points, question, stage, words), a state that can be
 * linked to, one redraw a frame, and clean-up when the page goes. The children of the element are its static
 * form: they are shown until it is ready, in print, and where no script runs.
 */
import { readState, writeState } from "../core/explorable-url";
import { h, put, say } from "./dom";
import { Guess, type Question } from "./guess";
import { soon } from "./soon";
import { sheets } from "./style";

export interface Preset {
  readonly name: string;
  readonly label: string;
}

const WRITE_AFTER = 300; // browsers count how often the address changes

export abstract class Explorable<S extends object> extends HTMLElement {
  protected state!: S;
  protected readonly stage = h("div", { class: "stage" });
  /** Under the stage: the lines of code that did it. `draw` fills it. */
  protected readonly lines = h("code");
  protected guess!: Guess;
  protected readonly calm = matchMedia("(prefers-reduced-motion: reduce)");
  #spoken = h("p", { class: "unseen", "aria-live": "polite" });
  #presets = new Map<string, HTMLButtonElement>();
  #gone: AbortController | null = null;
  #frame = 0;
  #drawn = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #clean = ""; // the state before the reader touched anything: it needs no place in the address

  protected readonly css: string = "";
  protected abstract readonly heading: string;
  protected abstract readonly presets: readonly Preset[];
  protected abstract readonly question: Question;
  /** The state of a named starting point (or of the element's attributes). */
  protected abstract begin(preset: string): S;
  /** The state and what a link calls it; `decode` returns null for text that is no state. */
  protected abstract encode(state: S): string;
  protected abstract decode(text: string): S | null;
  /** Makes the nodes once; `draw` then changes them, at most once a frame. */
  protected abstract build(): void;
  protected abstract draw(): void;

  connectedCallback(): void {
    this.#gone = new AbortController();
    if (!this.shadowRoot) this.#build();
    this.#restore();
    soon(() => this.isConnected && this.#redrawNow());
    const { signal } = this.#gone;
    addEventListener("popstate", () => this.#travel(), { signal });
    document.addEventListener("click", keepQuery, { capture: true, signal });
  }

  disconnectedCallback(): void {
    this.#gone?.abort();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /** Ends listeners and loops when the element leaves the page. */
  protected get leaving(): AbortSignal {
    return this.#gone!.signal;
  }

  /** Changes the state; the figure follows in the next frame, the address a little later. */
  protected change(part: Partial<S>): void {
    this.state = { ...this.state, ...part };
    this.redraw();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#address(), WRITE_AFTER);
  }

  protected redraw(): void {
    this.#frame ||= requestAnimationFrame(() => this.#redrawNow());
  }

  #redrawNow(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#drawn = true;
    const { preset } = this.state as { preset?: string };
    for (const [name, button] of this.#presets) button.ariaPressed = String(name === preset);
    this.draw();
  }

  /** Says to a screen reader what a change did. */
  protected tell(text: string): void {
    say(this.#spoken, text);
  }

  protected start(preset: string): void {
    this.change(this.begin(preset));
    this.tell(`${this.presets.find(({ name }) => name === preset)?.label ?? preset}. ${this.question.text}`);
  }

  get #key(): string {
    if (this.id) return this.id;
    const peers = [...document.querySelectorAll(this.localName)].filter(({ id }) => !id);
    const index = peers.indexOf(this);
    return this.localName.slice("book-".length) + (index > 0 ? `-${index + 1}` : "");
  }

  #restore(): void {
    const first = this.begin(this.getAttribute("preset") ?? "");
    this.#clean = this.encode(first);
    const text = readState(location.search, this.#key);
    this.state = (text !== null && this.decode(text)) || first;
  }

  /** The reader went back or forward, or to an anchor: the state is what the address says, once it was written. */
  #travel(): void {
    if (this.#timer !== undefined) return;
    const text = readState(location.search, this.#key) ?? this.#clean;
    if (text === this.encode(this.state)) return;
    this.#restore();
    this.redraw();
  }

  #query(): string {
    const text = this.encode(this.state);
    return writeState(location.search, this.#key, text === this.#clean ? null : text);
  }

  #address(): void {
    this.#timer = undefined;
    const query = this.#query();
    if (query === location.search) return;
    // The site's navigation keeps its own record in history.state; it stays.
    history.replaceState(history.state, "", `${location.pathname}${query}${location.hash}`);
  }

  #build(): void {
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = sheets(this.css);
    const question = this.getAttribute("question");
    this.guess = new Guess(question ? { ...this.question, text: question } : this.question);
    const level = this.getAttribute("level") === "2" ? "h2" : "h3"; // right under a page's title it is 2
    const title = h(level, { id: "title" }, this.getAttribute("heading") ?? this.heading);
    const frame = h(
      "section",
      { class: "frame", "aria-labelledby": "title" },
      h("header", null, title, this.#tools()),
      this.#starts(),
      this.guess.node,
      this.stage,
      h("footer", null, h("p", null, "The code that did it"), h("pre", { tabindex: 0 }, this.lines)),
      this.#spoken,
    );
    // A key or a press acts on what the last one did, even when no frame was drawn in between, or none at all yet.
    for (const act of ["keydown", "pointerdown"])
      root.addEventListener(act, () => (this.#frame || !this.#drawn) && this.#redrawNow(), { capture: true });
    root.append(frame, h("div", { class: "still" }, h("slot")));
    this.build();
  }

  #starts(): HTMLElement {
    const buttons = this.presets.map(({ name, label }) => {
      const button = h("button", { type: "button", onclick: () => this.start(name) }, label);
      this.#presets.set(name, button);
      return button;
    });
    return h("div", { class: "starts", role: "group", "aria-label": "Starting points" }, ...buttons);
  }

  #tools(): HTMLElement {
    const link = h("button", { type: "button", class: "quiet", onclick: () => void this.#copy(link) }, "Copy link");
    return h("div", { class: "tools" }, link);
  }

  async #copy(button: HTMLButtonElement): Promise<void> {
    const anchor = this.id ? `#${this.id}` : location.hash;
    const address = `${location.origin}${location.pathname}${this.#query()}${anchor}`;
    try {
      await navigator.clipboard.writeText(address);
      put(button, "Copied");
    } catch {
      history.replaceState(history.state, "", address);
      put(button, "It is in the address bar");
    }
    this.tell("The link to this state was copied.");
    setTimeout(() => put(button, "Copy link"), 2000);
  }
}

/** The site writes its anchors as whole addresses, without our query: following one would lose the states. */
function keepQuery({ target }: Event): void {
  const link = target instanceof Element ? target.closest<HTMLAnchorElement>("a[href]") : null;
  if (!link?.hash || link.origin !== location.origin || link.pathname !== location.pathname) return;
  if (link.search !== location.search) link.search = location.search;
}
