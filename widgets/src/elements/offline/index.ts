/**
 * "Keep this book on this device": says how much that is, fetches it with progress, can be stopped and
 * undone. Where nothing can be kept it says why.
 */
import { keepAll, drop, isKept, refused, size, type Size } from "../../offline/keep";
import { h, put, say } from "../dom";

class BookOffline extends HTMLElement {
  #words = h("p", { class: "book-offline__words" });
  #bar = h("progress", { class: "book-offline__bar", max: 1, "aria-label": "What has come", hidden: true });
  #buttons = h("div", { class: "book-offline__buttons" });
  #spoken = h("p", { class: "book-offline__spoken", role: "status" });

  connectedCallback(): void {
    if (this.contains(this.#words)) return;
    put(this, this.#words, this.#bar, this.#buttons, this.#spoken);
    void refused().then((reason) => (reason === null ? this.#show() : say(this.#words, reason)));
  }

  async #show(told = ""): Promise<void> {
    try {
      if (await isKept()) return this.#kept(told);
      this.#offer(await size(), told);
    } catch (error) {
      say(this.#words, error instanceof Error ? error.message : String(error));
    }
  }

  #offer({ here, all }: Size, told: string): void {
    const rest = here > 0 ? `, of which ${megabytes(here)} are here already` : "";
    const words = `The whole book, Python included, is ${megabytes(all)}${rest}.`;
    this.#state("offered", `${told} ${words}`.trim(), ["Keep this book on this device", () => void this.#keep()]);
  }

  #kept(told: string): void {
    const words = "The whole book is on this device: every page works without a network.";
    this.#state("kept", `${told} ${words}`.trim(), ["Remove it", () => void this.#drop()]);
  }

  async #keep(): Promise<void> {
    const stop = new AbortController();
    this.#state("coming", "Fetching the book…", ["Stop", () => stop.abort()]);
    this.#bar.hidden = false;
    try {
      await keepAll(stop.signal, (size) => this.#progress(size));
      await this.#show();
    } catch (error) {
      await this.#show(error instanceof Error ? error.message : String(error));
    }
  }

  #progress({ here, all }: Size): void {
    this.#bar.value = here / all;
    say(this.#words, `${megabytes(here)} of ${megabytes(all)} are here.`);
  }

  async #drop(): Promise<void> {
    await drop();
    await this.#show("Removed.");
  }

  /** Only what changes for good is spoken, not each file. */
  #state(name: string, words: string, [label, act]: [string, () => void]): void {
    const focused = this.#buttons.contains(document.activeElement);
    this.dataset["state"] = name;
    this.#bar.hidden = true;
    say(this.#words, words);
    if (focused) say(this.#spoken, words);
    const button = h("button", { type: "button", class: "book-offline__button", onclick: act }, label);
    put(this.#buttons, button);
    if (focused) button.focus();
  }
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;

customElements.define("book-offline", BookOffline);
