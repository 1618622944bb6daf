/** The one stylesheet: light and dark, from a telephone to a wide screen, and on paper. */
export const pageStyle = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1b2330; --dim: #566070; --line: #d6dbe3; --soft: #f4f6f9; --link: #1c54b2;
  --note: #fff4d6; --note-line: #c99a12; --comment: #eaf1fd; --comment-line: #4f83dd; --warn: #fde3d8; --green: #1d6b38; --red: #a3221a; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181f; --ink: #e4e8ee; --dim: #a2acba; --line: #343c48; --soft: #1d232c; --link: #8cb4ff;
  --note: #39301a; --note-line: #d2a52f; --comment: #1b2a43; --comment-line: #6a9af0; --warn: #4a2a1f; --green: #7fd49a; --red: #ff9d92; } }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); overflow-wrap: anywhere; }
table { overflow-wrap: break-word; }
a { color: var(--link); } a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; } .skip:focus { left: .5rem; top: .5rem; background: var(--paper); padding: .3rem .6rem; z-index: 2; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.top { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; padding: .6rem 1rem; border-bottom: 1px solid var(--line); background: var(--soft); }
.top p { margin: 0; } .brand { font-weight: 700; } .brand a { color: inherit; text-decoration: none; } .where { color: var(--dim); font-size: .875rem; }
.search { display: flex; gap: .4rem; flex: 1 1 16rem; max-width: 34rem; } .search input { flex: 1; min-width: 0; }
.places ul { display: flex; flex-wrap: wrap; gap: 0 1.1rem; list-style: none; margin: 0; padding: .2rem 1rem; border-bottom: 1px solid var(--line); }
.places a { display: inline-block; padding: .35rem 0; text-decoration: none; } .places a[aria-current] { border-bottom: 3px solid var(--link); color: var(--ink); font-weight: 600; }
main { padding: 1rem; max-width: 1500px; margin: 0 auto; } main:focus { outline: none; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .4rem 0 1rem; } h2 { font-size: 1.15rem; margin: 1.6rem 0 .5rem; }
input, select, button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--dim); border-radius: 6px; padding: .3rem .6rem; }
button { background: var(--soft); cursor: pointer; } button:disabled { opacity: .55; cursor: default; }
.dim { color: var(--dim); font-size: .9rem; } .green { color: var(--green); } .alarm { color: var(--red); font-weight: 600; }
.verdict { font-size: 1.15rem; padding: .7rem 1rem; border-left: 6px solid var(--dim); background: var(--soft); }
.verdict.green { border-color: var(--green); } .verdict.red { border-color: var(--red); color: var(--ink); }
.numbers { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: .6rem; margin: 1rem 0; }
.numbers div { background: var(--soft); border-radius: 8px; padding: .5rem .8rem; } .numbers dt { color: var(--dim); font-size: .875rem; } .numbers dd { margin: 0; font-size: 1.4rem; font-variant-numeric: tabular-nums; }
.numbers .failed dd, .numbers .blocked dd { color: var(--red); }
.steps { list-style: none; padding: 0; counter-reset: step; } .steps li { margin: .25rem 0; padding-left: 2rem; position: relative; counter-increment: step; } .steps li::before { content: counter(step); position: absolute; left: 0; width: 1.6rem; white-space: nowrap; text-align: right; color: var(--dim); }
.steps .done { color: var(--green); } .steps .done::before { content: "✓"; color: var(--green); } .steps .waived::before { content: "–"; } .steps .running::before { content: "▶"; color: var(--link); } .steps .done span, .steps .open span, .steps .waived span, .steps .running span { color: var(--dim); }
.steps:not(:has(.running)) .open:not(.open ~ .open) { font-size: 1.1rem; background: var(--soft); border-radius: 8px; padding-top: .3rem; padding-bottom: .3rem; }
code.command { display: inline-block; background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .05rem .5rem; font-size: .875rem; cursor: copy; } code.copied::after { content: " copied"; color: var(--green); }
.scroll { overflow-x: auto; max-width: 100%; margin: .5rem 0; } table { border-collapse: collapse; font-size: .9rem; } th, td { text-align: left; vertical-align: top; padding: .35rem .7rem; border-bottom: 1px solid var(--line); max-width: 30rem; }
td { min-width: 3.5rem; } td:has(> .command), td.moment { white-space: nowrap; } thead th { background: var(--soft); white-space: nowrap; } thead th a { color: inherit; } th[aria-sort="ascending"] a::after { content: " ▲"; } th[aria-sort="descending"] a::after { content: " ▼"; }
tbody tr:hover { background: var(--soft); } .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } td details { margin: 0; } td summary { white-space: nowrap; }
.purpose { max-width: 60rem; } .aligned table { table-layout: fixed; } .aligned th:first-child { width: 18rem; } .aligned th.number { width: 8rem; } .aligned th:nth-child(4) { width: 8rem; } .lists { list-style: none; padding: 0; } .lists li { margin: .9rem 0; max-width: 60rem; } .count { font-variant-numeric: tabular-nums; } .count:not(:empty) { border-radius: 10px; padding: 0 .5rem; background: var(--soft); border: 1px solid var(--line); font-size: .85rem; } .filter { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin: .6rem 0; }
.decision { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: .5rem 0; } .decision p { flex-basis: 100%; margin: 0; } .decision label { display: grid; font-size: .875rem; gap: .1rem; } .decision input, .decision select { height: 2.3rem; } .decision > button { align-self: end; height: 2.3rem; }
.chip { display: inline-block; border-radius: 10px; padding: 0 .5rem; font-size: .8rem; background: var(--soft); color: var(--ink); border: 1px solid var(--line); } .chip.note { background: var(--note); } .chip.comment { background: var(--comment); } .chip.warn { background: var(--warn); }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; } .pair > * { min-width: 0; } .pair.heads h2 { margin: .6rem 0; }
.message { border-radius: 8px; padding: .5rem .8rem; margin: 0 0 .8rem; border-left: 5px solid var(--comment-line); background: var(--comment); } .message.note { background: var(--note); border-left: 5px dashed var(--note-line); }
.by { margin: 0 0 .3rem; font-size: .875rem; } .by time { color: var(--dim); } .message .dim { color: var(--ink); opacity: .85; } .message .by time { color: var(--ink); opacity: .85; } .text, pre { white-space: pre-wrap; } pre { font-size: .8rem; max-height: 20rem; overflow: auto; } .body p { margin: 0 0 .4rem; } .body table { display: block; overflow-x: auto; }
.loss { background: var(--warn); border-radius: 6px; padding: .2rem .6rem; margin: .3rem 0; font-size: .9rem; } .files img { max-width: min(100%, 24rem); max-height: 16rem; border: 1px solid var(--line); } .files { margin: .2rem 0; padding-left: 1.2rem; font-size: .9rem; }
details summary { cursor: pointer; } details { margin: .3rem 0; } .message summary { font-size: .85rem; } .fields tr.dropped { opacity: .8; } .fields table { width: 100%; }
.bars { list-style: none; padding: 0; display: grid; grid-template-columns: max-content minmax(6rem, 1fr) max-content; gap: .35rem .8rem; align-items: center; } .bars li { display: contents; } .bars li > :last-child { font-variant-numeric: tabular-nums; text-align: right; } progress { width: 100%; }
.sheet { padding-left: 1.6rem; flex-basis: 100%; } .sheet li { border-bottom: 1px solid var(--line); padding: .2rem 0 .5rem; } .sheet h2 { margin: .4rem 0 0; font-size: 1rem; } .sheet p { margin: .2rem 0; } .decision .choice { display: flex; flex-wrap: wrap; gap: .6rem; } .choice label { display: flex; align-items: center; gap: .4rem; } .sheet .done { color: var(--dim); } h3 { font-size: 1rem; margin: 1rem 0 .3rem; } .place { display: inline-block; min-width: 1.5rem; border-radius: 50%; text-align: center; font-size: .8rem; border: 1px solid currentcolor; } .in-sample, .failure { border: 1px solid var(--line); border-left: 6px solid var(--link); background: var(--soft); padding: .5rem .9rem; margin: .5rem 0 1rem; } .in-sample p, .failure p { margin: .2rem 0; } .failure { border-left-color: var(--red); } .failure h2 { margin: .2rem 0; } .pair:target .message { outline: 3px solid var(--link); }
.later p { color: var(--dim); } .later.failed::after { content: "This part could not be read now; try again."; color: var(--red); }
.failed[data-src]:not(.later)::after { content: "This part could not be brought up to date, and is tried again: what stands here is old."; color: var(--red); }
time { white-space: nowrap; } .numbers dt::first-letter, thead th::first-letter, summary::first-letter { text-transform: uppercase; }
.fields tr.different { background: var(--warn); } .fields code { font-size: .85em; }
.record { border-top: 1px solid var(--line); padding: .2rem 0; } .record > summary h2 { display: inline; margin: 0; font-size: 1.05rem; } .record[open] { border-top: 3px solid var(--ink); padding-bottom: 1.5rem; margin-bottom: 1rem; }
@media screen and (max-width: 1200px) { th, td { padding: .35rem .4rem; } thead th { white-space: normal; } td.moment { white-space: normal; min-width: 6.5rem; } }
@media screen and (max-width: 640px) {
  .stack, .stack tbody, .stack tr, .stack td, .stack tbody th { display: block; max-width: none; border: 0; }
  .stack thead { display: block; } .stack thead tr { display: flex; flex-wrap: wrap; gap: .2rem .9rem; border: 0; padding: 0; background: none; } .stack thead th { padding: 0; border: 0; background: none; } .stack thead th:not(:has(a)) { display: none; }
  .stack tbody tr { border: 1px solid var(--line); border-radius: 8px; padding: .3rem .5rem; margin: .5rem 0; } .stack td, .stack tbody th { padding: .15rem .2rem; text-align: left; white-space: normal; } .stack td:empty { display: none; }
  .stack td[data-label]::before { content: attr(data-label); display: block; color: var(--dim); font-size: .8rem; } .stack td[data-label]::first-letter { text-transform: none; }
  .stack td.number { text-align: right; } .stack td.number[data-label]::before { float: left; margin-right: 1rem; }
}
@media (max-width: 760px) { .pair > div .message .by::before { display: block; font-weight: 600; font-size: .8rem; } .pair > div:first-child .message .by::before { content: "iTop"; } .pair > div:last-child .message .by::before { content: "Intercom"; } .pair { grid-template-columns: 1fr; gap: 0; } .pair.heads { display: none; } .pair > div:first-child .message { margin-right: 1.5rem; } .pair > div:last-child .message { margin-left: 1.5rem; } .bars { grid-template-columns: minmax(0, 1fr) max-content; } .bars progress { grid-column: 1 / -1; grid-row: auto; order: 0; } .bars li { display: grid; grid-column: 1 / -1; grid-template-columns: subgrid; } }
@media print { .places, .search, .skip, .decision { display: none; } .message { break-inside: avoid; } }
`;
