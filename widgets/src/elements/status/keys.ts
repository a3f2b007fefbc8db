/** What the keyboard does, in a dialog that the question mark opens. */
import { h } from "../dom";

const KEYS: [where: string, keys: [key: string, does: string][]][] = [
  [
    "On every page",
    [
      ["/ or s", "search"],
      ["p and n", "the page before, the page after"],
      ["Tab", "to the next thing that can be used"],
      ["+ and \u2212", "larger text, smaller text; 0 as it was"],
      ["?", "this list"],
    ],
  ],
  [
    "In code",
    [
      ["Enter", "begin to write in a cell that has the focus"],
      ["Ctrl+Enter", "run, or check an exercise"],
      ["Shift+Enter", "run and go on to the next cell"],
      ["Ctrl+Space, then the arrows", "how a name may go on; Tab takes it"],
      ["F1", "what the name at the cursor stands for"],
      ["Ctrl+Z, Ctrl+Y", "undo, redo"],
      ["Escape, then Tab", "leave the code"],
    ],
  ],
  [
    "In a session",
    [
      ["arrows up and down", "to the cell before, to the next one, unless in code"],
      ["Alt+Page Up, Alt+Page Down", "the same, in code too"],
      ["Alt+Insert", "a scratch cell below the one with the focus"],
    ],
  ],
  [
    "In an explorable",
    [
      ["arrows", "move what has the focus"],
      ["Space", "paint, press, choose"],
    ],
  ],
];

let dialog: HTMLDialogElement | null = null;

export function showKeys(): void {
  dialog ??= make();
  document.body.append(dialog); // a page that was changed meanwhile may have dropped it
  if (!dialog.open) dialog.showModal();
}

function make(): HTMLDialogElement {
  const made = h("dialog", { class: "book-keys", "aria-labelledby": "book-keys-title" });
  const close = h("button", { type: "button", class: "book-status__item", autofocus: true, onclick: () => made.close() }, "Close");
  const parts = KEYS.flatMap(([where, keys]) => [
    h("h3", null, where),
    h("dl", null, ...keys.flatMap(([key, does]) => [h("dt", null, h("kbd", null, key)), h("dd", null, does)])),
  ]);
  made.append(h("h2", { id: "book-keys-title" }, "Keyboard"), ...parts, close);
  return made;
}
