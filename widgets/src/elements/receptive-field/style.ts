export const css = `
.views { display: grid; gap: 1em 1.6em; grid-template-columns: minmax(0, 1fr); align-items: end; }
@container (min-width: 38em) { .views { grid-template-columns: minmax(0, 1fr) minmax(0, 19em); } }
.views rect { fill: none; stroke: var(--rule); stroke-width: 1; }
.views .seen { fill: var(--data); stroke: var(--data); }
.lines { fill: none; stroke: var(--weight); stroke-width: 1; opacity: .55; }
.names text { font-size: 11px; fill: var(--soft); paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
.unit rect { fill: var(--activation); stroke: var(--activation); stroke-width: 2; } .unit:focus-visible rect { stroke: var(--accent); stroke-width: 4; }
.image { max-width: 22em; } .image svg { background: var(--paper); }
.image rect, .image use { fill: var(--data); stroke: none; } .image .grid { fill: none; stroke: var(--rule); stroke-width: .6; }
.image .box { fill: var(--activation); fill-opacity: 0; stroke: var(--activation); stroke-width: 3; } .image .box:focus-visible { stroke: var(--accent); stroke-width: 5; }
.words { min-height: 3.2em; } th sub { font-size: .75em; line-height: 0; }
.scroll { overflow-x: auto; } table { width: 100%; white-space: nowrap; } td { color: var(--ink); }
td input { width: 3.4em; min-height: 1.9em; } td button { min-height: 1.8em; font-size: 1.1em; }
.controls { margin-top: .7em; } .controls input { width: 4em; }
`;
