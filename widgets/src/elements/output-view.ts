/** A place where outputs are shown, piece by piece while code runs, then as a whole. */
import { toDom, toTree, type Output } from "../core/output";

export class OutputView {
  readonly region: HTMLElement;
  #pieces: Output[] = [];
  #frame = 0;

  constructor(region: HTMLElement) {
    this.region = region;
    region.setAttribute("aria-live", "polite");
  }

  /** A piece of a run in progress. What stood there before stays until the first one comes. */
  add(output: Output): void {
    this.#pieces = join(this.#pieces, output);
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#put(this.#pieces);
    });
  }

  /** All that a run has shown. */
  show(outputs: readonly Output[]): void {
    this.clear();
    this.#put(outputs);
  }

  /** Forgets the pieces, so that the next one begins anew. */
  clear(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#pieces = [];
  }

  #put(outputs: readonly Output[]): void {
    this.region.replaceChildren(toDom(toTree(outputs)));
  }
}

/** What is written to one stream in several goes is one output, as in the kernel. */
export function join(outputs: readonly Output[], next: Output): Output[] {
  const last = outputs.at(-1);
  if (last?.kind === "text" && next.kind === "text" && last.stream === next.stream)
    return [...outputs.slice(0, -1), { ...last, text: last.text + next.text }];
  return [...outputs, next];
}
