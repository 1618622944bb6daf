import type pg from 'pg';
import { inTransaction } from './database.ts';

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

/** Puts a stage's findings in the place of those of its last time (`ops.finding`). */
export async function replaceFindings(
  pool: pg.Pool,
  stage: 'audit' | 'extract' | 'exports' | 'datamodel',
  findings: readonly Finding[],
  runId?: string,
): Promise<void> {
  const column = (name: keyof Finding): (string | null)[] => findings.map((finding) => finding[name] ?? null);
  await inTransaction(pool, async (client) => {
    await client.query('delete from ops.finding where stage = $1', [stage]);
    await client.query(
      `insert into ops.finding (stage, run_id, code, severity, subject, finding, next_step, class, root_class)
       select $1, $2, * from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
       on conflict do nothing`,
      [
        stage,
        runId ?? null,
        column('code'),
        column('severity'),
        column('subject'),
        column('finding'),
        column('nextStep'),
        column('class'),
        column('rootClass'),
      ],
    );
  });
}
