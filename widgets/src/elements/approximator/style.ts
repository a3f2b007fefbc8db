export const css = `
.controls { margin: .4em 0; gap: .4em 1em; }
.controls label { display: inline-flex; align-items: center; gap: .4em; }
input[type="range"] { width: 11em; min-height: 0; padding: 0; accent-color: var(--accent); }
.views { display: grid; grid-template-columns: minmax(0, 1.7fr) minmax(0, 1fr); gap: 1.2em; align-items: end; margin: .7em 0 .3em; }
@container (max-width: 40em) { .views { grid-template-columns: minmax(0, 1fr); } }
.inside { overflow: hidden; }
.ground { fill: var(--raised); }
.axes { stroke: var(--rule); }
.curve { fill: none; stroke: var(--target); stroke-width: 3; stroke-dasharray: 1 6; stroke-linecap: round; }
.pieces path { fill: none; stroke: var(--weight); stroke-width: 1.3; opacity: .6; }
.sum { fill: none; stroke: var(--activation); stroke-width: 3; stroke-linejoin: round; }
.gap { stroke: var(--gradient); stroke-width: 3; stroke-dasharray: 5 3; }
.point { fill: var(--target); stroke: var(--paper); stroke-width: 2; }
.point:focus-visible { stroke: var(--accent); stroke-width: 4; }
.ticks line { stroke: var(--rule); } .ticks text { fill: var(--soft); font-size: 14px; }
.now { stroke: var(--accent); stroke-width: 2; stroke-dasharray: 2 4; }
.line { fill: none; stroke: var(--weight); }
.built rect { fill: var(--weight); }
.trained path { fill: var(--activation); stroke: var(--paper); }
.key { display: inline-block; width: 1.5em; height: .7em; vertical-align: baseline; margin-right: .25em; }
.legend { display: flex; flex-wrap: wrap; gap: .1em 1.1em; color: var(--soft); font-size: .92em; margin: .2em 0; }
.words { min-height: 3em; }
.words p { margin: .2em 0; }
`;
