/**
 * A chapter as a full-page session: its cells and exercises alone, in their order, and scratch cells
 * between them. They are the page's own elements, where they stand; only the text round them is folded
 * away. So edits, outputs and variables are the same in both views.
 */
import { fitting, store } from "../../core/store";
import type { BookCell } from "../cell";
import { h, put, say } from "../dom";
import { pageName, PROGRESS_LOADED } from "../page";

type Part = BookCell; // or an exercise, which has the same `code` and `focusCode`
type Kept = { scratch: string[]; text: boolean };

const TAG = "book-session";
const PARTS = "book-cell, book-exercise";
const SCRATCH = "book-cell[data-scratch]";
const WRITTEN = "input, textarea, select, [contenteditable=true]";

class BookSession extends HTMLElement {
  readonly #page = pageName();
  #article: Element | null = null;
  #current: Part | null = null;
  #start: Part | null = null;
  #place: { element: Element; top: number } | null = null;
  #leaving: AbortController | null = null;
  #removed = new Set<string>();
  #told = h("span", { class: "book-session__told", role: "status" });
  #undo = h("span");
  #text = button("Text", () => this.#turnText(), "Show the chapter's text between the cells");

  connectedCallback(): void {
    this.#article = this.closest("article");
    if (!this.firstChild) this.#build();
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    addEventListener("keydown", (event) => this.#pressed(event), { signal });
    document.addEventListener("focusin", (event) => this.#follow(event), { signal });
    document.addEventListener(PROGRESS_LOADED, () => this.#bring(), { signal });
    this.#open();
  }

  disconnectedCallback(): void {
    this.#leaving?.abort();
    delete document.body.dataset.bookSession;
    if (this.#article?.isConnected) this.#close(this.#article);
  }

  #build(): void {
    const title = document.querySelector("article h1")?.firstChild?.textContent ?? document.title;
    this.append(
      h("p", { class: "book-session__title" }, h("b", null, title), " as a session"),
      button("Run all", () => this.#runAll(), "Run all cells in their order"),
      button("Add a cell", () => this.#add(), "Add a scratch cell below the one you are at (Alt+Insert)"),
      this.#text,
      button("Back to the page", () => this.remove()),
      this.#told,
      this.#undo,
    );
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Session");
  }

  #open(): void {
    const article = this.#article;
    if (!article) return;
    this.#place = firstInSight(article);
    this.#bring();
    this.#mark(article);
    this.#showText(this.#kept.text);
    setAddress(true);
    const near = this.#parts.find((part) => part === this.#place?.element || isAfter(part, this.#place?.element));
    this.#current = this.#start = near ?? this.#parts.at(-1) ?? null;
    this.#goTo(this.#current);
  }

  /** Brings the scratch cells that are kept and not here. */
  #bring(): void {
    for (const entry of this.#kept.scratch) {
      const [id = "", after = ""] = entry.split("@");
      if (id && !this.#parts.some((part) => part.id === id))
        this.#insert(id, this.#parts.find((part) => part.id === after) ?? this.#parts.at(-1));
    }
  }

  #close(article: Element): void {
    const here = this.#chapterPart();
    for (const scratch of article.querySelectorAll(SCRATCH)) scratch.remove();
    for (const child of article.children) child.removeAttribute("data-session");
    setAddress(false);
    const place = this.#place;
    if (here !== this.#start && here) here.scrollIntoView({ block: "center", behavior: "instant" });
    else if (place) scrollBy({ top: place.element.getBoundingClientRect().top - place.top, behavior: "instant" });
  }

  /** Where one is in the chapter itself. */
  #chapterPart(): Part | undefined {
    const parts = this.#parts;
    const upTo = this.#current ? parts.slice(0, parts.indexOf(this.#current) + 1) : [];
    return upTo.filter((part) => !part.matches(SCRATCH)).at(-1);
  }

  get #key(): string {
    return `session:${this.#page}`;
  }

  get #kept(): Kept {
    return fitting(store.get<Kept>(this.#key), { scratch: [], text: false });
  }

  get #withText(): boolean {
    return document.body.dataset.bookSession === "text";
  }

  get #parts(): Part[] {
    return [...(this.#article?.querySelectorAll<Part>(PARTS) ?? [])];
  }

  /** Marks what stays to be seen: the parts, and the headings that they stand under. */
  #mark(article: Element): void {
    let headings: (Element | undefined)[] = [];
    for (const child of article.children) {
      const level = ["H1", "H2", "H3"].indexOf(child.tagName);
      if (level >= 0) headings = [...headings.slice(0, level), child];
      if (!child.matches(PARTS) && !child.querySelector(PARTS)) continue;
      for (const shown of [child, ...headings]) shown?.setAttribute("data-session", "");
      headings = [];
    }
  }

  /** The part that one is at stays where it is on the screen. */
  #turnText(): void {
    const before = this.#current?.getBoundingClientRect().top;
    this.#showText(!this.#withText);
    if (this.#current && before !== undefined) {
      scrollBy({ top: this.#current.getBoundingClientRect().top - before, behavior: "instant" });
    }
  }

  #showText(on: boolean): void {
    document.body.dataset.bookSession = on ? "text" : "code"; // the style folds the text away
    this.#text.ariaPressed = String(on);
    this.#keep();
  }

  /** What is kept for the next visit: each scratch cell with the part that it stands below. Another tab's stay. */
  #keep(): void {
    const parts = this.#parts;
    const here = parts.flatMap((part, at) => (part.matches(SCRATCH) ? [`${part.id}@${parts[at - 1]?.id ?? ""}`] : []));
    const elsewhere = this.#kept.scratch.filter((entry) => {
      const [id = ""] = entry.split("@");
      return !this.#removed.has(id) && !parts.some((part) => part.id === id);
    });
    const scratch = [...here, ...elsewhere];
    const text = this.#withText;
    if (scratch.length > 0 || text) store.set(this.#key, { scratch, text });
    else store.delete(this.#key);
  }

  #add(id = this.#newName(), code = "", after = this.#current ?? this.#parts.at(-1)): void {
    const cell = this.#insert(id, after);
    this.#removed.delete(id);
    put(this.#undo);
    say(this.#told, "A cell was added.");
    this.#keep();
    void customElements.whenDefined("book-cell").then(() => {
      if (code) cell.write(code);
      this.#goTo(cell);
    });
  }

  /** One that no cell has, here or in another tab. */
  #newName(): string {
    const ids = [...this.#parts.map(({ id }) => id), ...this.#kept.scratch];
    const taken = ids.map((id) => Number(/^scratch-(\d+)/.exec(id)?.[1] ?? 0));
    return `scratch-${Math.max(0, ...taken) + 1}`;
  }

  #insert(id: string, after: Part | undefined): Part {
    const number = id.replace("-", " ");
    const cell = h(
      "book-cell" as "div",
      { id, "data-cell": number, "data-scratch": true, "data-session": true },
      h("div", { class: "highlight" }, h("pre", null, h("code"))),
      h("div", { class: "book-data", hidden: true, "data-value": '{"code":""}' }),
    ) as HTMLElement as Part;
    const top = [...(this.#article?.children ?? [])].find((child) => after && child.contains(after));
    if (top) top.after(cell);
    else this.#article?.append(cell);
    void customElements.whenDefined("book-cell").then(() => {
      cell.addAction("Remove", () => this.#remove(cell));
    });
    return cell;
  }

  #remove(cell: Part): void {
    const { code } = cell;
    const parts = this.#parts;
    const before = parts[parts.indexOf(cell) - 1];
    cell.reset(); // and what was kept of it
    cell.remove();
    this.#removed.add(cell.id);
    this.#keep();
    say(this.#told, "The cell was removed.");
    put(this.#undo, code.trim() !== "" && button("Undo", () => this.#add(cell.id, code, before)));
    this.#goTo(before ?? this.#parts[0]);
  }

  /** Each waits for its turn; Stop ends them all. */
  #runAll(): void {
    for (const part of this.#parts) if (part.localName === "book-cell") void part.run();
  }

  #follow({ target }: FocusEvent): void {
    this.#current = (target as Element).closest<Part>(PARTS) ?? this.#current;
  }

  /** The arrows move between cells where nothing is written; Page Up and Page Down with Alt, everywhere. */
  #pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    const target = event.composedPath()[0] as Element;
    if (target.closest?.("book-status, dialog")) return;
    const arrows = !event.altKey && !target.closest?.(WRITTEN);
    const step = event.altKey ? { PageDown: 1, PageUp: -1 }[event.key] : arrows && { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.altKey && event.key === "Insert") this.#add();
    else if (!step) return;
    else this.#step(step);
    event.preventDefault();
  }

  #step(by: number): void {
    const parts = this.#parts;
    const at = this.#current ? parts.indexOf(this.#current) : -1;
    this.#goTo(parts[Math.min(Math.max(at + by, 0), parts.length - 1)]);
  }

  #goTo(part: Part | null | undefined): void {
    if (!part) return;
    this.#current = part;
    void customElements.whenDefined(part.localName).then(() => part.focusCode());
  }
}

function firstInSight(article: Element): { element: Element; top: number } | null {
  for (const element of article.children) {
    const { top, bottom, height } = element.getBoundingClientRect();
    if (element.localName !== TAG && height > 0 && bottom > 80) return { element, top }; // below the header
  }
  return null;
}

function isAfter(node: Node, other: Node | undefined): boolean {
  return !!other && (other.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
}

/** The address says which view it is, so that a reload or a bookmark brings the same. */
function setAddress(on: boolean): void {
  const url = new URL(location.href);
  if (on) url.searchParams.set("session", "");
  else url.searchParams.delete("session");
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}

function button(label: string, act: () => void, title: string | null = null): HTMLButtonElement {
  return h("button", { type: "button", title, onclick: act }, label);
}

customElements.define(TAG, BookSession);
