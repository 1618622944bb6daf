import { expect, it } from 'vitest';
import { formatFindings, formatTable } from '../../cli/print.ts';
import type { Finding } from '../../platform/findings.ts';

const finding = (severity: Finding['severity'], subject: string, nextStep = ''): Finding => ({
  code: 'a_check',
  severity,
  subject,
  finding: 'It is so.',
  nextStep,
});

it('findings come with the blockers first, and what passed as a number', () => {
  const mixed = [
    finding('note', 'A'),
    finding('passed', 'B'),
    finding('blocker', 'C', 'Do this.'),
    finding('passed', 'D'),
  ];
  expect(formatFindings(mixed).split('\n')).toEqual([
    'blocker  C: It is so.',
    '         Do this.',
    'note     A: It is so.',
    'passed   2 checks (listed with --json)',
  ]);
  expect(formatFindings([finding('passed', 'B')])).toBe('passed   1 check (listed with --json)');
  expect(formatFindings([finding('warning', 'A')])).toBe('warning  A: It is so.');
});

const rows = [
  {
    key: 'Ticket::83',
    deleted_at_source: 0,
    reason: null,
    expected: 'a text that is longer than the terminal is wide'.repeat(2),
  },
  { key: 'Ticket::9', deleted_at_source: 1_000_000, reason: '', expected: null },
];

it('a table fits the terminal: headings are folded, and the longest text is cut', () => {
  const lines = formatTable(rows, { columns: 42 }).split('\n');
  expect(lines).toEqual([
    '            deleted_',
    '                 at_',
    'key           source  expected',
    '----------  --------  --------------------',
    'Ticket::83         0  a text that is long…',
    'Ticket::9    1000000',
  ]);
});

it('what a table holds is whole where the output is no terminal, where it is a path, and where it is a number', () => {
  expect(formatTable(rows)).toContain(rows[0]?.expected);
  expect(formatTable(rows, { columns: 40, whole: ['expected'] })).toContain(rows[0]?.expected);
  expect(formatTable([{ calls: 123_456_789_012 }], { columns: 5 })).toContain('123456789012');
});
