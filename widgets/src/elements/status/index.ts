/**
 * The chip in the corner: what Python is doing, and, behind it, the reader's own things: stop, start
 * anew, take progress along. One for the visit; it is no part of any page.
 */
import { count } from "../../core/numbers";
import { store } from "../../core/store";
import { runtime, type State } from "../../runtime/client";
import { h, put, say } from "../dom";
import { megabytes, pageName, PROGRESS_LOADED } from "../page";
import { resize, size } from "../text-size";
import { stopAll } from "../turns";

const FILE = "book-progress.json";
/** Where the front page offers to keep the book. */
const OFFLINE = new URL("../../#read-it-without-a-network", import.meta.url).href;

class BookStatus extends HTMLElement {
  #chip = h("button", { type: "button", class: "book-status__chip", popovertarget: "book-status-menu" });
  #retry = h("button", { type: "button", class: "book-status__retry", onclick: () => runtime.wake() }, "Retry");
  #stop = item("Stop", stopAll);
  #restart = item("Start Python anew", () => runtime.restart());
  #session = item("", () => this.#toggleSession());
  #sized = h("span", { class: "book-status__sized", role: "status" });
  #told = h("p", { class: "book-status__told", role: "status" });
  #spoken = h("p", { class: "book-status__spoken", role: "status" });
  #picker = h("input", { type: "file", accept: ".json,application/json", hidden: true });
  #unsubscribe: (() => void) | null = null;

  connectedCallback(): void {
    if (!this.firstChild) this.#build();
    this.#unsubscribe = runtime.state((state) => this.#follow(state));
    if (new URLSearchParams(location.search).has("session") && !session()) this.#toggleSession();
  }

  disconnectedCallback(): void {
    this.#unsubscribe?.();
  }

  #build(): void {
    this.#picker.addEventListener("change", () => void this.#load());
    const menu: HTMLElement = h(
      "div",
      { class: "book-status__menu", id: "book-status-menu", popover: "auto" },
      h("p", { class: "book-status__about" }, "Python runs in this page, on your own machine; nothing you write leaves it."),
      this.#stop,
      this.#restart,
      this.#session,
      sizeRow(this.#sized),
      item("This chapter as a notebook", () => void this.#take("ipynb")),
      item("This chapter as a script", () => void this.#take("py")),
      item("What the keyboard does", () => void help()),
      h("a", { class: "book-status__item", href: OFFLINE, onclick: () => menu.hidePopover() }, "Read without a network"),
      item("Save my progress as a file", () => this.#save()),
      item("Load progress from a file", () => this.#picker.click()),
      this.#told,
    );
    menu.addEventListener("beforetoggle", () => this.#refresh());
    this.append(this.#chip, this.#retry, this.#spoken, menu, this.#picker);
  }

  #refresh(): void {
    say(this.#told, "");
    say(this.#session, session() ? "Back to the page" : "This chapter as a session");
    this.#session.hidden = !document.querySelector("article :is(book-cell, book-exercise)");
    showSize(this.#sized);
  }

  /** The chapter's cells alone, or the page again. */
  #toggleSession(): void {
    this.querySelector<HTMLElement>(".book-status__menu")?.hidePopover();
    const open = session();
    if (open) open.remove();
    else document.querySelector("article")?.prepend(document.createElement("book-session"));
  }

  #follow(state: State): void {
    this.dataset["state"] = state.name;
    const dot = h("span", { class: "book-status__dot", "aria-hidden": "true" });
    put(this.#chip, dot, h("span", { class: "book-status__word" }, words(state)));
    this.#chip.setAttribute("aria-label", `${words(state)}. Menu of Python and of your progress`);
    const focused = document.activeElement === this.#retry;
    this.#retry.hidden = state.name !== "error";
    if (focused && this.#retry.hidden) this.#chip.focus();
    this.#stop.hidden = state.name !== "running";
    this.#restart.hidden = state.name === "idle" || state.name === "loading";
    if (state.name === "error") say(this.#spoken, state.message);
    else say(this.#spoken, state.name === "loading" ? "Python is being fetched." : "");
  }

  /** The chapter with the reader's own edits. */
  async #take(kind: "ipynb" | "py"): Promise<void> {
    const article = document.querySelector("article");
    if (!article) return;
    try {
      const { parts, notebook, script } = await import("./chapter");
      const chapter = parts(article, location.href.split(/[?#]/)[0] ?? "", codeOf);
      const name = `${pageName().split("/").filter(Boolean).at(-1) ?? "book"}.${kind}`;
      download(name, kind === "py" ? script(chapter) : notebook(chapter));
      say(this.#told, `Saved as ${name}.`);
    } catch {
      say(this.#told, "It could not be made: is the connection lost?");
    }
  }

  #save(): void {
    download(FILE, store.export());
    say(this.#told, `${count(store.keys().length, "entry", "entries")} saved as ${FILE}.`);
  }

  async #load(): Promise<void> {
    const file = this.#picker.files?.[0];
    if (!file) return;
    this.#picker.value = "";
    try {
      const entries = store.import(await file.text());
      document.dispatchEvent(new Event(PROGRESS_LOADED));
      say(this.#told, `${count(entries, "entry", "entries")} loaded.`);
    } catch (error) {
      say(this.#told, error instanceof Error ? error.message : String(error));
    }
  }
}

function session(): Element | null {
  return document.querySelector("article > book-session");
}

/** Smaller, larger, and how large it is. */
function sizeRow(sized: HTMLElement): HTMLElement {
  const step = (label: string, name: string, by: -1 | 1): HTMLButtonElement =>
    h("button", { type: "button", "aria-label": name, onclick: () => (resize(by), showSize(sized)) }, label);
  return h("p", { class: "book-status__size" }, "Text", step("\u2212", "Smaller text", -1), sized, step("+", "Larger text", 1));
}

function showSize(sized: HTMLElement): void {
  say(sized, `${Math.round(100 * size())} %`);
}

async function help(): Promise<void> {
  const { showKeys } = await import("./keys");
  showKeys();
}

/** The question mark asks, unless it is being written somewhere. */
addEventListener("keydown", (event) => {
  const written = (event.composedPath()[0] as Element).closest?.("input, textarea, select, [contenteditable=true]");
  if (event.key === "?" && !written && !event.ctrlKey && !event.metaKey && !event.altKey) void help().catch(() => {});
});

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text]));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** The code of a cell or of an exercise as it reads now. */
function codeOf(element: Element): string {
  const { code } = element as Element & { code?: string };
  return code ?? element.querySelector("pre")?.textContent ?? "";
}

function words(state: State): string {
  switch (state.name) {
    case "idle":
      return "Python";
    case "loading":
      return `Python${megabytes(state)}`;
    case "ready":
      return "Python is ready";
    case "running":
      return "Python runs";
    case "error":
      return "Python did not start";
  }
}

function item(label: string, act: () => void): HTMLButtonElement {
  return h("button", { type: "button", class: "book-status__item", onclick: act }, label);
}

customElements.define("book-status", BookStatus);
