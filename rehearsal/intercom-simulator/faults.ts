export const FAULT_KINDS = [
  'error500-before-commit',
  'error500-after-commit',
  'reset-before-commit',
  'reset-after-commit',
  'slow',
  'late-commit',
  'error504-late-commit',
  '401',
  '403-record',
  '403-plan',
  '408',
  '429',
  '503',
  '404-fresh-contact',
  'other-workspace',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A failure that a test ordered. */
export interface Fault {
  /** Calls that are meant: of one operation, and from the nth fitting one on, counted from the order. Everything fits {}. */
  readonly match: { readonly operation?: string; readonly nth?: number };
  readonly kind: FaultKind;
  /** How long a `slow` answer takes, or how long after its arrival a late call takes effect, in milliseconds. */
  readonly ms?: number;
  /** How many fitting calls fail; 1 unless given. */
  readonly times?: number;
}

/** Faults in waiting. */
export class Faults {
  private armed: { readonly fault: Fault; left: number; seen: number }[] = [];

  add(fault: Fault): void {
    if (!FAULT_KINDS.includes(fault.kind)) {
      throw new Error(`Unknown kind of fault "${fault.kind}": one of ${FAULT_KINDS.join(', ')}`);
    }
    this.armed.push({ fault: { ...fault, match: fault.match ?? {} }, left: fault.times ?? 1, seen: 0 });
  }

  clear(): void {
    this.armed = [];
  }

  /** The fault that this call meets, if any; it is used up by that. */
  meet(operation: string): Fault | undefined {
    for (const item of this.armed) {
      const { match } = item.fault;
      if (item.left === 0 || (match.operation !== undefined && match.operation !== operation)) continue;
      item.seen += 1;
      if (match.nth !== undefined && item.seen < match.nth) continue;
      item.left -= 1;
      return item.fault;
    }
    return undefined;
  }
}
