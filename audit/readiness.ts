import { sql } from 'kysely';
import type pg from 'pg';
import { RefusedError } from '../platform/errors.ts';
import { warehouse } from '../platform/warehouse.ts';

const subjects = ['audit', 'mapping', 'setup', 'silence'] as const;
type Subject = (typeof subjects)[number];

/** What is missing, and the command that provides it. */
const remedies: Readonly<Record<Subject, readonly [string, string]>> = {
  audit: ['the audit has not passed', 'itop-to-intercom audit'],
  mapping: ['nobody confirmed the mapping', 'itop-to-intercom map confirm --by "Your Name"'],
  setup: ['the set-up sheet is not signed', 'itop-to-intercom audit sheet'],
  silence: [
    'nobody confirmed that no customer is notified',
    'itop-to-intercom canary send --address <a mailbox you own>',
  ],
};

/** Sign-offs that say how the two systems are now: they lose their force with time. The mapping is held by its hash instead. */
const ageing: readonly Subject[] = ['audit', 'setup', 'silence'];

/** A sign-off that is missing, or too old. */
export interface Missing {
  readonly subject: Subject;
  /** Days since it was given; null where it never was. */
  readonly ageDays: number | null;
}

/** What a workspace still needs before a load, in the order in which it is done. A sign-off older than `mostDays` has expired. */
export async function missingReadiness(pool: pg.Pool, workspaceIdCode: string, mostDays: number): Promise<Missing[]> {
  const rows = await warehouse(pool)
    .selectFrom('ops.confirmation')
    .select([
      'subject',
      sql<number>`extract(epoch from clock_timestamp() - confirmed_at)::float8 / 86400`.as('age_days'),
      sql<boolean>`fingerprint = 'rehearsal'`.as('is_rehearsal'),
    ])
    .where('workspace_id_code', '=', workspaceIdCode)
    .execute();
  return subjects.flatMap((subject): Missing[] => {
    const given = rows.find((row) => row.subject === subject);
    if (given === undefined) return [{ subject, ageDays: null }];
    const isExpired = ageing.includes(subject) && !given.is_rehearsal && given.age_days > mostDays;
    return isExpired ? [{ subject, ageDays: Math.floor(given.age_days) }] : [];
  });
}

/** The command that provides a missing sign-off. */
export const remedyOf = ({ subject }: Missing): string => remedies[subject][1];

/** Throws RefusedError, with all that is missing, unless everything that a load needs is confirmed (invariant 6). */
export async function requireReadiness(pool: pg.Pool, workspaceIdCode: string, mostDays: number): Promise<void> {
  const missing = await missingReadiness(pool, workspaceIdCode, mostDays);
  if (missing.length === 0) return;
  const words = missing.map(({ subject, ageDays }) =>
    ageDays === null
      ? remedies[subject][0]
      : `the sign-off "${subject}" is ${ageDays} days old and holds for ${mostDays} (audit.sign_off_days)`,
  );
  throw new RefusedError(`Nothing was written to workspace ${workspaceIdCode}: ${words.join('; ')}.`, {
    stage: 'load',
    nextStep: missing.map(remedyOf).join('\n      '),
  });
}
