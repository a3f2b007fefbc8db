/** The question that comes first: the reader commits an answer, or asks to be shown; then the figure answers. */
import { h, put, set } from "./dom";

export interface Question {
  readonly text: string;
  /** Answers to choose from; without them the reader types a number. */
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
  /** What the number is called, for the field. */
  readonly unit?: string;
}

/** What was committed: null is not yet, "" is "just show me". */
export type Committed = string | null;

export class Guess {
  readonly node: HTMLElement;
  /** Set by the element: called with the answer. */
  commit: (value: string) => void = () => {};
  retry: () => void = () => {};
  #text = h("p", { class: "question" });
  #answers = h("div", { class: "answers", role: "group", "aria-label": "Your guess" });
  #verdict = h("p", { class: "verdict", role: "status" });
  #again = h("button", { type: "button", class: "quiet again", onclick: () => this.#askAgain() }, "Ask me again");
  #field: HTMLInputElement | null = null;
  #asked: Question | null = null;

  constructor(question: Question) {
    this.node = h("div", { class: "guess" }, this.#text, this.#answers, this.#verdict, this.#again);
    this.ask(question);
  }

  ask(question: Question): void {
    if (question === this.#asked) return;
    this.#asked = question;
    put(this.#text, question.text);
    const skip = h("button", { type: "button", class: "quiet", onclick: () => this.commit("") }, "Just show me");
    if (question.choices) {
      const buttons = question.choices.map(({ value, label }) =>
        h("button", { type: "button", value, onclick: () => this.commit(value) }, label),
      );
      put(this.#answers, ...buttons, skip);
    } else {
      this.#field = h("input", { type: "text", inputmode: "text", size: 7, "aria-label": question.unit ?? question.text, autocomplete: "off" });
      const send = (event: Event): void => {
        event.preventDefault();
        const value = this.#field!.value.trim().replace("−", "-").replace(",", ".");
        if (value === "" || !Number.isFinite(Number(value))) {
          this.#field!.focus();
          this.#field!.setCustomValidity("A number, please: 3 or -0.5");
          this.#field!.reportValidity();
        } else this.commit(value);
      };
      this.#field.addEventListener("input", () => this.#field!.setCustomValidity(""));
      put(
        this.#answers,
        h("form", { onsubmit: send, novalidate: true }, this.#field, question.unit ? ` ${question.unit} ` : " ", h("button", null, "That is my guess")),
        skip,
      );
    }
  }

  /** Shows the question, or what became of the guess. `verdict` is null while the figure has not answered yet. */
  show(committed: Committed, verdict: string | null, right?: boolean): void {
    const open = committed === null;
    set(this.node, { "data-open": open, "data-right": right === undefined || open ? null : String(right) });
    const focused = this.#answers.matches(":focus-within");
    set(this.#answers, { hidden: !open });
    set(this.#again, { hidden: open });
    if (focused && !open) this.#again.focus({ preventScroll: true }); // its answer's button is gone
    const text = open ? "" : (verdict ?? this.#waiting(committed));
    if (this.#verdict.textContent !== text) put(this.#verdict, text);
  }

  #waiting(committed: string): string {
    if (committed === "") return "";
    const label = this.#asked?.choices?.find(({ value }) => value === committed)?.label ?? committed.replace("-", "−");
    return `Your guess: ${label}. Now see.`;
  }

  #askAgain(): void {
    if (this.#field) this.#field.value = "";
    this.retry();
    requestAnimationFrame(() => requestAnimationFrame(() => this.#answers.querySelector<HTMLElement>("button, input")?.focus()));
  }
}
