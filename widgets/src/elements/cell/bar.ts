/** The strip under a cell's code: Run, and the rest when the reader points, touches or tabs there. */
import { h, put } from "../dom";

export interface BarActions {
  run: () => void;
  runAbove: (() => void) | null;
  stop: () => void;
  reset: () => void;
  /** Shows what was changed in the code, or no longer. */
  compare: (on: boolean) => void;
  /** What is copied: the code, and the address that holds it. */
  copy: () => string;
  link: () => string;
}

export interface Offer {
  label: string;
  act: () => void;
}

export class Bar {
  readonly element: HTMLElement;
  #run: HTMLButtonElement;
  #stop: HTMLButtonElement;
  #reset: HTMLButtonElement;
  #changes: HTMLButtonElement;
  #edited = h("span", { class: "book-bar__edited", hidden: true }, "edited");
  #note = h("span", { class: "book-bar__note", role: "status" });
  #offer = h("span");

  constructor(label: string, actions: BarActions) {
    this.#run = button("Run", actions.run, { class: "book-bar__run", "aria-keyshortcuts": "Control+Enter" });
    this.#stop = button("Stop", actions.stop, { hidden: true });
    this.#reset = button("Reset", actions.reset, { hidden: true, title: "Code and output as they stood" });
    this.#changes = button("Changes", () => actions.compare(this.#turn()), {
      hidden: true,
      "aria-pressed": "false",
      title: "What you have changed in the code",
    });
    const copy = button("Copy", () => void this.#copy(actions.copy(), "The code"));
    const link = button("Link", () => void this.#copy(actions.link(), "The link"), {
      title: "Copy a link to this page with the code as it reads now",
    });
    this.element = h(
      "div",
      { class: "book-bar", role: "group", "aria-label": label },
      this.#run,
      this.#stop,
      actions.runAbove && button("Run above", actions.runAbove, { title: "Run all cells above, from nothing" }),
      this.#reset,
      this.#changes,
      copy,
      link,
      this.#edited,
      this.#note,
      this.#offer,
    );
  }

  get busy(): boolean {
    return this.element.hasAttribute("data-busy");
  }

  set busy(busy: boolean) {
    const focused = document.activeElement === (busy ? this.#run : this.#stop);
    this.#run.hidden = busy;
    this.#stop.hidden = !busy;
    if (focused) (busy ? this.#stop : this.#run).focus();
    this.element.toggleAttribute("data-busy", busy);
  }

  addAction(label: string, act: () => void): void {
    this.#stop.after(button(label, act));
  }

  /** Whether the code was edited, and whether another output than the standing one is shown. */
  change(edited: boolean, shown: boolean): void {
    this.#edited.hidden = this.#changes.hidden = !edited;
    if (!edited) this.#changes.ariaPressed = "false";
    const focused = document.activeElement === this.#reset;
    this.#reset.hidden = !edited && !shown;
    if (focused && this.#reset.hidden) this.#run.focus();
  }

  /** A sentence about the cell, and perhaps something to do about it. */
  note(text: string, offer: Offer | null = null): void {
    const focused = this.#offer.contains(document.activeElement);
    this.#note.textContent = text;
    put(this.#offer, offer && button(offer.label, offer.act));
    if (focused) (this.busy ? this.#stop : this.#run).focus();
  }

  get said(): string {
    return this.#note.textContent;
  }

  /** Turns the button over; whether it is pressed now. */
  #turn(): boolean {
    const on = this.#changes.ariaPressed !== "true";
    this.#changes.ariaPressed = String(on);
    return on;
  }

  async #copy(text: string, what: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.note(`${what} is copied.`);
    } catch {
      this.note("This browser does not let the page copy: select the code instead.");
    }
  }
}

function button(label: string, act: () => void, more: Record<string, unknown> = {}): HTMLButtonElement {
  return h("button", { type: "button", onclick: act, ...more }, label);
}
