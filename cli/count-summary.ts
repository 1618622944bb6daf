import type { ClassCount, VerdictCount } from '../reconcile/run-reconcile.ts';
import { formatTable, type ResultRow } from './print.ts';

/** The dispositions of `reconcile.count_by_class`, in the words of the summary. */
const dispositions = {
  loaded: 'loaded',
  merged: 'merged into another',
  excluded: 'left out by a rule',
  handed_off: 'handed off as files',
  reference: 'kept as reference',
  failed: 'failed',
  blocked: 'blocked by another',
  pending: 'pending',
  deleted_at_source: 'deleted in iTop since',
} as const;

/**
 * What became of everything, summed over all classes: a table that fits 80 columns, one line for each disposition that occurs.
 *
 * What is missing in one class is not made up for by what is too many in another.
 */
export function summarizeCounts(counts: readonly ClassCount[]): string {
  const sum = (kind: ClassCount['item_kind'], value: (count: ClassCount) => number): number =>
    counts.filter((count) => count.item_kind === kind).reduce((total, count) => total + value(count), 0);
  const row = (words: string, value: (count: ClassCount) => number): ResultRow => ({
    '': words,
    objects: sum('object', value),
    'log entries': sum('log_entry', value),
  });
  const isUsed = (one: ResultRow): boolean => one.objects !== 0 || one['log entries'] !== 0;
  return formatTable([
    { ...row("iTop's own count", (count) => count.itop_count ?? 0), 'log entries': null },
    row('read', (count) => count.raw_count),
    ...Object.entries(dispositions)
      .map(([name, words]) => row(words, (count) => count[name as keyof typeof dispositions]))
      .filter(isUsed),
    ...[row('of classes not counted', (count) => (count.difference === null ? count.raw_count : 0))].filter(isUsed),
    row('not accounted for', (count) => Math.abs(count.difference ?? 0)),
  ]);
}

/** How many checks passed, failed or could not be made, in one line. */
export function summarizeVerdicts(verdicts: readonly VerdictCount[]): string {
  const sums = new Map<string, number>();
  for (const { verdict, count } of verdicts) sums.set(verdict, (sums.get(verdict) ?? 0) + count);
  if (sums.size === 0) return 'No verdicts yet.';
  return `Checks: ${[...sums].map(([verdict, count]) => `${count} ${verdict}`).join(', ')}.`;
}
