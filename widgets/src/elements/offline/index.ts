/**
 * "Keep this book on this device": says how much that is, fetches it with progress, can be stopped and
 * undone. Where nothing can be kept it says why.
 */
import { keepAll, drop, isKept, refused, size, type Size } from "../../offline/keep";
import { h, put, say } from "../dom";

interface Coming {
  readonly stop: AbortController;
  /** In words, what ended it early. */
  readonly end: Promise<string>;
  follow: (size: Size) => void;
}

/** What is being fetched, also while its reader looks at other pages. */
let coming: Coming | null = null;

function begin(): Coming {
  const stop = new AbortController();
  const fetching = keepAll(stop.signal, (size) => begun.follow(size));
  const end = fetching.then(
    () => "",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const begun: Coming = { stop, end, follow() {} };
  void end.then(() => (coming = null));
  return begun;
}

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
    if (coming) return this.#follow(coming);
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
    this.#state("offered", `${told} ${words}`.trim(), ["Keep this book on this device", () => this.#follow((coming ??= begin()))]);
  }

  #kept(told: string): void {
    const words = "The whole book is on this device: every page works without a network.";
    this.#state("kept", `${told} ${words}`.trim(), ["Remove it", () => void this.#drop()]);
  }

  #follow(coming: Coming): void {
    this.#state("coming", "Fetching the book…", ["Stop", () => coming.stop.abort()]);
    this.#bar.hidden = false;
    coming.follow = (size) => this.#progress(size);
    void coming.end.then((told) => {
      if (this.isConnected) void this.#show(told);
    });
  }

  #progress({ here, all }: Size): void {
    this.#bar.value = here / all;
    say(this.#words, `${megabytes(here)} of ${megabytes(all)} are here.`);
  }

  async #drop(): Promise<void> {
    await drop();
    await this.#show("Removed.");
  }

  /** Only what changes for good is spoken, not each file, and not what stood there first. */
  #state(name: string, words: string, [label, act]: [string, () => void]): void {
    const focused = this.#buttons.contains(document.activeElement);
    const first = !this.dataset["state"];
    this.dataset["state"] = name;
    this.#bar.hidden = true;
    say(this.#words, words);
    if (!first) say(this.#spoken, words);
    const button = h("button", { type: "button", class: "book-offline__button", onclick: act }, label);
    put(this.#buttons, button);
    if (focused) button.focus();
  }
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;

customElements.define("book-offline", BookOffline);
