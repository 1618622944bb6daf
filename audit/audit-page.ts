import type { Finding } from '../platform/findings.ts';
import { Html, html } from '../platform/html.ts';
import type { SignedItem } from './setup-sheet.ts';

export interface AuditPage {
  readonly workspaceIdCode: string | null;
  readonly isPassed: boolean;
  readonly findings: readonly Finding[];
  readonly sheet: readonly SignedItem[];
  readonly auditedAt: Date;
}

const severities = ['blocker', 'warning', 'note', 'passed'] as const;

const headings: Readonly<Record<(typeof severities)[number], string>> = {
  blocker: 'Blockers: nothing is loaded before these are solved',
  warning: 'Warnings: somebody should look at these',
  note: 'Notes',
  passed: 'In order',
};

/** The audit and the set-up sheet as one page that needs nothing else: to be mailed, printed and signed. */
export function auditPage(page: AuditPage): string {
  const of = (severity: string) => page.findings.filter((finding) => finding.severity === severity);
  const counts = severities.map((severity) => `${of(severity).length} ${severity}`).join(', ');
  const verdict = page.isPassed
    ? 'Passed: nothing was found that forbids a load.'
    : 'Not passed: something forbids a load.';
  const date = page.auditedAt.toISOString().slice(0, 16).replace('T', ' ');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Audit of the migration from iTop to Intercom</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
<h1>Audit of the migration from iTop to Intercom</h1>
<p class="verdict ${page.isPassed ? 'passed' : 'blocker'}">${verdict}</p>
<p>${counts}. Workspace: ${page.workspaceIdCode ?? 'none looked at'}. ${date} UTC.</p>
${severities.map((severity) => section(severity, of(severity)))}
${sheetSection(page.sheet)}
</main>
</body>
</html>
`.text;
}

function section(severity: (typeof severities)[number], findings: readonly Finding[]): Html {
  if (findings.length === 0) return html``;
  const items = findings.map(
    (finding) => html`<li class="${severity}">
<p class="what"><b>${finding.subject}</b> ${finding.finding}</p>
${finding.nextStep === '' ? '' : html`<p class="next">To do: ${finding.nextStep}</p>`}
<p class="code">${finding.code}</p>
</li>`,
  );
  return html`<section><h2>${headings[severity]} (${findings.length})</h2>\n<ul>${items}</ul></section>`;
}

function sheetSection(sheet: readonly SignedItem[]): Html {
  const items = sheet.map((item) => {
    const signature =
      item.signedBy === null
        ? 'Name and date: ____________________'
        : `${item.state === 'done' ? 'Done' : 'Does not apply'}: ${item.signedBy}, ${(item.signedAt ?? '').slice(0, 10)}${item.remark === '' ? '' : ` (${item.remark})`}`;
    return html`<li class="${item.state === 'open' ? 'warning' : 'passed'}">
<p class="what"><b>${item.title}</b> ${item.instruction}</p>
<p class="next">${signature}</p>
<p class="code">${item.item}</p>
</li>`;
  });
  return html`<section id="sheet"><h2>Set-up sheet: by hand in Intercom, signed before the first load</h2>\n<ul>${items}</ul></section>`;
}

const style = `
:root { color-scheme: light; }
body { margin: 0; font: 16px/1.45 system-ui, sans-serif; color: #1d2430; background: #fff; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; margin: .5rem 0; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
p { margin: .3rem 0; overflow-wrap: anywhere; }
ul { list-style: none; margin: 0; padding: 0; }
li { border-left: .35rem solid #9aa4b2; padding: .4rem .7rem; margin: .5rem 0; background: #f6f7f9; break-inside: avoid; }
li.blocker { border-color: #b3261e; } li.warning { border-color: #b26a00; } li.passed { border-color: #2e7d32; }
.verdict { font-weight: 700; font-size: 1.1rem; } .verdict.blocker { color: #b3261e; } .verdict.passed { color: #1b5e20; }
.next { font-style: italic; } .code { color: #5a6472; font: .8rem/1.3 ui-monospace, monospace; }
@media print { main { max-width: none; padding: 0; } li { background: none; } h2 { break-after: avoid; } }
`;
