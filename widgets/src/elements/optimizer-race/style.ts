export const css = `
.board { display: grid; gap: 1em 1.6em; grid-template-columns: minmax(0, 1fr); }
@container (min-width: 40em) { .board { grid-template-columns: minmax(0, 1fr) minmax(0, 20em); } }
svg.ground { border: 1px solid var(--rule); overflow: hidden; max-width: 34em; }
.ground .rings { fill: none; stroke: var(--soft); stroke-width: .012; opacity: .65; }
.ground .path { fill: none; stroke-width: .035; stroke-linejoin: round; }
.ground .head { stroke: var(--paper); stroke-width: .02; }
.ground .start { fill: var(--paper); stroke: var(--ink); stroke-width: .04; }
.ground .start:focus-visible { stroke: var(--accent); stroke-width: .08; }
.ground text { font-size: .2px; fill: var(--paper); text-anchor: middle; dominant-baseline: central; pointer-events: none; }
.formula { display: flex; gap: .5em; align-items: center; flex-wrap: wrap; margin: .3em 0 .6em; }
.formula input { flex: 1 1 14em; min-width: 0; }
.trouble { color: var(--gradient); } .trouble:empty { display: none; }
.racers { align-self: start; }
.racers input { width: 5.2em; min-height: 2em; }
.racers td, .racers th { padding-block: .1em; }
.racers .first { font-weight: 700; }
.racers svg { width: 2.6em; height: 1em; display: inline-block; vertical-align: middle; margin-right: .4em; }
.note:empty { display: none; }
input[type="range"] { min-height: 0; padding: 0; accent-color: var(--accent); flex: 1 1 8em; min-width: 6em; }
`;
