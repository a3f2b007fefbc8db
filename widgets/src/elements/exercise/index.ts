/**
 * An exercise: an editor, tests that say in words what is wrong, hints that come one by one, and a
 * solution after success or three tries. Tries, hints and the answer are kept.
 */
import { fitting, store } from "../../core/store";
import { runtime, type StopReason } from "../../runtime/client";
import type { Exercise, Report } from "../../runtime/protocol";
import { CodeArea } from "../editor/code-area";
import { help } from "../editor/help";
import { h } from "../dom";
import { OutputView } from "../output-view";
import { dataOf, pageName, PROGRESS_LOADED, showStatus, wakeOnUse } from "../page";
import { soon } from "../soon";
import { inTurn, stopAll } from "../turns";
import { resultList, summary } from "./results";

interface Data extends Exercise {
  starter: string;
}

interface Parts {
  data: Data;
  area: CodeArea;
  view: OutputView;
}

type Progress = { code: string; tries: number; hints: number; solved: boolean };
const FRESH: Progress = { code: "", tries: 0, hints: 0, solved: false };
const TRIES_BEFORE_SOLUTION = 3;

class BookExercise extends HTMLElement {
  readonly #page = pageName();
  #parts: Parts | null = null;
  #written = false; // whether this element's reader has changed the answer
  #leaving: AbortController | null = null;
  #busy = false;
  #results = h("div", { class: "book-results", "aria-live": "polite" });
  #found = h("div"); // the results, and what the code has shown
  #checked = ""; // the answer that they belong to
  #note = h("span", { class: "book-bar__note", role: "status" });
  #check = button("Check", () => void this.check(), "book-bar__run");
  #stop = button("Stop", stopAll);
  #bar = h("div", { class: "book-bar", role: "group", "aria-label": "Your answer" });
  #hint = button("Hint", () => this.#nextHint());
  #reset = button("Reset", () => this.#startAgain());

  connectedCallback(): void {
    soon(() => this.isConnected && this.#made);
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    document.addEventListener(PROGRESS_LOADED, () => this.#restore(), { signal });
  }

  disconnectedCallback(): void {
    this.#leaving?.abort();
    queueMicrotask(() => this.isConnected || this.#parts?.area.close());
  }

  /** Its parts: made soon after the page has opened, or as soon as they are asked for. */
  get #made(): Parts {
    if (!this.#parts) {
      this.#parts = this.#build();
      this.#restore();
    }
    return this.#parts;
  }

  get #data(): Data {
    return this.#made.data;
  }

  get #area(): CodeArea {
    return this.#made.area;
  }

  get #view(): OutputView {
    return this.#made.view;
  }

  get code(): string {
    return this.#area.code;
  }

  /** Runs the answer and its tests, and says what came of it. */
  async check(): Promise<void> {
    if (this.#busy) return;
    this.#setBusy(true);
    this.#begin();
    const unsubscribe = runtime.state(({ name }) => {
      if (name === "loading") this.#note.textContent = "Fetching Python…";
      if (name === "running") this.#note.textContent = "Checking…";
    });
    try {
      const { id, tests, hidden } = this.#data;
      const code = this.#area.code;
      const result = await inTurn(() => runtime.check({ id, tests, hidden }, code));
      unsubscribe();
      if (result?.report) this.#tell(result.report);
      else this.#stopped(STOPPED[result?.stopped ?? "reader"]);
    } catch (error) {
      this.#note.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      unsubscribe();
      this.#found.style.removeProperty("min-height");
      this.#setBusy(false);
    }
  }

  focusCode(): void {
    this.#area.focus();
    this.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  #build(): Parts {
    const data = dataOf<Data>(this);
    const pre = this.querySelector<HTMLPreElement>(".book-exercise-starter pre");
    if (!pre) throw new Error(`The exercise ${this.id} holds no code to start from.`);
    const area = new CodeArea(pre, data.starter, {
      label: "Your answer",
      onChange: () => {
        this.#written = true;
        this.#keep();
      },
      onRun: () => void this.check(),
      onRunAndMoveOn: () => void this.check(),
      ...help(this.#page, () => ""),
    });
    const output = h("div", { class: "book-output" });
    const view = new OutputView(output);
    this.#found.append(this.#results, output);
    this.#bar.append(this.#check, this.#stop, this.#hint, this.#reset, this.#note);
    this.querySelector(".book-exercise-starter")?.after(this.#bar, this.#found);
    this.#stop.hidden = true;
    this.dataset["made"] = "";
    wakeOnUse(this);
    showStatus();
    return { data, area, view };
  }

  /** What is stored by now: another tab, or this exercise before its reader left and came back, may have added to it. */
  get #progress(): Progress {
    return fitting(store.get<Progress>(this.#key), FRESH);
  }

  #restore(): void {
    const { code, solved } = this.#progress;
    this.#written = false;
    const answer = code || this.#area.original;
    if (answer !== this.#area.code) this.#area.show(answer);
    if (solved) this.#note.textContent = "Solved";
    this.#reveal();
  }

  #keep(change: Partial<Progress> = {}): void {
    const progress = { ...this.#progress, ...change };
    if (this.#written && this.isConnected) progress.code = this.#area.edited ? this.#area.code : "";
    const kept = store.set(this.#key, progress);
    this.#reveal();
    if (!kept) this.#note.textContent = NOT_KEPT;
  }

  /** What the tests found in another answer goes; the place keeps its height until they have run. */
  #begin(): void {
    this.#found.style.minHeight = `${this.#found.offsetHeight}px`;
    this.#area.mark(null);
    if (this.#checked !== this.#area.code) this.#clear();
    this.#checked = this.#area.code;
  }

  #clear(): void {
    this.#results.replaceChildren();
    this.#view.show([]);
  }

  #stopped(how: string): void {
    this.#clear();
    this.#note.textContent = how;
  }

  #tell(report: Report): void {
    const error = report.outputs.find((output) => output.kind === "error");
    this.#area.mark(error?.line ?? null);
    this.#results.replaceChildren(resultList(report));
    this.#view.show(report.outputs);
    const { tries, solved } = this.#progress;
    this.#keep({ tries: tries + (report.passed ? 0 : 1), solved: solved || report.passed });
    this.#note.textContent = summary(report);
  }

  /** Shows the hints that were asked for, and the solution once it is earned. */
  #reveal(): void {
    const { hints, solved, tries } = this.#progress;
    const all = this.#hints;
    all.forEach((hint, index) => (hint.hidden = index >= hints));
    const left = all.length - hints;
    this.#hint.hidden = left <= 0;
    this.#hint.textContent = hints === 0 ? "Hint" : `Another hint (${left} left)`;
    for (const part of this.querySelectorAll<HTMLElement>(".book-exercise-solution"))
      part.hidden = !solved && tries < TRIES_BEFORE_SOLUTION;
    const focused = document.activeElement === this.#reset;
    this.#reset.hidden = !this.#area.edited && tries === 0 && !solved;
    if (focused && this.#reset.hidden) this.#check.focus();
    this.toggleAttribute("data-solved", solved);
  }

  get #key(): string {
    return `exercise:${this.#page}#${this.id}`;
  }

  get #hints(): HTMLDetailsElement[] {
    return [...this.querySelectorAll<HTMLDetailsElement>(".book-exercise-hint")];
  }

  #nextHint(): void {
    const { hints } = this.#progress;
    const next = this.#hints[hints];
    this.#keep({ hints: hints + 1 });
    if (!next) return;
    next.open = true;
    next.querySelector("summary")?.focus();
  }

  #startAgain(): void {
    this.#area.reset();
    this.#clear();
    this.#written = false;
    store.delete(this.#key);
    this.#reveal();
    this.#note.textContent = "As it stood";
  }

  #setBusy(busy: boolean): void {
    const focused = document.activeElement === (busy ? this.#check : this.#stop);
    this.#busy = busy;
    this.#bar.toggleAttribute("data-busy", busy);
    this.#check.hidden = busy;
    this.#stop.hidden = !busy;
    if (focused) (busy ? this.#stop : this.#check).focus();
  }
}

const NOT_KEPT = "This browser stores nothing, or its store is full: the answer lasts until the page is closed.";

const STOPPED: Record<StopReason, string> = {
  reader: "Stopped",
  time: "Stopped after a minute: does a loop never end?",
  crash: "Python itself broke down at this answer: does a function call itself without end?",
};

function button(label: string, act: () => void, name = ""): HTMLButtonElement {
  return h("button", { type: "button", class: name || null, onclick: act }, label);
}

customElements.define("book-exercise", BookExercise);
