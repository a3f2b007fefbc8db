export const css = `
.desk { display: grid; gap: 1em 1.6em; grid-template-columns: minmax(0, 1fr); }
@container (min-width: 38em) { .desk { grid-template-columns: minmax(0, 18em) minmax(0, 1fr); } }
.board { cursor: crosshair; touch-action: none; max-width: 18em; }
.board rect { fill: var(--data); } .board .paper { fill: var(--paper); stroke: var(--soft); stroke-width: .15; }
.board .box { fill: none; stroke: var(--rule); stroke-width: .12; stroke-dasharray: .6 .5; }
svg.board:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.pen { fill: none; stroke: var(--accent); stroke-width: .3; visibility: hidden; pointer-events: none; } .board:focus-visible .pen { visibility: visible; }
.pen[data-down="true"] { fill: var(--accent); fill-opacity: .5; }
.draw .controls { margin: .6em 0 .3em; }
label { display: flex; gap: .5em; align-items: baseline; } input[type="checkbox"] { min-height: 0; accent-color: var(--accent); }
.board:focus:not(:focus-visible) { outline: none; }
.note:empty { display: none; }
.results[data-stale] { opacity: .6; }
.bars { list-style: none; margin: 0 0 1em; padding: 0; font-variant-numeric: tabular-nums; }
.bars li { display: grid; grid-template-columns: 1.4em minmax(0, 1fr) 4.2em; gap: .5em; align-items: center; line-height: 1.35; }
.bar { height: .7em; background: var(--raised); } .bar span { display: block; height: 100%; background: var(--activation); min-width: 1px; }
.first { font-weight: 700; } .guessed .digit { outline: 2px solid var(--accent); outline-offset: -1px; text-align: center; }
.chance { text-align: right; }
.maps figure { margin: 0 0 .8em; } figcaption { color: var(--soft); font-size: .94em; margin-bottom: .2em; }
.row { display: flex; flex-wrap: wrap; gap: 4px; }
canvas { image-rendering: pixelated; border: 1px solid var(--rule); width: calc(var(--wide) * 2px); height: auto; }
.stage-input canvas { width: 5.6em; } .stage-pool1 canvas { width: 2.9em; } .stage-conv2 canvas { width: 2.2em; } .stage-pool2 canvas { width: 1.9em; }
.stage-conv1 canvas { width: 3.6em; } .stage-flat canvas { width: min(100%, 18em); }
`;
