import type { Clock } from '../platform/clock.ts';
import type { Finding } from '../platform/findings.ts';
import { type Html, html } from '../platform/html.ts';
import { mailedPage, mailedTable } from '../platform/mailed-page.ts';
import type { SignedItem } from './setup-sheet.ts';

export interface AuditPage {
  readonly workspaceIdCode: string | null;
  readonly isPassed: boolean;
  readonly findings: readonly Finding[];
  readonly sheet: readonly SignedItem[];
  readonly auditedAt: Date;
  readonly clock: Clock;
}

const severities = ['blocker', 'warning', 'note'] as const;

const headings: Readonly<Record<(typeof severities)[number], string>> = {
  blocker: 'Blockers: nothing is loaded before these are solved',
  warning: 'Warnings: somebody should look at these',
  note: 'Notes',
};

/** Findings on the first sheet: blockers come first, and it must leave room to sign. */
const findingsOnCover = 6;

/** The audit and the set-up sheet as one page that needs nothing else: to be mailed, printed and signed. */
export function auditPage(page: AuditPage): string {
  const of = (severity: string) => page.findings.filter((finding) => finding.severity === severity);
  const open = page.sheet.filter((item) => item.state === 'open').length;
  const urgent = [...of('blocker'), ...of('warning')];
  const more = urgent.length - findingsOnCover;
  return mailedPage({
    title: 'Audit of the migration from iTop to Intercom',
    verdict: page.isPassed ? 'Passed: nothing was found that forbids a load.' : 'Not passed: something forbids a load.',
    isGreen: page.isPassed,
    facts: `Workspace: ${page.workspaceIdCode ?? 'none looked at'}. Made ${page.clock.stated(page.auditedAt)}; all times in that zone.`,
    numbers: [
      { label: 'blockers', value: of('blocker').length, isAlarm: of('blocker').length > 0 },
      { label: 'warnings', value: of('warning').length },
      { label: 'notes', value: of('note').length },
      { label: 'in order', value: of('passed').length },
      { label: 'items of the set-up sheet to sign', value: open, isAlarm: open > 0 },
    ],
    summary: html`<h2>What to do first</h2>${mailedTable(
      'What to do first',
      [
        { name: 'Severity', value: (row) => row.severity },
        { name: 'About', value: (row) => row.subject },
        { name: 'What was found', value: (row) => row.finding },
        { name: 'What to do', value: (row) => row.nextStep },
      ],
      urgent.slice(0, findingsOnCover),
      'Nothing: no blocker and no warning.',
    )}${more <= 0 ? '' : html`<p>${more} more ${more === 1 ? 'follows' : 'follow'} below.</p>`}`,
    statement: 'I looked at the findings, and the set-up sheet is done as it is signed below.',
    details: html`${severities.map((severity) => section(severity, of(severity)))}
${sheetSection(page)}
${passedSection(of('passed'))}`,
  });
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
  return html`<section><h2>${headings[severity]} (${findings.length})</h2>\n<ul class="findings">${items}</ul></section>`;
}

/** What is in order, in one line for everything that is said in the same words: it is most of an audit, and nothing is to be done about it. */
function passedSection(findings: readonly Finding[]): Html {
  if (findings.length === 0) return html``;
  return html`<section><h2>In order (${findings.length})</h2>\n<ul class="findings short">${[...Map.groupBy(findings, ({ finding }) => finding)].map(([finding, alike]) => html`<li class="passed"><b>${alike.map(({ subject }) => subject).join(', ')}</b>${alike.length > 1 ? ', each:' : ''} ${finding}</li>`)}</ul></section>`;
}

function sheetSection({ sheet, clock }: AuditPage): Html {
  const items = sheet.map((item) => {
    const signature =
      item.signedBy === null
        ? 'Name and date: ____________________'
        : `${item.state === 'done' ? 'Done' : 'Does not apply'}: ${item.signedBy}, ${item.signedAt === null ? '' : clock.time(new Date(item.signedAt))}${item.remark === '' ? '' : ` (${item.remark})`}`;
    return html`<li class="${item.state === 'open' ? 'warning' : 'passed'}">
<p class="what"><b>${item.title}</b> ${item.instruction}</p>
<p class="next">${signature}</p>
<p class="code">${item.item}</p>
</li>`;
  });
  return html`<section id="sheet"><h2>Set-up sheet: by hand in Intercom, signed before the first load</h2>\n<ul class="findings">${items}</ul></section>`;
}
