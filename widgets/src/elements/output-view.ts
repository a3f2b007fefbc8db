/** A place where outputs are shown, piece by piece while code runs, then as a whole. */
import { join, toDom, toTree, type Output } from "../core/output";

const PAUSE = 150; // milliseconds

export class OutputView {
  readonly region: HTMLElement;
  #pieces: Output[] = [];
  #shown: readonly Output[] = []; // whose nodes stand in the region, in order
  #timer: ReturnType<typeof setTimeout> | undefined;
  #next = 0; // when the next pieces may be shown: laying out long text takes the page's time
  #of: string | null = null; // the code whose output stands here

  constructor(region: HTMLElement, of: string | null = null) {
    this.region = region;
    this.#of = of;
    region.setAttribute("aria-live", "polite");
  }

  /**
   * A run of this code begins. The output of other code goes; what this code has shown before stays until
   * the first piece comes. The place keeps its height until the run has ended, so that nothing below moves.
   */
  begin(of: string): void {
    this.clear();
    this.region.style.minHeight = `${this.region.offsetHeight}px`;
    if (this.#of !== of) this.region.replaceChildren();
    this.#of = of;
  }

  end(): void {
    this.region.style.removeProperty("min-height");
    if (!this.region.getAttribute("style")) this.region.removeAttribute("style");
  }

  /** Puts back what stood here, the output of this code. */
  restore(standing: readonly Node[], of: string): void {
    this.clear();
    this.region.replaceChildren(...standing);
    this.#of = of;
  }

  /** A piece of a run in progress. What stood there before stays until the first one comes. */
  add(output: Output): void {
    this.#pieces = join(this.#pieces, output);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#next = performance.now() + PAUSE;
      this.#put(this.#pieces);
    }, this.#next - performance.now());
  }

  /** All that a run has shown. */
  show(outputs: readonly Output[]): void {
    this.clear();
    this.#put(outputs);
  }

  /** Forgets the pieces, so that the next one begins anew. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pieces = [];
    this.#shown = [];
  }

  /** Pieces that have not changed keep their nodes: an endless print is a long text and an end that is replaced. */
  #put(outputs: readonly Output[]): void {
    const changed = outputs.findIndex((output, at) => output !== this.#shown[at]);
    const same = changed < 0 ? outputs.length : changed;
    for (const node of [...this.region.childNodes].slice(same)) node.remove();
    this.region.append(toDom(toTree(outputs.slice(same))));
    this.#shown = outputs;
  }
}
