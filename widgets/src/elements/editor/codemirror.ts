/**
 * The editor proper, loaded when a reader first puts the cursor into code. Its tokens carry the class
 * names that Pygments gives the standing code, so both are coloured by the same rules.
 */
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, highlightSpecialChars, keymap } from "@codemirror/view";
import { highlightCode, tagHighlighter, tags } from "@lezer/highlight";
import { h } from "../dom";
import { completion, type NameSource } from "./completion";
import { BUILTINS, meanings, words } from "./words";

const pygments = tagHighlighter([
  { tag: tags.keyword, class: "k" },
  { tag: tags.moduleKeyword, class: "kn" },
  { tag: tags.operatorKeyword, class: "ow" },
  { tag: [tags.bool, tags.null], class: "kc" },
  { tag: tags.number, class: "mi" },
  { tag: [tags.string, tags.special(tags.string)], class: "s2" },
  { tag: tags.escape, class: "se" },
  { tag: tags.lineComment, class: "c1" },
  { tag: tags.function(tags.definition(tags.variableName)), class: "nf" },
  { tag: tags.definition(tags.className), class: "nc" },
  { tag: tags.self, class: "bp" },
  { tag: tags.meta, class: "nd" },
  { tag: [tags.operator, tags.derefOperator], class: "o" },
  { tag: [tags.punctuation, tags.separator, tags.bracket], class: "p" },
  { tag: [tags.variableName, tags.propertyName, tags.className], class: "n" },
]);

export interface EditorOptions {
  code: string;
  /** Where the cursor is put. */
  cursor: [from: number, to: number];
  label: string;
  describedBy: string;
  onChange: (code: string) => void;
  onRun: () => void;
  onRunAndMoveOn: () => void;
  names: NameSource;
  /** Asked, by F1, what stands at an offset, which is shown at a place on the screen. */
  onExplain: (offset: number, place: DOMRect) => void;
}

export interface Editor {
  readonly element: HTMLElement;
  /** The offset in the code of a place on the screen; null beside it. */
  offsetAt(event: MouseEvent): number | null;
  focus(): void;
  replace(code: string): void;
  /** Shows in the code what differs from another one, or, for null, no longer. */
  compare(original: string | null): Promise<void>;
  destroy(): void;
}

export function createEditor(options: EditorOptions): Editor {
  const does = (action: () => void) => () => {
    action();
    return true;
  };
  const explain = (view: EditorView): boolean => {
    const { head } = view.state.selection.main;
    const place = view.coordsAtPos(head);
    if (place) options.onExplain(head, new DOMRect(place.left, place.top, 0, place.bottom - place.top));
    return true;
  };
  const changes = new Compartment();
  const view = new EditorView({
    state: EditorState.create({
      doc: options.code,
      selection: { anchor: options.cursor[0], head: options.cursor[1] },
      extensions: [
        keymap.of([
          { key: "Mod-Enter", run: does(options.onRun) },
          { key: "Ctrl-Enter", run: does(options.onRun) },
          { key: "Shift-Enter", run: does(options.onRunAndMoveOn) },
          { key: "F1", run: explain },
          { key: "Escape", run: letTabLeave },
        ]),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
        history(),
        indentOnInput(),
        indentUnit.of("    "),
        EditorState.tabSize.of(4),
        bracketMatching(),
        closeBrackets(),
        highlightSpecialChars(),
        changes.of([]),
        completion(options.names),
        pythonLanguage,
        syntaxHighlighting(pygments),
        words,
        EditorView.contentAttributes.of({
          "aria-label": options.label,
          "aria-describedby": options.describedBy,
        }),
        EditorView.domEventHandlers({ blur: (_, view) => view.setTabFocusMode(false) }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          view.setTabFocusMode(false);
          options.onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    element: view.dom,
    focus: () => view.focus(),
    offsetAt: ({ clientX: x, clientY: y }) =>
      document.elementFromPoint(x, y)?.closest(".cm-line") ? view.posAtCoords({ x, y }) : null,
    replace: (code) =>
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: code } }),
    async compare(original) {
      const shown = original === null ? [] : await against(original);
      view.dispatch({ effects: changes.reconfigure(shown) });
    },
    destroy: () => view.destroy(),
  };
}

async function against(original: string): Promise<Extension> {
  const { unifiedMergeView } = await import("@codemirror/merge");
  return unifiedMergeView({ original, mergeControls: false, gutter: false });
}

/** After Escape the Tab key moves on through the page, until the reader types or leaves. */
function letTabLeave(view: EditorView): boolean {
  view.setTabFocusMode(true);
  return true;
}

/** The code in colours, for code that no build has seen: a reader's edit of an earlier visit. */
export function highlighted(code: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  const tree = pythonLanguage.parser.parse(code);
  highlightCode(
    code,
    tree,
    pygments,
    (text, classes) => fragment.append(token(text, classes)),
    () => fragment.append("\n"),
  );
  return fragment;
}

function token(text: string, classes: string): Node | string {
  if (!classes) return text;
  if (classes === "n" && BUILTINS.has(text)) return h("span", { class: "nb" }, text);
  if (classes !== "c1") return h("span", { class: classes }, text);
  const comment = h("span", { class: classes });
  let at = 0;
  for (const { from, to, name } of meanings(text)) {
    comment.append(text.slice(at, from), h("span", { class: name }, text.slice(from, to)));
    at = to;
  }
  comment.append(text.slice(at));
  return comment;
}
