/** One difference between what iTop holds and what Intercom holds. */
export interface Finding {
  /** Kind of check, e.g. `part author`. */
  readonly check: string;
  /** What it is in iTop, e.g. `Ticket::83#public_log/3`. */
  readonly sourceKey: string;
  /** Intercom's id of the thing, where there is one. */
  readonly targetId?: string;
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
}

const MOST_OF_A_CHECK = 50;
const LONGEST_VALUE = 300;

/** Collects findings; of each check only the first ones are kept, all are counted. */
export class Findings {
  readonly kept: Finding[] = [];
  total = 0;
  private readonly totals = new Map<string, number>();

  add(finding: Finding): void {
    this.total++;
    const count = (this.totals.get(finding.check) ?? 0) + 1;
    this.totals.set(finding.check, count);
    if (count > MOST_OF_A_CHECK) return;
    this.kept.push({ ...finding, expected: shorten(finding.expected), actual: shorten(finding.actual) });
  }
}

function shorten(value: string): string {
  return value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
}
