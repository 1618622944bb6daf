import type pg from 'pg';
import { findIdentities } from '../../platform/identity.ts';
import type { OpenIntent, Target } from '../../platform/journal.ts';
import type { LoadContext } from './context.ts';
import { type Choice, changedQuery, type PendingItem, type Phase, type PhaseCounts, pendingQuery } from './phase.ts';

/** One kind of work on the objects of a phase: what it takes, and what is done with each. */
export interface Work<Row extends pg.QueryResultRow, Prepared> {
  /** The query of the objects it takes. */
  query(choice: Choice): string;
  /** Those among claimed keys that another process completed since their page was read. */
  doneMeanwhile(context: LoadContext, keys: readonly string[]): Promise<Pick<ReadonlySet<string>, 'has'>>;
  /** Gives what the object is counted as. */
  execute(
    context: LoadContext,
    item: PendingItem<Row, Prepared>,
  ): Promise<'written' | 'linked' | 'changed' | 'unchanged'>;
  /** Whether the first object that is written has to prove the phase, and goes alone. */
  readonly isProof: boolean;
  /** Whether an object whose value another one holds is tried again: that one may be about to change too. */
  readonly retriesConflicts: boolean;
}

/** Objects that are not complete yet. */
function newObjects<Row extends pg.QueryResultRow, Prepared>(phase: Phase<Row, Prepared>): Work<Row, Prepared> {
  return {
    query: (choice) => pendingQuery(phase, choice),
    doneMeanwhile: ({ pool, workspaceIdCode }, keys) => findIdentities(pool, workspaceIdCode, phase.doneType, keys),
    async execute(context, item) {
      const loaded = await phase.load(context, item);
      // What one call made and completed is as iTop was when that call was sent.
      if (phase.doneType === phase.targetType && item.open.some((lost) => wasPlannedOtherwise(lost, item.target)))
        await phase.change?.(context, { ...item, open: [] });
      return loaded;
    },
    isProof: true,
    retriesConflicts: false,
  };
}

function wasPlannedOtherwise({ targetType, targetKey, payloadHash }: OpenIntent, target: Target): boolean {
  if (targetType !== target.type || targetKey !== target.key) return false;
  return payloadHash !== null && target.payloadHash !== null && !payloadHash.equals(target.payloadHash);
}

/** Complete objects that the source changed. What a teammate changed meanwhile differs by right: they prove nothing. */
function changedObjects<Row extends pg.QueryResultRow, Prepared>(
  phase: Phase<Row, Prepared>,
  change: NonNullable<Phase<Row, Prepared>['change']>,
): Work<Row, Prepared> {
  return {
    query: (choice) => changedQuery(phase, choice),
    doneMeanwhile: async () => new Set(),
    execute: async (context, item) => ((await change(context, item)) === 'unchanged' ? 'unchanged' : 'changed'),
    isProof: false,
    retriesConflicts: true,
  };
}

/** The work of a phase in order. A change may free an address or an id that a new object takes; a new one frees nothing. */
export function worksOf<Row extends pg.QueryResultRow, Prepared>(
  phase: Phase<Row, Prepared>,
  withChanges: boolean,
): Work<Row, Prepared>[] {
  const { change } = phase;
  const work = [newObjects(phase)];
  if (!withChanges || change === undefined) return work;
  work.push(changedObjects(phase, change));
  return phase.hasUniqueValues === true ? work.reverse() : work;
}

/** No object yet, of any outcome. */
export function noCounts(): PhaseCounts {
  return { written: 0, changed: 0, linked: 0, failed: 0, blocked: 0, uncertain: 0 };
}
