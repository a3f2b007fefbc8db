/**
 * The question bank: the questions stand on the page, each closed; here they are searched, filtered and
 * asked as flash cards. What a reader answered is kept in the store.
 */
import { count } from "../../core/numbers";
import { answered, asMemory, deck, delays, draw, GRADES, stretch, type Answer, type Memory } from "../../core/spacing";
import { store } from "../../core/store";
import { h, put, say } from "../dom";
import { PROGRESS_LOADED, showStatus } from "../page";

interface Question {
  id: string;
  node: HTMLDetailsElement;
  asked: HTMLElement;
  /** What is searched: question and answer, without formulas' hidden halves. */
  words: string;
  chapter: string;
}

const SHOWN = { all: "all questions", observation: "what happens when ...", due: "due today", fresh: "never asked" };
type Shown = keyof typeof SHOWN;

class BookQuestions extends HTMLElement {
  #questions: Question[] = [];
  #search = h("input", { type: "search", placeholder: "softmax, dropout, why ...", "aria-label": "Search the questions", oninput: () => this.#filter() });
  #chapter = h("select", { "aria-label": "Chapter", onchange: () => this.#filter() });
  #shown = h("select", { "aria-label": "Which", onchange: () => this.#filter() });
  #found = h("p", { class: "book-questions__found", role: "status" });
  #start = h("button", { type: "button", class: "book-questions__start", onclick: () => this.#learn() }, "Flash cards");
  #card = h("section", { class: "book-questions__card", "aria-label": "Flash card", hidden: true });
  #leaving: AbortController | null = null;

  connectedCallback(): void {
    if (!this.#leaving) this.#build();
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    document.addEventListener(PROGRESS_LOADED, () => this.#filter(), { signal });
    window.addEventListener("hashchange", () => this.#open(), { signal });
    window.addEventListener("beforeprint", () => this.#unfold(), { signal });
  }

  disconnectedCallback(): void {
    this.#leaving?.abort();
  }

  #build(): void {
    let chapter = "";
    for (const node of this.children) {
      if (node instanceof HTMLHeadingElement) chapter = node.firstChild?.textContent ?? "";
      if (!(node instanceof HTMLDetailsElement)) continue;
      const asked = node.querySelector("summary")!;
      this.#questions.push({ id: node.dataset["question"] ?? node.id, node, asked, words: wordsOf(node), chapter });
    }
    const chapters = [...new Set(this.#questions.map(({ chapter }) => chapter))];
    put(this.#chapter, h("option", { value: "" }, "all chapters"), ...chapters.map((name) => h("option", null, name)));
    put(this.#shown, ...Object.entries(SHOWN).map(([value, text]) => h("option", { value }, text)));
    const bar = h("div", { class: "book-questions__bar" }, this.#search, this.#chapter, this.#shown, this.#start);
    this.prepend(bar, this.#found, this.#card);
    showStatus();
    this.#filter();
    this.#open();
  }

  /** The questions that fit what the reader asks for. */
  #chosen(): Question[] {
    const words = plain(this.#search.value).split(/\s+/).filter(Boolean);
    const shown = this.#shown.value as Shown;
    const now = Date.now();
    return this.#questions.filter((question) => {
      const memory = shown === "due" || shown === "fresh" ? memoryOf(question) : null;
      return (
        words.every((word) => question.words.includes(word)) &&
        (!this.#chapter.value || question.chapter === this.#chapter.value) &&
        (shown !== "observation" || question.node.dataset["kind"] === "observation") &&
        (shown !== "due" || (memory !== null && memory.due <= now)) &&
        (shown !== "fresh" || memory === null)
      );
    });
  }

  #filter(): void {
    const chosen = new Set(this.#chosen());
    for (const question of this.#questions) question.node.hidden = !chosen.has(question);
    for (const heading of this.querySelectorAll<HTMLElement>(":scope > h2")) {
      const name = heading.firstChild?.textContent;
      heading.hidden = ![...chosen].some(({ chapter }) => chapter === name);
    }
    const { due, fresh } = deck(cards([...chosen]), Date.now());
    this.#start.disabled = chosen.size === 0;
    const learned = chosen.size - fresh.length;
    say(this.#found, chosen.size
      ? `${count(chosen.size, "question")}: ${due.length} due, ${learned} asked before, ${fresh.length} never.`
      : "No question fits. Fewer words, or another chapter, find more.");
    if (!this.#card.hidden) this.#ask();
  }

  /** A link to a question opens it. */
  #open(): void {
    const target = this.#questions.find(({ node }) => node.id === decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    target.node.hidden = false;
    target.node.open = true;
    target.node.scrollIntoView();
  }

  #unfold(): void {
    for (const { node } of this.#questions) node.open = true;
  }

  #learn(): void {
    this.toggleAttribute("data-learning", this.#card.hidden === true);
    this.#card.hidden = !this.#card.hidden;
    say(this.#start, this.#card.hidden ? "Flash cards" : "Back to the list");
    if (!this.#card.hidden) this.#ask();
  }

  /** Puts the next question on the card, its answer hidden. */
  #ask(): void {
    const chosen = this.#chosen();
    const now = Date.now();
    const id = draw(cards(chosen), now);
    const question = chosen.find((one) => one.id === id);
    if (!question) return this.#rest(chosen, now);
    const { due, fresh } = deck(cards(chosen), now);
    const show = h("button", { type: "button", class: "book-questions__show", onclick: () => this.#tell(question) }, "Show the answer");
    put(
      this.#card,
      h("p", { class: "book-questions__where" }, `${question.chapter} · ${due.length} due, ${fresh.length} new`),
      h("p", { class: "book-questions__asked" }, ...[...question.asked.childNodes].map((node) => node.cloneNode(true))),
      show,
    );
    if (this.#card.contains(document.activeElement) || document.activeElement === this.#start || document.activeElement === document.body) show.focus();
  }

  /** Shows the answer and asks how well it was known. */
  #tell(question: Question): void {
    const told = h("div", { class: "book-questions__told", tabindex: -1 });
    const [, ...answer] = [...question.node.childNodes].filter((node) => node instanceof Element);
    told.append(...answer.map((node) => withoutIds(node.cloneNode(true) as Element)));
    const putOff = delays(memoryOf(question), Date.now());
    const grades = GRADES.map((grade, index) =>
      h("button", { type: "button", "data-grade": grade, onclick: () => this.#grade(question, grade) },
        h("b", null, grade), h("small", null, stretch(putOff[grade])), h("kbd", null, String(index + 1))));
    const group = h("div", { class: "book-questions__grades", role: "group", "aria-label": "How well did you know it? The card comes back after the time that stands beside." }, ...grades);
    group.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      grades[Number(event.key) - 1]?.click();
    });
    this.#card.querySelector(".book-questions__show")?.replaceWith(told, group);
    told.addEventListener("keydown", (event) => group.dispatchEvent(new KeyboardEvent("keydown", event)));
    told.focus({ preventScroll: true });
  }

  #grade(question: Question, grade: Answer): void {
    store.set(keyOf(question), answered(memoryOf(question), grade, Date.now()));
    this.#filter();
    this.#card.querySelector<HTMLElement>("button, [tabindex]")?.focus({ preventScroll: true });
  }

  /** Nothing is left to ask now. */
  #rest(chosen: Question[], now: number): void {
    const { next } = deck(cards(chosen), now);
    const again = next === null ? "" : ` The next card comes back in ${stretch(next - now)}.`;
    const said = h("p", { class: "book-questions__asked", tabindex: -1 }, chosen.length ? `That was all for now.${again}` : "No question fits the search.");
    put(this.#card, said);
  }
}

function keyOf({ id }: Question): string {
  return `card:${id}`;
}

function memoryOf(question: Question): Memory | null {
  return asMemory(store.get<Memory>(keyOf(question)));
}

function cards(questions: Question[]): [string, Memory | null][] {
  return questions.map((question) => [question.id, memoryOf(question)]);
}

function wordsOf(node: Element): string {
  const copy = node.cloneNode(true) as Element;
  for (const hidden of copy.querySelectorAll("math, .book-question__home")) hidden.remove();
  return plain(copy.textContent ?? "");
}

/** Small letters without accents, so that Glorot and glorot are one. */
function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function withoutIds(node: Element): Element {
  for (const one of [node, ...node.querySelectorAll("[id]")]) one.removeAttribute("id");
  return node;
}

customElements.define("book-questions", BookQuestions);
