/**
 * A cell: code of the page that can be run and changed. It looks like text until it is touched; its
 * output stands there before any Python is loaded, and Run puts the same again.
 */
import { decodeLink, encodeLink } from "../../core/code-link";
import type { Output } from "../../core/output";
import { count } from "../../core/numbers";
import { fingerprint, fitting, store } from "../../core/store";
import { type Rebuilt, runtime, type RunResult } from "../../runtime/client";
import { h } from "../dom";
import { CodeArea } from "../editor/code-area";
import { help } from "../editor/help";
import { OutputView } from "../output-view";
import { dataOf, pageName, PROGRESS_LOADED, seconds, showStatus, wakeOnUse } from "../page";
import { soon } from "../soon";
import { inTurn, stopAll } from "../turns";
import { Bar } from "./bar";
import { Progress } from "./progress";

type Work = (progress: Progress) => Promise<void>;

interface Parts {
  area: CodeArea;
  view: OutputView;
  bar: Bar;
  standing: Node[];
}

export class BookCell extends HTMLElement {
  readonly #page = pageName();
  #parts: Parts | null = null;
  #shown = false; // whether a run has put its output in the place of the standing one
  #leaving: AbortController | null = null;

  connectedCallback(): void {
    soon(() => this.isConnected && this.#made);
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    addEventListener("hashchange", () => this.#takeLink(), { signal });
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
      this.#takeLink();
    }
    return this.#parts;
  }

  get #area(): CodeArea {
    return this.#made.area;
  }

  get #view(): OutputView {
    return this.#made.view;
  }

  get #bar(): Bar {
    return this.#made.bar;
  }

  get key(): string {
    return this.id || (this.dataset["cell"] ?? "");
  }

  get code(): string {
    return this.#area.code;
  }

  /** Whether its code, as it reads now, is not what its page's variables come from. */
  get stale(): boolean {
    return runtime.ran(this.#page).get(this.key) !== this.code;
  }

  /** Runs the cell, and before it those above whose results it may need. */
  async run(): Promise<void> {
    await this.#busily(async (progress) => {
      const above = this.#above().filter((cell) => cell.stale);
      const results: RunResult[] = [];
      for (const cell of above) {
        progress.announce(`First the cells above: ${results.length + 1} of ${above.length}…`);
        const result = await cell.execute(true);
        if (result.stopped) return this.#tellEnding(result);
        results.push(result);
      }
      progress.announce("Running…");
      const result = await this.execute(false);
      const took = brokenBy(result) ?? `Ran in ${seconds(progress.running)}`;
      if (result.stopped) this.#tellEnding(result);
      else this.#bar.note(took + aboutThoseAbove(results));
    });
  }

  /** Runs the cells above anew, from nothing, and shows what they print. */
  async runAbove(): Promise<void> {
    await this.#busily(async () => {
      if (!(await runtime.reset(this.#page))) return this.#bar.note(NOT_RUN);
      const above = this.#above();
      for (const cell of above) {
        const result = await cell.execute(false);
        if (result.stopped) return this.#tellEnding(result);
      }
      this.#bar.note(`Ran the ${count(above.length, "cell")} above, from nothing`);
    });
  }

  /** Runs this cell alone. `quiet` leaves the standing output of unchanged code as it is. */
  async execute(quiet: boolean): Promise<RunResult> {
    const still = quiet && !this.#area.edited;
    this.dataset["state"] = "running";
    this.#area.mark(null);
    if (still) this.#view.clear();
    else this.#view.begin(this.code);
    try {
      const result = await runtime.run({
        page: this.#page,
        cell: this.key,
        code: this.code,
        ...(still ? {} : { onOutput: (output) => this.#view.add(output) }),
      });
      if (!still && (!result.stopped || result.outputs.length > 0)) {
        this.#view.show(result.outputs);
        this.#shown = true;
        this.#area.mark(errorOf(result)?.line ?? null);
      }
      return result;
    } finally {
      delete this.dataset["state"];
      this.#view.end();
      this.#refresh();
    }
  }

  /** Puts other code there, as if the reader had written it. */
  write(code: string): void {
    this.#area.show(code);
    this.#keep();
  }

  focusCode(): void {
    this.#area.focus();
    this.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  /** One more button in its strip, after Run. */
  addAction(label: string, act: () => void): void {
    this.#bar.addAction(label, act);
  }

  #build(): Parts {
    const pre = this.querySelector("pre");
    const region = this.querySelector<HTMLElement>(".book-output") ?? h("div", { class: "book-output" });
    if (!pre) throw new Error(`The cell ${this.key} holds no code.`);
    const number = this.dataset["cell"] ?? "";
    const area = new CodeArea(pre, dataOf<{ code?: string }>(this).code ?? pre.textContent, {
      label: `Code of cell ${number}`,
      onChange: () => this.#keep(),
      onRun: () => void this.run(),
      onRunAndMoveOn: () => this.#runAndMoveOn(),
      ...help(this.#page, () => this.#above().map((cell) => cell.code).join("\n")),
    });
    const standing = [...region.childNodes];
    const view = new OutputView(region, area.code);
    const bar = new Bar(`Cell ${number}`, {
      run: () => void this.run(),
      runAbove: this.#above().length > 0 ? () => void this.runAbove() : null,
      stop: stopAll,
      reset: () => this.reset(),
      compare: (on) => area.compare(on),
      copy: () => this.code,
      link: () => location.href.split("#")[0] + encodeLink(this.key, this.code),
    });
    (pre.closest(".highlight") ?? pre).after(bar.element);
    if (!region.isConnected) bar.element.after(region);
    this.dataset["made"] = "";
    wakeOnUse(this);
    showStatus();
    return { area, view, bar, standing };
  }

  #above(): BookCell[] {
    const cells = [...document.getElementsByTagName("book-cell")] as BookCell[];
    const above = cells.slice(0, Math.max(cells.indexOf(this), 0));
    return above.filter((cell) => !cell.hasAttribute("data-scratch")); // which nothing may need
  }

  async #busily(work: Work): Promise<void> {
    if (this.#bar.busy) return;
    this.#bar.busy = true;
    this.#bar.note("Waiting");
    try {
      const done = await inTurn(() => this.#aloud(work));
      if (done === null) this.#bar.note(NOT_RUN);
    } catch (error) {
      const retry = { label: "Try again", act: () => void this.run() };
      this.#bar.note(error instanceof Error ? error.message : String(error), retry);
    } finally {
      this.#bar.busy = false;
    }
  }

  /** Does the work and says meanwhile what it waits for. */
  async #aloud(work: Work): Promise<true> {
    const progress = new Progress((text, offer) => this.#bar.note(text, offer));
    try {
      if (this.isConnected) await work(progress);
    } finally {
      progress.end();
    }
    return true;
  }

  /** Says how a run ended before it was done and, once it is known, what has been brought back. */
  #tellEnding(result: RunResult): void {
    const said = ending(result);
    this.#bar.note(said);
    void result.rebuilt?.then((rebuilt) => {
      if (this.#bar.said === said) this.#bar.note(`${how(result)} ${broughtBack(rebuilt)}`);
    });
  }

  #runAndMoveOn(): void {
    void this.run();
    const cells = [...document.getElementsByTagName("book-cell")] as BookCell[];
    cells[cells.indexOf(this) + 1]?.focusCode();
  }

  get #address(): string {
    return `cell:${this.#page}#${this.key}`;
  }

  #keep(): void {
    const { code, edited } = this.#area;
    let kept = true;
    if (edited) kept = store.set(this.#address, { code, of: fingerprint(this.#area.original) });
    else store.delete(this.#address);
    this.#leaveLink();
    this.#refresh();
    if (!kept) this.#bar.note("This browser stores nothing, or its store is full: the edit lasts until the page is closed.");
  }

  #restore(): void {
    const edit = fitting(store.get<{ code: string; of: string }>(this.#address), { code: this.#area.original, of: "" });
    if (edit.of !== fingerprint(this.#area.original)) return;
    this.#area.show(edit.code);
    this.#refresh();
  }

  /** Code that came with a link: shown, not stored, and run only when the reader says so. */
  #takeLink(): void {
    const code = decodeLink(this.key, location.hash);
    if (code === null) return;
    this.#area.show(code);
    this.#refresh();
    this.#bar.note("This code came with the link. Read it before you run it.");
    this.scrollIntoView({ block: "center" });
  }

  /** What the reader makes of a link's code is the reader's: a reload does not bring the link's back. */
  #leaveLink(): void {
    if (decodeLink(this.key, location.hash) === null) return;
    history.replaceState(history.state, "", location.pathname + location.search);
  }

  reset(): void {
    this.#area.reset();
    this.#leaveLink();
    this.#view.restore(this.#made.standing, this.code);
    this.#shown = false;
    store.delete(this.#address);
    this.#refresh();
    this.#bar.note("As it stood");
  }

  #refresh(): void {
    this.#bar.change(this.#area.edited, this.#shown);
  }
}

const NOT_RUN = "Not run: everything was stopped.";

function errorOf({ outputs }: RunResult): Extract<Output, { kind: "error" }> | undefined {
  return outputs.find((output) => output.kind === "error");
}

function brokenBy(result: RunResult): string | null {
  const error = errorOf(result);
  return error ? `Stopped by an error${error.line === null ? "" : ` in line ${error.line}`}` : null;
}

function aboutThoseAbove(results: RunResult[]): string {
  if (results.length === 0) return "";
  const failed = results.some(errorOf);
  return `, after ${count(results.length, "cell")} above${failed ? " (with an error there)" : ""}`;
}

function how({ stopped, replaying }: RunResult): string {
  const ended = {
    reader: "Stopped.",
    time: "Stopped: it ran longer than a minute. Try fewer steps or less data.",
    crash: "Python itself broke down at this code: is something nested too deeply, or too large?",
  }[stopped ?? "reader"];
  return replaying === null ? `${ended} What was done up to there stays.` : ended;
}

function ending(result: RunResult): string {
  const { replaying } = result;
  if (replaying === null) return how(result);
  const again = replaying === 0 ? "" : `, and runs again what had been run (${count(replaying, "cell")})`;
  return `${how(result)} Python starts anew${again}.`;
}

function broughtBack({ cells, lost }: Rebuilt): string {
  const gone = "what this cell had made is lost";
  if (cells === 0) return `Python started anew; ${gone}.`;
  const failed = lost.length === 0 ? "" : `, ${lost.length} of them without success`;
  return `Python started anew and ran again what had been run (${count(cells, "cell")}${failed}); ${gone}.`;
}

customElements.define("book-cell", BookCell);
