/** How a name goes on: from the page's variables where Python runs, else from the code itself. */
import {
  acceptCompletion,
  autocompletion,
  completionStatus,
  ifNotIn,
  moveCompletionSelection,
  selectedCompletionIndex,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  type CompletionSource,
} from "@codemirror/autocomplete";
import { globalCompletion, localCompletionSource } from "@codemirror/lang-python";
import { Prec, type Extension } from "@codemirror/state";
import { keymap, type EditorView } from "@codemirror/view";

/** The names that may stand at an offset of the code, and how many of their letters stand already. */
export interface Names {
  begun: number;
  options: { label: string; type?: string; detail?: string }[];
}
export interface NameSource {
  complete: (code: string, offset: number) => Promise<Names | null>;
  /** What a name stands for, in a sentence. */
  explain: (name: string) => Promise<string | null>;
}

const WORDLESS = ["String", "FormatString", "ContinuedString", "Comment"];

/** Enter makes a new line unless a name was chosen by the arrow keys; Tab takes the first. */
export function completion(names: NameSource): Extension {
  const sources = [live(names), localCompletionSource, globalCompletion];
  return [
    autocompletion({
      override: [ifNotIn(WORDLESS, firstOf(sources))],
      selectOnOpen: false,
      icons: false,
    }),
    Prec.highest(keymap.of([{ key: "Tab", run: take }])),
  ];
}

function live(names: NameSource): CompletionSource {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const begun = context.matchBefore(/[\w.]+$/);
    if (!context.explicit && !begun) return null;
    const found = await names.complete(context.state.doc.toString(), context.pos);
    if (!found || found.options.length === 0) return null;
    const path = begun ? begun.text.slice(0, begun.text.length - found.begun) : "";
    const options = found.options.map((option): Completion => ({ ...option, info: () => told(names, path + option.label) }));
    return { from: context.pos - found.begun, options, validFor: /^\w*$/ };
  };
}

async function told(names: NameSource, name: string): Promise<Node | null> {
  const text = await names.explain(name);
  return text ? document.createTextNode(text) : null;
}

/** The answer of the first source that has one: each is better than those after it. */
function firstOf(sources: CompletionSource[]): CompletionSource {
  return async (context) => {
    for (const source of sources) {
      const found = await source(context);
      if (found?.options.length) return found;
    }
    return null;
  };
}

function take(view: EditorView): boolean {
  if (completionStatus(view.state) !== "active") return false;
  if (selectedCompletionIndex(view.state) === null) moveCompletionSelection(true)(view);
  return acceptCompletion(view);
}
