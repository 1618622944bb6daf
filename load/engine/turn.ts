import type pg from 'pg';
import type { LoadContext } from './context.ts';
import { listOrphanedIntents } from './orphaned-intents.ts';
import { clearOutcomes, forgetUnplanned } from './outcomes.ts';
import {
  type Choice,
  type Phase,
  type PhaseCounts,
  type PhaseSource,
  type PlannedCreation,
  queryParameters,
} from './phase.ts';
import { type PhaseOptions, runPhase } from './run-phase.ts';
import { worksOf } from './work.ts';

/** A phase without the type of its rows, so that phases of different rows can stand in one list. */
export interface Turn {
  readonly source: PhaseSource;
  /** What a plan shows of an object that one call creates. */
  readonly planned: PlannedCreation<pg.QueryResultRow> | undefined;
  /** Clears what is noted about objects that are not planned any more, and lists those of which a call was lost. */
  forget(context: LoadContext): Promise<void>;
  /** Objects to be tried. */
  count(context: LoadContext, choice: Choice, withChanges: boolean): Promise<number>;
  run(context: LoadContext, options: PhaseOptions): Promise<PhaseCounts>;
}

export function turnOf<Row extends pg.QueryResultRow, Prepared>(phase: Phase<Row, Prepared>): Turn {
  return {
    source: phase,
    planned: phase.planned as PlannedCreation<pg.QueryResultRow> | undefined,
    async forget(context) {
      await forgetUnplanned(context.pool, context.workspaceIdCode, phase);
      await listOrphanedIntents(context, phase);
    },
    async count(context, choice, withChanges) {
      let total = 0;
      for (const work of worksOf(phase, withChanges)) {
        const pending = await context.pool.query<{ count: number }>(
          `select count(*)::integer as count from (${work.query(choice)}) pending`,
          queryParameters(phase, context.workspaceIdCode, choice),
        );
        total += pending.rows[0]?.count ?? 0;
      }
      return total;
    },
    async run(context, options) {
      const counts = await runPhase(context, phase, options);
      await clearOutcomes(context.pool, context.workspaceIdCode, phase.targetType, phase.doneType);
      return counts;
    },
  };
}
