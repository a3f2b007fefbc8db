import { chartCss } from "../chart";

export const css = `${chartCss}
.views { display: grid; grid-template-columns: 1fr 1fr; gap: 1em 1.4em; margin: .7em 0; }
@container (max-width: 32em) { .views { grid-template-columns: 1fr; } }
.plane { position: relative; align-self: start; }
.heights { position: absolute; inset: 0; width: 100%; height: 100%; }
.plane svg { position: relative; overflow: hidden; }
.ground { fill: none; stroke: var(--rule); }
.axes { stroke: var(--soft); stroke-width: .75; fill: none; }
.axis { font-style: italic; font-size: 17px; } svg text.axis { fill: var(--data); }
.boundary line { stroke: var(--weight); stroke-width: 3.5; } .boundary .tip { fill: var(--weight); stroke: none; }
.boundary .knob { fill: var(--paper); stroke: var(--weight); stroke-width: 3; }
.boundary:focus-visible .knob { stroke: var(--accent); stroke-width: 5; }
.points circle { fill: var(--data); stroke: var(--data); stroke-width: 2.5; } .points .no { fill: var(--paper); }
.points path { stroke: var(--paper); stroke-width: 2.5; } .points .no + path { stroke: var(--data); }
.points .halo { fill: none; stroke: none; } .points .wrong .halo { stroke: var(--gradient); stroke-dasharray: 4 3; }
.points text, .reads text { font-size: 15px; stroke: var(--paper); stroke-width: 4px; paint-order: stroke; }
.reads rect { fill: var(--data); stroke: var(--paper); stroke-width: 2; }
.reads:focus-visible rect { stroke: var(--accent); stroke-width: 4; }
.turns { display: grid; grid-template-columns: auto 1fr 3em; gap: .1em .7em; align-items: center; }
.turns label { color: var(--weight); font-weight: 600; font-style: italic; }
.turns span { text-align: right; font-variant-numeric: tabular-nums; }
input[type="range"] { width: 100%; min-width: 0; padding: 0; accent-color: var(--weight); }
.bend { stroke: var(--activation); stroke-width: 3; fill: none; }
.now line { stroke: var(--ink); stroke-dasharray: 2 4; } .now path { fill: var(--activation); stroke: var(--paper); }
.words { min-height: 3em; } .words p { margin: .2em 0; }
`;
