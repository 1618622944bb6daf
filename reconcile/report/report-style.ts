/** Style of the report: readable on a telephone, on a wide screen and on paper without colours. */
export const reportStyle = `
:root { color-scheme: light; --ink: #1c2330; --dim: #5b6575; --line: #d5dae2; --pale: #b9c8e6; --full: #2f5bb7; }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: #fff; }
main { max-width: 1200px; margin: 0 auto; padding: 1.2rem; }
h1 { font-size: 1.6rem; line-height: 1.2; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .5rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1rem 0 0; }
.verdict { font-size: 1.1rem; padding: .8rem 1rem; border-left: 6px solid; background: #f5f7fa; overflow-wrap: anywhere; }
.verdict.green { border-color: #2a7d46; } .verdict.red { border-color: #b3261e; }
.dim { color: var(--dim); font-size: .87rem; margin: .2rem 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-size: .87rem; } th, td { text-align: left; padding: .2rem .55rem; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { white-space: nowrap; background: #f5f7fa; position: sticky; top: 0; }
td { max-width: 32rem; min-width: 2.5rem; } td.long { overflow-wrap: anywhere; min-width: 9rem; } .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.zero { color: #9aa3b0; } .alarm { color: #b3261e; font-weight: 700; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); gap: 1rem; }
figure { margin: 0; } figcaption { font-size: .87rem; color: var(--dim); } svg { width: 100%; height: auto; display: block; }
svg text { font-size: 11px; fill: var(--dim); } svg line { stroke: var(--dim); } .pale { fill: var(--pale); } .full { fill: var(--full); }
.rank { width: 100%; } .rank th { font-weight: 400; overflow-wrap: anywhere; } .rank .bar { width: 50%; } .rank svg { height: .7rem; }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; } .sides > div { min-width: 0; }
.message { border: 1px solid var(--line); border-radius: 4px; padding: .4rem .6rem; margin: .4rem 0; break-inside: avoid; }
.message.private { background: #fdf6e3; border-style: dashed; } .body { margin: .2rem 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .9rem; }
.lines { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); gap: 2rem; }
.line { border-top: 1px solid var(--ink); margin-top: 3.5rem; font-size: .87rem; color: var(--dim); } .signature { break-inside: avoid; }
@media (max-width: 640px) { main { padding: .8rem; } .sides { grid-template-columns: 1fr; } }
@page { size: A4 landscape; margin: 12mm; }
@media print { body { font-size: 10pt; } main { max-width: none; padding: 0; } .scroll { overflow: visible; } table { width: 100%; font-size: 7.5pt; }
 th, td { padding: .1rem .2rem; } thead th { white-space: normal; position: static; } td.long { min-width: 4rem; } tr { break-inside: avoid; } h2 { break-after: avoid; } a { color: inherit; } }
`;
