/** A question with choices. Answering shows, for each of them, why it is right or wrong. */
import { fitting, store } from "../../core/store";
import { h, say } from "../dom";
import { dataOf, pageName, PROGRESS_LOADED, showStatus } from "../page";

interface Data {
  right: boolean[];
  several: boolean;
}

type Answer = { chosen: string[]; right: boolean; tries: number };
const NONE: Answer = { chosen: [], right: false, tries: 0 };

interface Choice {
  input: HTMLInputElement;
  item: HTMLElement;
  why: HTMLElement;
}

class BookQuiz extends HTMLElement {
  readonly #page = pageName();
  #data!: Data;
  #choices: Choice[] = [];
  #verdict = h("span", { class: "book-quiz__verdict", role: "status" });
  #answer = h("button", { type: "button", disabled: true, onclick: () => this.#give() }, "Answer");
  #again = h("button", { type: "button", hidden: true, onclick: () => this.#tryAgain() }, "Try again");
  #leaving: AbortController | null = null;

  connectedCallback(): void {
    if (!this.#leaving) this.#build();
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    document.addEventListener(PROGRESS_LOADED, () => this.#restore(), { signal });
  }

  disconnectedCallback(): void {
    this.#leaving?.abort();
  }

  #build(): void {
    this.#data = dataOf<Data>(this);
    const question = this.querySelector<HTMLElement>(".book-quiz-question");
    const list = this.querySelector<HTMLElement>(".book-quiz-choices > ol");
    const answers = this.querySelector<HTMLElement>(".book-quiz-answers");
    if (!question || !list || !answers) throw new Error(`The quiz ${this.id} holds no choices.`);
    question.id ||= `${this.id}-question`;
    const whys = [...answers.querySelectorAll(":scope > ol > li")];
    this.#choices = [...list.children].map((item, index) => this.#choice(item, whys[index]));
    const role = this.#data.several ? "group" : "radiogroup";
    const items = this.#choices.map(({ item }) => item);
    list.replaceWith(h("div", { role, "aria-labelledby": question.id }, ...items));
    answers.remove();
    this.append(h("div", { class: "book-quiz__bar" }, this.#answer, this.#again, this.#verdict));
    if (this.#data.several) question.append(h("p", { class: "book-quiz__several" }, "Several may be right."));
    showStatus();
    this.#restore();
  }

  #choice(item: Element, reason: Element | undefined): Choice {
    const input = h("input", {
      type: this.#data.several ? "checkbox" : "radio",
      name: `${this.#page}#${this.id}`,
      onchange: () => (this.#answer.disabled = !this.#choices.some(({ input }) => input.checked)),
    });
    const label = h("label", null, input, h("span", null, ...item.childNodes));
    const why = h("div", { class: "book-quiz__why", hidden: true }, ...(reason?.childNodes ?? []));
    const choice = h("div", { class: "book-quiz__choice" }, label, why);
    return { input, item: choice, why };
  }

  get #key(): string {
    return `quiz:${this.#page}#${this.id}`;
  }

  #give(): void {
    const chosen = this.#choices.flatMap(({ input }, index) => (input.checked ? [String(index)] : []));
    const right = this.#choices.every(({ input }, index) => input.checked === this.#data.right[index]);
    const tries = fitting(store.get<Answer>(this.#key), NONE).tries + 1;
    store.set(this.#key, { chosen, right, tries });
    this.#show(right);
    this.#again.focus();
  }

  /** Shows which choices are right, and why; the answer can then not be changed. */
  #show(right: boolean): void {
    this.#choices.forEach(({ input, item, why }, index) => {
      input.disabled = true;
      why.hidden = false;
      item.dataset["right"] = String(this.#data.right[index]);
      item.toggleAttribute("data-chosen", input.checked);
    });
    this.#answer.hidden = true;
    this.#again.hidden = false;
    this.dataset["answered"] = String(right);
    say(this.#verdict, right ? "Right." : "Not yet: read why, below each choice.");
  }

  #tryAgain(): void {
    for (const { input, item, why } of this.#choices) {
      input.disabled = input.checked = false;
      why.hidden = true;
      delete item.dataset["right"];
      item.removeAttribute("data-chosen");
    }
    this.#answer.hidden = false;
    this.#answer.disabled = true;
    this.#again.hidden = true;
    delete this.dataset["answered"];
    say(this.#verdict, "");
    this.#choices[0]?.input.focus();
  }

  #restore(): void {
    const { chosen, right } = fitting(store.get<Answer>(this.#key), NONE);
    if (chosen.length === 0) return;
    this.#choices.forEach(({ input }, index) => (input.checked = chosen.includes(String(index))));
    this.#show(right);
  }
}

customElements.define("book-quiz", BookQuiz);
