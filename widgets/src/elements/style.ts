/** The style sheets of the explorables' shadow roots: one that all share and one an element, each made once. */
const made = new Map<string, CSSStyleSheet>();

export function sheets(own: string): CSSStyleSheet[] {
  return [shared, own].filter(Boolean).map((css) => {
    const sheet = made.get(css) ?? new CSSStyleSheet();
    if (!made.has(css)) sheet.replaceSync(css);
    made.set(css, sheet);
    return sheet;
  });
}

const shared = `
:host {
  --data: var(--book-data, #0b5fa5); --weight: var(--book-weight, #b34700);
  --activation: var(--book-activation, #00704e); --gradient: var(--book-gradient, #a02c79);
  --target: var(--book-target, #514500); --accent: var(--book-accent, #4b3f8f);
  --ink: var(--book-ink, #1f1c17); --soft: var(--book-ink-soft, #635d53); --rule: var(--book-rule, #dcd6c8);
  --paper: var(--book-paper, #fdfcf9); --raised: var(--book-paper-raised, #f5f2ea);
  display: block; clear: right; width: var(--book-wide, 100%); margin: 1.8em 0; color: var(--ink);
  font-size: .84em; line-height: 1.45; scroll-margin-top: 4rem;
}
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
.frame { container-type: inline-size; border-block: 1px solid var(--rule); padding: .9em 0 1em; }
.still { display: none; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
header { display: flex; align-items: baseline; justify-content: space-between; gap: 1em; }
.tools { flex: none; }
h2, h3 { margin: 0; font-size: 1.12em; font-weight: 600; letter-spacing: -.005em; }
p { margin: .5em 0; }
.starts, .controls, .answers { display: flex; flex-wrap: wrap; align-items: center; gap: .4em; }
.starts { margin: .5em 0 .7em; }

button, input, select { font: inherit; color: inherit; }
button {
  min-height: 2.3em; padding: .25em .8em; cursor: pointer; touch-action: manipulation;
  border: 1px solid var(--rule); border-radius: 1.2em; background: var(--paper);
}
button:hover:not(:disabled) { border-color: var(--accent); }
button:disabled { opacity: .45; cursor: default; }
button[aria-pressed="true"] { border-color: var(--accent); background: var(--accent); color: var(--paper); }
button.main { border-color: var(--accent); color: var(--accent); font-weight: 600; }
button.quiet { border-color: transparent; background: none; color: var(--accent); padding-inline: .5em; }
button.quiet:hover:not(:disabled) { text-decoration: underline; }
input, select {
  min-height: 2.3em; padding: .15em .5em; border: 1px solid var(--rule); border-radius: .3em; background: var(--paper);
}
input[type="text"], input[type="number"], textarea { font-family: var(--book-code-font, ui-monospace, monospace); font-size: .92em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
svg :focus-visible { outline: none; }
label { color: var(--soft); }

.guess { padding: .6em .9em; margin-bottom: .9em; background: var(--raised); border-left: 3px solid var(--accent); }
.guess > * { margin: 0; }
.guess[data-open] .answers { margin-top: .5em; }
.question { font-weight: 600; }
.guess:not([data-open]) .question { color: var(--soft); font-weight: 400; }
.verdict:empty { display: none; }
.verdict::before { content: ""; font-weight: 700; }
[data-right="true"] .verdict::before { content: "✓ "; color: var(--activation); }
[data-right="false"] .verdict::before { content: "✗ "; color: var(--gradient); }
button.again { min-height: 0; padding: 0; }
form { display: contents; }

.data { color: var(--data); } .weight { color: var(--weight); } .activation { color: var(--activation); }
.gradient { color: var(--gradient); } .target { color: var(--target); } .soft { color: var(--soft); }
.sum { font-family: var(--book-code-font, ui-monospace, monospace); font-size: .88em; line-height: 1.7; overflow-wrap: break-word; }
.stage { position: relative; }
svg { display: block; width: 100%; height: auto; overflow: visible; font-family: inherit; user-select: none; -webkit-user-select: none; }
svg text { fill: currentColor; }
.grab { cursor: grab; touch-action: none; } .grab:active { cursor: grabbing; }
.hint { color: var(--soft); font-size: .92em; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .15em .9em; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { color: var(--soft); font-weight: 400; text-align: left; }
th, td { padding: .15em .7em .15em 0; border-bottom: 1px solid var(--rule); }
footer { margin-top: .9em; }
footer p { color: var(--soft); margin: 0 0 .25em; }
pre {
  margin: 0; padding: .6em .9em; overflow-x: auto; background: var(--raised);
  font-family: var(--book-code-font, ui-monospace, monospace); font-size: .88em; line-height: 1.55; tab-size: 4;
}
@media (hover: none) { button, input, select { min-height: 2.75em; } }
@media print { .frame { display: none; } .still { display: block; } :host { font-size: 1em; } }
@media (prefers-reduced-motion: no-preference) { .eased { transition: transform .25s ease, opacity .25s ease; } }
@media (forced-colors: active) { button[aria-pressed="true"] { outline: 2px solid; } }
`;
