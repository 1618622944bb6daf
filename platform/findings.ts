import type pg from 'pg';
import { inTransaction } from './database.ts';
import { insertRows, warehouse } from './warehouse.ts';

/** Something a person should know about the source, the target or an extraction. */
export interface Finding {
  /** Stable name of the check or of the kind of finding. */
  readonly code: string;
  /** blocker: nothing may be loaded, or data is missing; warning: look at it; note: explained; passed: in order. */
  readonly severity: 'passed' | 'note' | 'warning' | 'blocker';
  /** iTop, Intercom, a class, or `Class::id`: for people. What is decided by class is decided by the two below. */
  readonly subject: string;
  /** iTop class as the extraction reads it; absent where the finding is about no class. */
  readonly class?: string;
  /** Top of its class tree; absent where it is not known. */
  readonly rootClass?: string;
  readonly finding: string;
  /** What to do; empty where nothing is to be done. */
  readonly nextStep: string;
}

const columns = [
  'stage',
  'run_id',
  'code',
  'severity',
  'subject',
  'finding',
  'next_step',
  'class',
  'root_class',
] as const;

/** Puts a stage's findings in the place of those of its last time (`ops.finding`). */
export async function replaceFindings(
  pool: pg.Pool,
  stage: 'audit' | 'extract' | 'exports' | 'datamodel',
  findings: readonly Finding[],
  runId?: string,
): Promise<void> {
  const rows = findings.map(({ nextStep, rootClass, ...finding }) => ({
    ...finding,
    stage,
    run_id: runId,
    next_step: nextStep,
    root_class: rootClass,
  }));
  await inTransaction(pool, async (client) => {
    await warehouse(client).deleteFrom('ops.finding').where('stage', '=', stage).execute();
    await insertRows(client, 'ops.finding', columns, rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
}
