/** Words that the parser does not tell apart: Python's built-in names, and, in comments, what has a colour. */
import { syntaxTree } from "@codemirror/language";
import { Prec, RangeSetBuilder, type Extension } from "@codemirror/state";
import { Decoration, ViewPlugin, type DecorationSet, type EditorView } from "@codemirror/view";

export const BUILTINS: ReadonlySet<string> = new Set(
  `abs all any bool callable chr complex dict dir divmod enumerate filter float format frozenset getattr
   hasattr hash help id input int isinstance issubclass iter len list map max min next object open ord pow
   print property range repr reversed round set setattr slice sorted staticmethod str sum super tuple type
   vars zip`.split(/\s+/),
);

const MEANING = /\b(data|weight|activation|gradient|target)s?\b/gi;

/** The words of a comment that mean something: where they stand, and their class. */
export function meanings(comment: string): { from: number; to: number; name: string }[] {
  return [...comment.matchAll(MEANING)].map((found) => ({
    from: found.index,
    to: found.index + found[0].length,
    name: (found[1] ?? "").toLowerCase(),
  }));
}

const marks = new Map<string, Decoration>();
function mark(name: string): Decoration {
  const made = marks.get(name) ?? Decoration.mark({ class: name });
  marks.set(name, made);
  return made;
}

function find(view: EditorView): DecorationSet {
  const found = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(view.state).iterate({
      from,
      to,
      enter: (node) => {
        const text = () => view.state.sliceDoc(node.from, node.to);
        if (node.name === "VariableName" && BUILTINS.has(text()))
          found.add(node.from, node.to, mark("nb"));
        if (node.name === "Comment")
          for (const word of meanings(text()))
            found.add(node.from + word.from, node.from + word.to, mark(word.name));
      },
    });
  }
  return found.finish();
}

const plugin = ViewPlugin.define(
  (view) => ({
    decorations: find(view),
    update(update) {
      const parsed = syntaxTree(update.startState) !== syntaxTree(update.state);
      if (update.docChanged || update.viewportChanged || parsed) this.decorations = find(update.view);
    },
  }),
  { decorations: (plugin) => plugin.decorations },
);

/** First among the decorations, which puts its marks inside those of the parser. */
export const words: Extension = Prec.highest(plugin);
