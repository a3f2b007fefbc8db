/**
 * What the explorables share whose answers come from Python: it is fetched at the first guess or touch, asked
 * for the newest state only, and waited for in words. On other paper everything is drawn in its colours.
 */
import { runtime, type State as Python } from "../runtime/client";
import type { Json } from "../runtime/protocol";
import { Explorable } from "./explorable";
import { Newest } from "./newest";
import { megabytes, showStatus } from "./page";

export abstract class Computed<S extends { readonly guess: string | null }> extends Explorable<S> {
  /** The Python half: its name in book_kernel. */
  protected abstract readonly model: string;
  /** Whether the question is about all starting points: then it is asked once. */
  protected readonly once: boolean = false;
  #python: Python = { name: "idle" };

  override connectedCallback(): void {
    super.connectedCallback();
    this.guess.commit = (guess) => this.commit(guess);
    this.guess.retry = () => this.retry();
    const listen = runtime.state((state) => {
      this.#python = state;
      this.redraw();
    });
    const theme = new MutationObserver(() => this.redraw());
    for (const root of [document.documentElement, document.body]) theme.observe(root, { attributeFilter: ["data-md-color-scheme"] });
    this.leaving.addEventListener("abort", () => {
      listen();
      theme.disconnect();
    });
  }

  protected override start(preset: string): void {
    const { guess } = this.state;
    super.start(preset);
    if (this.once) this.change({ guess } as Partial<S>);
  }

  /** The reader has answered the question, or asked to be shown. */
  protected commit(guess: string): void {
    this.wake();
    this.change({ guess } as Partial<S>);
  }

  protected retry(): void {
    this.change({ guess: null } as Partial<S>);
  }

  /** Python is fetched when the reader touches something, and not before. */
  protected wake(): void {
    showStatus();
    runtime.wake();
  }

  protected call(name: string, ...args: Json[]): Promise<Json> {
    return runtime.call(`book_kernel.${this.model}`, name, args);
  }

  /** One kind of question to Python; its answer draws anew. */
  protected asking<T>(read = (answer: Json): T => answer as unknown as T): Newest<T> {
    return new Newest<T>(read, () => this.isConnected && this.redraw());
  }

  /** What there is to say while an answer is on its way. */
  protected waiting(doing = "Computing…"): string {
    if (this.#python.name === "loading") return `Fetching Python${megabytes(this.#python)}`;
    return this.#python.name === "error" ? this.#python.message : doing;
  }
}
