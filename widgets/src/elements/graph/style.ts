export const css = `
.entry { display: grid; gap: .2em; margin-bottom: .6em; }
.entry input { width: 100%; font-size: 1em; } [aria-invalid="true"] { border-color: var(--gradient); }
.trouble { color: var(--gradient); } .trouble pre { padding: .3em .55em; color: var(--ink); font-size: 1em; line-height: 1.2; background: none; }
.picture { padding: .5em 0; } .picture svg { margin: 0 auto; }
.node .shape { fill: var(--paper); stroke: var(--soft); stroke-width: 1.5; }
.node.weight .shape { stroke: var(--weight); stroke-width: 3; } .node.data .shape { stroke: var(--data); stroke-width: 2.5; }
.node.target .shape { stroke: var(--target); stroke-width: 2.5; } .node.activation .shape { stroke: var(--activation); stroke-width: 2.5; }
.node.operation.known .shape { stroke: var(--activation); stroke-width: 2; }
.node.constant .shape { stroke: none; }
.node.current.current.current .shape { fill: var(--raised); stroke-width: 4; stroke: var(--ink); }
.node.grab { cursor: ew-resize; } .node:focus-visible .shape { stroke: var(--accent); stroke-width: 4.5; }
.symbol { font-size: 15px; } .input .symbol { font-size: 17px; font-style: italic; } .operation .symbol { font-size: 14.5px; } .operation .sign { font-size: 22px; }
.node text { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; } .node .symbol { stroke: none; }
.name { font-size: 13px; font-style: italic; fill: var(--soft) !important; }
.value { font-size: 14.5px; font-variant-numeric: tabular-nums; } .operation .value { fill: var(--activation); font-weight: 600; }
.slope { font-size: 14.5px; fill: var(--gradient) !important; font-weight: 600; font-variant-numeric: tabular-nums; }
.edge { fill: none; stroke: var(--rule); stroke-width: 2; } .edge.forth { stroke: var(--activation); stroke-width: 3; }
.edge.back { stroke: var(--gradient); stroke-width: 3; stroke-dasharray: 7 5; }
@media (prefers-reduced-motion: no-preference) { .edge.back { animation: flow .7s linear infinite; } }
@keyframes flow { to { stroke-dashoffset: 12; } }
.sent { font-size: 13px; font-weight: 600; fill: var(--gradient) !important; paint-order: stroke; stroke: var(--paper); stroke-width: 5px; }
.values { display: flex; flex-wrap: wrap; gap: .4em 1em; margin-bottom: .8em; }
.values label { font-style: italic; } .values input { width: 5.6em; }
.ask { margin-left: auto; } .ask select { min-width: 3.5em; }
.words { min-height: 7.5em; margin-top: .6em; }
@container (max-width: 35em) { .panel { position: sticky; bottom: 0; padding-block: .5em; background: var(--paper); border-top: 1px solid var(--rule); } .words { min-height: 4.5em; } .ask { margin-left: 0; } } .words p { margin: .3em 0; } .words table { margin-top: .7em; }
`;
