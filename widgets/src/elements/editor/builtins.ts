/** Marks Python's built-in names, which the parser takes for any other name. */
import { syntaxTree } from "@codemirror/language";
import { RangeSetBuilder, type Extension } from "@codemirror/state";
import { Decoration, ViewPlugin, type DecorationSet, type EditorView } from "@codemirror/view";

export const BUILTINS: ReadonlySet<string> = new Set(
  `abs all any bool callable chr complex dict dir divmod enumerate filter float format frozenset getattr
   hasattr hash help id input int isinstance issubclass iter len list map max min next object open ord pow
   print property range repr reversed round set setattr slice sorted staticmethod str sum super tuple type
   vars zip`.split(/\s+/),
);

const mark = Decoration.mark({ class: "nb" });

function find(view: EditorView): DecorationSet {
  const found = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(view.state).iterate({
      from,
      to,
      enter: (node) => {
        if (node.name !== "VariableName") return;
        if (BUILTINS.has(view.state.sliceDoc(node.from, node.to)))
          found.add(node.from, node.to, mark);
      },
    });
  }
  return found.finish();
}

export const builtins: Extension = ViewPlugin.define(
  (view) => ({
    decorations: find(view),
    update(update) {
      const parsed = syntaxTree(update.startState) !== syntaxTree(update.state);
      if (update.docChanged || update.viewportChanged || parsed) this.decorations = find(update.view);
    },
  }),
  { decorations: (plugin) => plugin.decorations },
);
