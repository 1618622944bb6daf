import type { Finding } from '../../../platform/findings.ts';
import { inWorkList } from '../../../platform/work-list-titles.ts';
import { isDerived } from '../../catalog/attribute-kind.ts';
import type { ClassKnowledge } from '../../catalog/class-knowledge.ts';
import type { OpenedExport } from './file-objects.ts';

export interface ReadFile {
  readonly name: string;
  readonly opened: OpenedExport;
  /** Records that could not be read. */
  readonly rejected: number;
  /** Case logs that could not be split beyond doubt. */
  readonly doubtful: number;
}

/** What a person should know of a file that was read: what was lost, what is in doubt, what was not stored. */
export function findingsOfFile({ name, opened, rejected, doubtful }: ReadFile): Finding[] {
  const findings: Finding[] = [];
  if (rejected > 0) {
    findings.push({
      code: 'records_rejected',
      severity: 'blocker',
      subject: name,
      finding: `${rejected} records could not be read; all others were.`,
      nextStep: `Each says what to do: ${inWorkList('unread')}`,
    });
  }
  if (doubtful > 0) {
    findings.push({
      code: 'logs_to_review',
      severity: 'warning',
      subject: name,
      finding: `${doubtful} case logs could not be split beyond doubt: only the REST API tells their entries apart.`,
      nextStep: `Look at them: ${inWorkList('logs')}`,
    });
  }
  const secrets = [...opened.notStored].filter(([, { kind }]) => kind === 'secret').map(([code]) => code);
  if (secrets.length > 0) {
    findings.push({
      code: 'attribute_not_stored',
      severity: 'warning',
      subject: name,
      finding: `The file holds ${secrets.join(', ')} in clear text: a secret, or so by its name. It is not stored.`,
      nextStep: `If it is none, give the data model file with --datamodel, or decide in ops.itop_attribute. Guard the file.`,
    });
  }
  const others = [...opened.notStored].filter(([, { kind }]) => kind === 'other');
  if (others.length > 0) {
    findings.push({
      code: 'column_not_stored',
      severity: 'note',
      subject: name,
      finding: `Not stored: ${others.map(([code, { reason }]) => `${code} (${reason})`).join(', ')}.`,
      nextStep: 'Links come with their own classes, e.g. lnkContactToTicket; files from a directory or from iTop.',
    });
  }
  return findings;
}

/** What a file holds of a class beside what is read of it over REST. */
export function findingsOfClass(
  { name, opened }: Pick<ReadFile, 'name' | 'opened'>,
  className: string,
  { readable, attributes }: ClassKnowledge,
): Finding[] {
  const held = opened.attributes.get(className) ?? new Set<string>();
  const findings: Finding[] = [];
  const untyped = [...held].filter(
    (code) =>
      !readable.outputFields.includes(code) && !opened.notStored.has(code) && !attributes.has(code) && !isDerived(code),
  );
  if (untyped.length > 0) {
    findings.push({
      code: 'attributes_of_unknown_type',
      severity: 'note',
      subject: `${name} ${className}`,
      finding: `Stored as the texts they are, since their types are not known: ${untyped.join(', ')}.`,
      nextStep: 'Give the data model file with --datamodel where one holds tags, a set or yes and no.',
    });
  }
  const missing = readable.outputFields.filter((code) => !held.has(code));
  if (missing.length > 0) {
    findings.push({
      code: 'attributes_missing',
      severity: 'warning',
      subject: `${name} ${className}`,
      finding: `The file lacks attributes that are read over REST: ${missing.join(', ')}.`,
      nextStep: 'Export them too where they hold anything: what is not there cannot move.',
    });
  }
  return findings;
}
