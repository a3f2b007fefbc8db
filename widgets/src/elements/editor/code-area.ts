/**
 * Code that can be changed in place. Until it is touched it is the page's own text. A click, Enter or
 * the first letter puts a plain text field over it, at once, so that no letter is lost; the editor
 * takes the field's place as soon as it is there. Without the editor the field goes on serving.
 */
import { h } from "../dom";
import type { Editor } from "./codemirror";
import type { NameSource } from "./completion";
import type { Insight } from "./insight";

export interface CodeAreaOptions {
  label: string;
  /** Called with every change a reader makes. */
  onChange: (code: string) => void;
  onRun: () => void;
  onRunAndMoveOn: () => void;
  names: NameSource;
  /** What the name at an offset of the code stands for. */
  lookUp: (code: string, offset: number) => Promise<Insight | null>;
}

const loadEditor = () => import("./codemirror");
const loadCard = () => import("./card");
let hints = 0;

export class CodeArea {
  readonly #pre: HTMLPreElement;
  readonly #code: HTMLElement;
  readonly #standing: Node[];
  readonly #original: string;
  readonly #options: CodeAreaOptions;
  readonly #hint: HTMLElement;
  #text: string;
  #field: HTMLTextAreaElement | null = null;
  #editor: Editor | null = null;
  #frame: HTMLElement | null = null;
  #marked: number | null = null;
  #comparing = false;

  /** `pre` holds the standing code; `original` is its text, without markup. */
  constructor(pre: HTMLPreElement, original: string, options: CodeAreaOptions) {
    this.#pre = pre;
    this.#code = pre.querySelector("code") ?? pre;
    this.#standing = [...this.#code.childNodes];
    this.#original = this.#text = original.replace(/\n+$/, ""); // an editor would show the last one
    this.#options = options;
    this.#hint = h(
      "p",
      { class: "book-code__hint", id: `book-code-hint-${++hints}` },
      "Shift+Enter runs and moves on, Ctrl+Enter runs, F1 explains a name. Escape, then Tab, leaves.",
    );
    pre.classList.add("book-code");
    pre.tabIndex = 0;
    pre.setAttribute("role", "group");
    pre.setAttribute("aria-label", `${options.label}. Press Enter to edit.`);
    pre.addEventListener("pointerenter", () => void loadEditor().catch(() => {}), { once: true });
    this.#explainUnderPointer(pre, (event) => this.#offset(event));
    pre.addEventListener("focus", () => void loadEditor().catch(() => {}), { once: true });
    pre.addEventListener("click", (event) => this.#clicked(event));
    pre.addEventListener("keydown", (event) => this.#pressed(event));
    pre.after(this.#hint);
  }

  get code(): string {
    return this.#text;
  }

  get edited(): boolean {
    return this.#text !== this.#original;
  }

  get original(): string {
    return this.#original;
  }

  /** Shows other code, without telling `onChange`. */
  show(code: string): void {
    this.#text = code;
    this.mark(null);
    if (this.#editor) this.#editor.replace(code);
    else if (this.#field) this.#field.value = code;
    this.#paint();
  }

  /** Puts the standing code back, as it stood. */
  reset(): void {
    const focused = this.#frame?.contains(document.activeElement) ?? false;
    this.#text = this.#original;
    this.mark(null);
    this.close();
    if (focused) this.#pre.focus();
  }

  /** The page's own text takes the editor's place, which would listen for as long as the visit lasts. */
  close(): void {
    this.#editor?.destroy();
    this.#frame?.remove();
    this.#field?.remove();
    this.#editor = this.#frame = this.#field = null;
    this.#comparing = false;
    this.#pre.hidden = false;
    this.#paint();
  }

  /** Shows in the code what was changed, or no longer. */
  compare(on: boolean): void {
    this.#comparing = on;
    if (this.#editor) void this.#editor.compare(on ? this.#original : null).catch(() => {});
    else if (on) this.#edit(0);
  }

  /** Tints a line, counted from 1, until the code is changed; null takes the tint away. */
  mark(line: number | null): void {
    this.#marked = line;
    for (const box of [this.#pre, this.#frame]) {
      box?.classList.toggle("book-code--marked", line !== null);
      box?.style.setProperty("--book-line", String(line ?? 0));
    }
  }

  focus(): void {
    if (this.#editor) this.#editor.focus();
    else (this.#field ?? this.#pre).focus({ preventScroll: true });
  }

  /** What the name at an offset of the code, as it reads now, stands for. */
  #lookUp = (offset: number): Promise<Insight | null> => this.#options.lookUp(this.#text, offset);

  #explainUnderPointer(box: HTMLElement, offset: (event: MouseEvent) => number | null): void {
    const load = (entered: PointerEvent): void => {
      loadCard().then(
        ({ follow }) => follow(box, offset, this.#lookUp, entered),
        () => {}, // the code can be read and run without
      );
    };
    box.addEventListener("pointerenter", load, { once: true });
  }

  #clicked(event: MouseEvent): void {
    const target = event.target as Element;
    if (!getSelection()?.isCollapsed || target.closest("a, button, textarea")) return;
    this.#edit(this.#offset(event) ?? this.#text.length);
  }

  #pressed(event: KeyboardEvent): void {
    if (event.target !== this.#pre || event.altKey) return;
    if (this.#runs(event)) return;
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter") event.preventDefault();
    else if ([...event.key].length !== 1 || event.key === " ") return; // the space bar scrolls
    this.#edit(0); // the letter itself then goes into the field
  }

  #runs(event: KeyboardEvent): boolean {
    if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey || event.metaKey)) return false;
    event.preventDefault();
    if (event.shiftKey) this.#options.onRunAndMoveOn();
    else this.#options.onRun();
    return true;
  }

  /** Where in the code a click landed. */
  #offset({ clientX, clientY }: MouseEvent): number | null {
    const spot = document.caretPositionFromPoint?.(clientX, clientY);
    const older = spot ? null : document.caretRangeFromPoint?.(clientX, clientY);
    const node = spot?.offsetNode ?? older?.startContainer;
    if (!node || !this.#code.contains(node)) return null;
    const before = document.createRange();
    before.setStart(this.#code, 0);
    before.setEnd(node, spot?.offset ?? older?.startOffset ?? 0);
    return Math.min(before.toString().length, this.#text.length);
  }

  #edit(cursor: number): void {
    if (this.#editor) return this.#editor.focus();
    if (!this.#field) {
      const field = this.#typing();
      this.#field = field;
      field.setSelectionRange(cursor, cursor);
      this.#pre.append(field);
      loadEditor().then(
        ({ createEditor }) => this.#upgrade(field, createEditor),
        () => field.classList.add("book-code__field--stays"),
      );
    }
    this.#field.focus({ preventScroll: true });
  }

  /** A text field that lies over the code, letter on letter, and shows only its cursor. */
  #typing(): HTMLTextAreaElement {
    const field = h("textarea", {
      class: "book-code__field",
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      "aria-label": this.#options.label,
      "aria-describedby": this.#hint.id,
      oninput: () => {
        this.#typed(field.value);
        this.#paint();
      },
      onkeydown: (event: KeyboardEvent) => this.#runs(event),
    });
    field.value = this.#text;
    copyStyle(this.#code, field);
    return field;
  }

  #typed(code: string): void {
    this.#text = code;
    if (this.#marked !== null) this.mark(null);
    this.#options.onChange(code);
  }

  #upgrade(field: HTMLTextAreaElement, create: (typeof import("./codemirror"))["createEditor"]): void {
    if (this.#field !== field || !field.isConnected) return;
    const { label, onRun, onRunAndMoveOn, names } = this.#options;
    const focused = document.activeElement === field;
    const editor = create({
      code: field.value,
      cursor: [field.selectionStart, field.selectionEnd],
      label,
      describedBy: this.#hint.id,
      onChange: (code) => code !== this.#text && this.#typed(code), // what `show` puts there is not typed
      onRun,
      onRunAndMoveOn,
      names,
      onExplain: (offset, place) => {
        loadCard().then(({ open }) => open(offset, place, this.#lookUp), () => {});
      },
    });
    const frame = h("div", { class: "book-code__editor" }, editor.element);
    copyStyle(this.#code, frame);
    this.#field = null;
    this.#editor = editor;
    this.#frame = frame;
    this.#pre.after(frame);
    this.#explainUnderPointer(frame, (event) => editor.offsetAt(event));
    this.mark(this.#marked);
    if (this.#comparing) this.compare(true);
    if (focused) editor.focus(); // before the field goes, so that a phone keeps its keyboard up
    field.remove();
    this.#pre.hidden = true;
  }

  /** Brings the page's own text up to date, and colours it when the means to do so are there. */
  #paint(): void {
    const code = this.#text;
    if (!this.edited) return this.#code.replaceChildren(...this.#standing);
    this.#code.replaceChildren(code);
    if (this.#field || this.#editor) return;
    loadEditor().then(
      ({ highlighted }) => {
        if (this.#text === code && !this.#field) this.#code.replaceChildren(highlighted(code));
      },
      () => {}, // plain code reads as well
    );
  }
}

/** What makes two boxes set a text alike. */
function copyStyle(from: HTMLElement, to: HTMLElement): void {
  const { fontFamily, fontSize, letterSpacing, lineHeight, padding } = getComputedStyle(from);
  const of = (length: string, other: string): number => parseFloat(length) / parseFloat(other);
  const around = from.parentElement ? getComputedStyle(from.parentElement).fontSize : fontSize;
  const relative = { fontSize: `${of(fontSize, around)}em`, lineHeight: `${of(lineHeight, fontSize)}` };
  Object.assign(to.style, { fontFamily, letterSpacing, ...relative }); // so that it grows with the text round it
  to.style.setProperty("--book-code-padding", padding);
}
