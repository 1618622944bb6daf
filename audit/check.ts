import type { Finding } from '../platform/findings.ts';

/** One check of the audit. Its code is stable: findings, documents and tickets of the customer name it. */
export interface Check<Context> {
  readonly code: string;
  run(context: Context): Promise<Finding[]>;
}

/** The same in words that need no severity: what is in order. */
export function passed(code: string, subject: string, finding: string): Finding {
  return { code, severity: 'passed', subject, finding, nextStep: '' };
}

/** Something that needs a person, with what to do. */
export function found(
  code: string,
  severity: 'note' | 'warning' | 'blocker',
  subject: string,
  finding: string,
  nextStep: string,
): Finding {
  return { code, severity, subject, finding, nextStep };
}

/** The first few of a list, and how many more there are. */
export function someOf(names: readonly string[], most = 8): string {
  if (names.length <= most) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}

/** `1 ticket`, `12 tickets`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
