export const css = `
.board { display: grid; gap: .8em 1.6em; grid-template-columns: minmax(0, 1fr); }
@container (min-width: 38em) {
  .board { grid-template: "plane controls" auto "plane side" 1fr "below side" auto / minmax(0, 27em) minmax(0, 1fr); }
  .board > svg { grid-area: plane; } .controls { grid-area: controls; } .story { grid-area: side; } .below { grid-area: below; }
}
.ground { fill: var(--paper); stroke: var(--rule); cursor: copy; }
.side { fill: var(--weight); opacity: .1; }
.boundary { stroke: var(--weight); stroke-width: 3; }
.axes line { stroke: var(--rule); stroke-width: 1; } .axes .main { stroke: var(--soft); }
.axes text { font-size: 11px; fill: var(--soft); } .axes .name { font-size: 14px; font-style: italic; }
.arrow { stroke: var(--weight); stroke-width: 4.5; }
.before { stroke: var(--weight); stroke-width: 3; opacity: .35; }
.added { stroke: var(--gradient); stroke-width: 3; stroke-dasharray: 6 4; }
.tip-weight { fill: var(--weight); } .tip-gradient { fill: var(--gradient); }
.nothing { font-size: 14px; fill: var(--soft); font-style: italic; }
.shape { fill: var(--data); stroke: var(--data); stroke-width: 2; } .minus .shape { fill: var(--paper); }
.sign { stroke: var(--paper); stroke-width: 2.5; stroke-linecap: round; } .minus .sign { stroke: var(--data); }
.halo { fill: none; stroke: none; stroke-width: 2; } .wrong .halo { stroke: var(--gradient); stroke-dasharray: 4 3; }
.next .halo { stroke: var(--gradient); stroke-width: 4; stroke-dasharray: none; }
.last .halo { stroke: var(--gradient); stroke-width: 2; stroke-dasharray: none; }
.focus { fill: none; stroke: none; stroke-width: 2.5; } :focus-visible > .focus { stroke: var(--accent); }
svg :focus { outline: none; }
.handle path { fill: var(--paper); stroke: var(--weight); stroke-width: 3; }
.handle .ring { fill: var(--weight); fill-opacity: .12; stroke: var(--weight); stroke-width: 1.5; }
.handle.end circle:last-child { fill: var(--paper); stroke: var(--accent); stroke-width: 3; }
.guessed { stroke: var(--accent); stroke-width: 3; stroke-dasharray: 2 7; stroke-linecap: round; }
.words p { margin: .35em 0; min-height: 1.45em; }
.words { min-height: 9.5em; }
.passes { margin-top: .8em; }
.passes svg { width: auto; height: auto; max-width: 100%; }
.passes .hit { fill: var(--gradient); } .passes .ok { fill: var(--rule); }
.passes .now { fill: none; stroke: var(--ink); stroke-width: 2; } .passes text { font-size: 9px; fill: var(--soft); }
`;
