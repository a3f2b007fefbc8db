export const css = `
.settings { margin-bottom: .9em; gap: .4em 1em; }
.boards { display: grid; gap: 1em 1.4em; grid-template-columns: minmax(0, 1fr); align-items: start; }
@container (min-width: 26em) { .boards { grid-template-columns: minmax(0, 20em) minmax(0, 9em); } .outputs, .explain { grid-column: 1 / -1; } }
@container (min-width: 46em) { .boards { grid-template-columns: minmax(0, 19em) minmax(0, 10.5em) minmax(0, 1fr); } .outputs { grid-column: auto; } .boards > :first-child { grid-row: 1 / span 2; } .explain { grid-column: 2 / -1; } }
figure { margin: 0; } figcaption { margin-bottom: .35em; color: var(--soft); }
figure .controls { margin-top: .5em; }
.outputs { display: grid; gap: .8em; }
.outputs svg { min-width: 2em; max-width: 100%; }
.cell .square { stroke: var(--rule); stroke-width: 1; } .cell.data .square { fill: var(--data); } .cell.activation .square { fill: var(--activation); }
.cell.negative .square { fill: var(--soft); } .cell .margin { stroke-dasharray: 3 3; fill: none; }
.cell text { fill: var(--ink); font-size: 11px; font-variant-numeric: tabular-nums; pointer-events: none; }
.cell.dark text { fill: var(--paper); } .cell.outside text { fill: var(--soft); opacity: .7; }
.cell.negative text { font-style: italic; }
.window .frame { fill: var(--weight); fill-opacity: .1; stroke: var(--weight); stroke-width: 4; border: 0; }
.window .tap { fill: var(--weight); fill-opacity: .18; stroke: var(--weight); stroke-width: 2; }
.window:focus-visible .frame { stroke: var(--accent); stroke-width: 5; }
.painting { cursor: crosshair; touch-action: none; }
.brush { fill: none; stroke: var(--accent); stroke-width: 3; stroke-dasharray: 4 3; } .brush:focus-visible { stroke-width: 5; stroke-dasharray: none; }
.hit { fill: none; stroke: var(--weight); stroke-width: 4; pointer-events: none; } .nest { fill: none; stroke: var(--accent); stroke-width: 3; stroke-dasharray: 5 4; pointer-events: none; }
.veil { display: grid; place-items: center; width: 6em; height: 6em; margin: 0; border: 2px dashed var(--rule); color: var(--soft); font-size: 1.4em; }
.weights { display: grid; gap: 2px; max-width: 9em; }
.weights input { width: 100%; min-height: 2.4em; padding: 0 .1em; text-align: center; border-radius: 0; border-color: var(--weight); background: color-mix(in srgb, var(--weight) var(--part, 0%), var(--paper)); appearance: textfield; -moz-appearance: textfield; }
.weights input::-webkit-inner-spin-button { display: none; }
.weights[data-many] { max-width: none; } .weights[data-many] input { padding: 0; font-size: .62em; letter-spacing: -.06em; }
.filter label { display: grid; margin-top: .6em; } .filter select { width: 100%; max-width: 11em; }
.explain p:first-child { margin-top: 0; }
.noted { margin: 0 0 .8em; min-height: 1.45em; color: var(--ink); } .noted:empty { display: none; }
.product { min-height: 7em; } .product p { margin: 0; } .formula { margin-top: .8em; } .formula p { margin: .1em 0; }
`;
