import { expect, it } from 'vitest';
import { formatFindings } from '../../cli/print.ts';
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
