import type pg from 'pg';
import { RefusedError } from '../platform/errors.ts';

const subjects = ['audit', 'mapping', 'setup', 'silence'] as const;

/** What is missing, and the command that provides it. */
const remedies: Readonly<Record<(typeof subjects)[number], readonly [string, string]>> = {
  audit: ['the audit has not passed', 'itop-to-intercom audit'],
  mapping: ['nobody confirmed the mapping', 'itop-to-intercom map confirm'],
  setup: ['the set-up sheet is not signed', 'itop-to-intercom audit sheet'],
  silence: [
    'nobody confirmed that no customer is notified',
    'itop-to-intercom canary send --address <a mailbox you own>',
  ],
};

/** What a workspace still needs before its first load, in the order in which it is done. */
export async function missingReadiness(pool: pg.Pool, workspaceIdCode: string): Promise<(typeof subjects)[number][]> {
  const { rows } = await pool.query<{ subject: string }>(
    'select subject from ops.confirmation where workspace_id_code = $1',
    [workspaceIdCode],
  );
  const confirmed = new Set(rows.map((row) => row.subject));
  return subjects.filter((subject) => !confirmed.has(subject));
}

/** Throws RefusedError, with all that is missing, unless everything that a load needs is confirmed (invariant 6). */
export async function requireReadiness(pool: pg.Pool, workspaceIdCode: string): Promise<void> {
  const missing = await missingReadiness(pool, workspaceIdCode);
  const [first] = missing;
  if (first === undefined) return;
  throw new RefusedError(
    `Nothing was written to workspace ${workspaceIdCode}: ${missing.map((subject) => remedies[subject][0]).join('; ')}.`,
    { stage: 'load', nextStep: missing.map((subject) => remedies[subject][1]).join('\n      ') },
  );
}
