import type pg from 'pg';
import { RefusedError } from '../../platform/errors.ts';

/** Part types that a person accepted in a workspace, with the person's name. */
export async function acceptedPartTypes(pool: pg.Pool, workspaceIdCode: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<{ part_type: string; accepted_by: string }>(
    'select part_type, accepted_by from load.accepted_part_type where workspace_id_code = $1',
    [workspaceIdCode],
  );
  return new Map(rows.map((row) => [row.part_type, row.accepted_by]));
}

/**
 * Accepts parts of a type that Intercom adds by itself, such as `default_assignment`: only those without text or file, of which nobody
 * is told anything. Throws RefusedError when no canary shows such a part, or a name or reason is missing.
 */
export async function acceptPartType(
  pool: pg.Pool,
  acceptance: {
    readonly workspaceIdCode: string;
    readonly partType: string;
    readonly acceptedBy: string;
    readonly reason: string;
  },
): Promise<void> {
  const refuse = (message: string, nextStep: string) => new RefusedError(message, { stage: 'canary', nextStep });
  if (acceptance.acceptedBy.trim() === '') throw refuse('An acceptance needs a name.', 'Give it with --by.');
  if (acceptance.reason.trim() === '') throw refuse('An acceptance needs a reason.', 'Give it with --reason.');
  const { rows } = await pool.query<{ part_type: string }>(
    `select distinct f.part_type from load.canary_finding f join load.canary c using (canary_id)
     where c.workspace_id_code = $1 and f.part_type is not null order by 1`,
    [acceptance.workspaceIdCode],
  );
  const found = rows.map((row) => row.part_type);
  if (!found.includes(acceptance.partType))
    throw refuse(
      `No canary of this workspace shows a part of type ${acceptance.partType} without text and file: what says something cannot be accepted.`,
      found.length === 0 ? 'itop-to-intercom canary check' : `Types that can be accepted: ${found.join(', ')}.`,
    );
  await pool.query(
    `insert into load.accepted_part_type (workspace_id_code, part_type, accepted_by, reason) values ($1, $2, $3, $4)
     on conflict (workspace_id_code, part_type) do update
     set accepted_by = excluded.accepted_by, reason = excluded.reason, accepted_at = clock_timestamp()`,
    [acceptance.workspaceIdCode, acceptance.partType, acceptance.acceptedBy, acceptance.reason],
  );
}
