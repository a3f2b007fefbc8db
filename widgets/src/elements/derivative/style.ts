import { chartCss } from "../chart";

export const css = `${chartCss}
.formula { display: flex; gap: .5em; align-items: center; flex-wrap: wrap; margin: .3em 0 .6em; }
.formula input { flex: 1 1 9em; min-width: 0; max-width: 22em; }
.trouble { color: var(--gradient); } .trouble:empty { display: none; }
.views { display: grid; grid-template-columns: 1fr 1fr; gap: 1em 1.4em; margin: .7em 0 .4em; }
@container (max-width: 32em) { .views { grid-template-columns: 1fr; } }
figure { margin: 0 0 .5em; } figcaption { margin-bottom: .3em; font-weight: 600; }
.curve { fill: none; stroke-width: 3; stroke: var(--activation); }
.slopes .curve, .tangent { stroke: var(--gradient); stroke-dasharray: 6 4; }
.tangent { stroke-width: 2.5; }
.secant { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 2 4; }
.errors .curve { stroke: var(--ink); stroke-width: 2; }
.here { fill: var(--activation); stroke: var(--paper); stroke-width: 2; }
.here:focus-visible { stroke: var(--accent); stroke-width: 4; }
.dot { fill: var(--gradient); stroke: var(--paper); stroke-width: 2; }
.beyond { fill: var(--paper); stroke: var(--ink); stroke-width: 2; }
.slide { display: grid; grid-template-columns: auto 1fr; gap: .7em; align-items: center; padding-left: .3em; }
input[type="range"] { width: 100%; min-width: 0; padding: 0; accent-color: var(--accent); }
.words { min-height: 6em; } .words p { margin: .2em 0; }
`;
