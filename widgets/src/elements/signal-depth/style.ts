export const css = `
.controls { margin: .4em 0; }
.controls label { display: inline-flex; align-items: center; gap: .4em; }
input[type="range"] { width: 11em; padding: 0; accent-color: var(--accent); }
.views { display: grid; grid-template-columns: 1fr 1fr; gap: 1.2em; margin: .9em 0 .4em; }
@container (max-width: 32em) { .views { grid-template-columns: 1fr; } }
figure { margin: 0; } figcaption { margin-bottom: .3em; font-weight: 600; }
.bars.activation { fill: var(--activation); }
.bars.gradient { fill: var(--gradient); fill-opacity: .25; stroke: var(--gradient); stroke-dasharray: 4 2; }
.ticks line { stroke: var(--rule); } .ticks text { fill: var(--soft); font-size: 14px; }
.one { stroke: var(--ink); stroke-width: 1.5; }
.words { min-height: 3em; }
.words p { margin: .2em 0; }
`;
