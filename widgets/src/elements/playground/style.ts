export const css = `
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .4em .5em; margin: .5em 0 .2em; padding: .5em .7em; background: var(--raised); border-radius: .4em; }
.play { min-width: 7em; border-color: var(--accent); background: var(--accent); color: var(--paper); font-weight: 600; }
.numbers { display: flex; flex-wrap: wrap; gap: .1em 1.3em; margin-left: auto; }
.numbers div { min-width: 4.2em; } .numbers dt { font-size: .82em; line-height: 1.2; } .numbers dd { font-size: 1.08em; font-weight: 600; line-height: 1.25; }
.note { margin: .2em 0; min-height: 1.45em; color: var(--soft); } .note[data-wrong] { color: var(--gradient); }
.desk { display: grid; gap: 1em 2em; grid-template-columns: minmax(0, 1fr); }
.plane { order: -1; margin: 0 auto; width: 100%; max-width: 24em; }
@container (min-width: 52em) { .desk { grid-template-columns: minmax(0, 1fr) minmax(0, 22em); } .plane { order: 0; margin: 0; max-width: none; } }
.middle { min-width: 0; }
canvas { display: block; }
.ground { width: 100%; aspect-ratio: 1; border: 1px solid var(--rule); background: var(--paper); }
.ground[data-drawing] { cursor: crosshair; touch-action: none; }
.brushes { margin: .5em 0; }
figcaption p { margin: .35em 0; font-size: .92em; color: var(--soft); min-height: 2.9em; }
p.legend, .curve-key { display: flex; flex-wrap: wrap; gap: .1em 1em; min-height: 0; font-size: .88em; } .legend .data { color: var(--data); } .legend .target { color: var(--target); }
.curve-key { margin: 0; color: var(--soft); } .curve-key span::before { content: ""; display: inline-block; width: 1.6em; margin-right: .4em; vertical-align: .25em; border-top: 2px solid var(--data); } .curve-key .test::before { border-top: 2px dashed var(--target); }
.curves { height: 150px; margin-top: .5em; }
.data-settings .fields { gap: .4em .9em; margin: .3em 0; }
.guess[data-open] { display: flex; flex-wrap: wrap; align-items: center; gap: .2em 1em; padding: .4em .9em; margin-bottom: .6em; } .guess[data-open] .answers { margin: 0; } .guess[data-open] button { min-height: 2em; }
.data-settings { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .2em 1.4em; }
.sets { display: flex; flex-wrap: wrap; gap: .3em; }
.set { display: flex; flex-direction: column; align-items: center; gap: .1em; min-width: 4.9em; padding: .3em .35em .2em; border-radius: .4em; line-height: 1.2; font-size: .92em; }
.set[aria-pressed="true"] { background: var(--raised); color: var(--ink); box-shadow: inset 0 0 0 1px var(--accent); font-weight: 600; }
.icon { width: 2.5em; } .one { fill: var(--data); } .zero { stroke: var(--target); stroke-width: 1; fill: none; } .pencil { fill: none; stroke: var(--accent); stroke-width: 1.2; }
.fields { display: flex; flex-wrap: wrap; align-items: end; gap: .5em 1.1em; margin: .7em 0; }
.field { display: inline-flex; flex-wrap: wrap; align-items: center; gap: .15em .5em; } .field label { font-size: .92em; }
.learning .field { flex-direction: column; align-items: start; }
input[type="range"] { padding: 0; width: 6em; accent-color: var(--accent); } output { min-width: 2.8em; font-variant-numeric: tabular-nums; }
.net { overflow-x: auto; overflow-y: hidden; scrollbar-width: thin; }
.inner { position: relative; }
.links { position: absolute; inset: 0; } .links path { fill: none; stroke: var(--weight); cursor: pointer; } .links path[data-near] { stroke: var(--accent); opacity: 1; }
.head { position: absolute; top: 0; width: 88px; transform: translateX(-50%); display: grid; gap: 3px; justify-items: center; font-size: .86em; text-align: center; }
.head select { width: 100%; min-height: 1.9em; padding: 0 .1em; font-size: .95em; border-radius: .25em; }
.count { display: flex; align-items: center; gap: .25em; font-variant-numeric: tabular-nums; white-space: nowrap; }
button.small { min-height: 1.75em; width: 1.75em; padding: 0; line-height: 1; border-radius: 50%; flex: none; }
.unit { position: absolute; width: 36px; height: 36px; min-height: 0; padding: 0; border-radius: 5px; border: 1.5px solid var(--soft); background: var(--paper); overflow: visible; }
.unit canvas { width: 100%; height: 100%; border-radius: 3px; }
.unit[data-picked] { border-color: var(--accent); box-shadow: 0 0 0 2px var(--accent); }
.feature span { position: absolute; right: calc(100% + 4px); top: 50%; transform: translateY(-50%); font-size: .78em; font-style: italic; white-space: nowrap; }
.feature[aria-pressed="false"] { opacity: .35; border-style: dashed; } .feature[aria-pressed="true"] { background: var(--paper); color: var(--ink); border-color: var(--data); }
.value { min-height: 1.45em; margin: .2em 0; color: var(--soft); }
.inspector { padding: .5em .8em; background: var(--raised); border-left: 3px solid var(--weight); } .inspector p { margin: 0 0 .3em; }
.weights { display: flex; flex-wrap: wrap; gap: .4em .9em; } .weights label { display: inline-flex; align-items: center; gap: .4em; } .weights input { width: 6.4em; color: var(--weight); }
.why { padding-left: .8em; border-left: 3px solid var(--activation); } .why:empty { display: none; }
.table { margin: .5em 0; } summary { cursor: pointer; color: var(--accent); } textarea { display: block; width: 100%; max-width: 34em; margin: .4em 0; padding: .4em .6em; color: inherit; background: var(--paper); border: 1px solid var(--rule); }
.program { margin-top: 1em; } .program pre { max-height: 26em; overflow: auto; margin-top: .5em; } .save { color: var(--accent); padding: .3em .5em; }
@media (hover: none) { button.small { min-height: 1.9em; width: 1.9em; } .unit { min-height: 0; } .head select { min-height: 2em; } }
.uplot { width: min-content; } .u-wrap { position: relative; } .u-over, .u-under, .u-axis { position: absolute; } .u-under { overflow: hidden; } .uplot canvas { width: 100%; height: 100%; position: relative; }
`;
