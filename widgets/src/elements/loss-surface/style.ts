export const css = `
.views { display: grid; grid-template-columns: 1fr 1fr; gap: 1em; margin: .7em 0; }
@container (max-width: 30em) { .views { grid-template-columns: 1fr; } }
.surface { position: relative; }
.heights { position: absolute; inset: 0; width: 100%; height: 100%; }
.surface svg { position: relative; }
.ground { fill: var(--raised); } .ground.clear { fill: none; stroke: var(--rule); }
.axes { stroke: var(--rule); fill: none; }
.line { stroke: var(--weight); stroke-width: 3.5; }
.best { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 2 5; }
.pull { stroke: var(--gradient); stroke-dasharray: 5 3; }
.point { fill: var(--data); stroke: var(--paper); stroke-width: 2; }
.handle { fill: var(--weight); stroke: var(--paper); stroke-width: 2; }
.lowest { fill: var(--target); stroke: var(--paper); }
.downhill { stroke: var(--gradient); stroke-width: 3; stroke-dasharray: 6 3; } .tip { fill: var(--gradient); }
svg text.weight { fill: var(--weight); font-size: 17px; }
.point:focus-visible, .handle:focus-visible { stroke: var(--accent); stroke-width: 4; }
.words { min-height: 1.6em; }
.words p { margin: .2em 0; }
`;
