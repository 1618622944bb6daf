import type pg from 'pg';
import { RefusedError } from '../../platform/errors.ts';
import { clockTimestamp, warehouse } from '../../platform/warehouse.ts';

/** Part types that a person accepted in a workspace, with the person's name. */
export async function acceptedPartTypes(pool: pg.Pool, workspaceIdCode: string): Promise<ReadonlyMap<string, string>> {
  const rows = await warehouse(pool)
    .selectFrom('load.accepted_part_type')
    .select(['part_type', 'accepted_by'])
    .where('workspace_id_code', '=', workspaceIdCode)
    .execute();
  return new Map(rows.map((row) => [row.part_type, row.accepted_by]));
}

/**
 * Accepts parts of a type that Intercom adds by itself, such as `default_assignment`: only those without text or file, of which nobody
 * is notified. Throws RefusedError when no canary shows such a part, or a name or reason is missing.
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
  const rows = await warehouse(pool)
    .selectFrom('load.canary_finding as f')
    .innerJoin('load.canary as c', 'c.canary_id', 'f.canary_id')
    .distinct()
    .select('f.part_type')
    .where('c.workspace_id_code', '=', acceptance.workspaceIdCode)
    .where('f.part_type', 'is not', null)
    .orderBy('part_type')
    .execute();
  const found = rows.map((row) => row.part_type);
  if (!found.includes(acceptance.partType))
    throw refuse(
      `No canary of this workspace shows a part of type ${acceptance.partType} without text or file. A part with text or a file cannot be accepted.`,
      found.length === 0 ? 'itop-to-intercom canary check' : `Types that can be accepted: ${found.join(', ')}.`,
    );
  await warehouse(pool)
    .insertInto('load.accepted_part_type')
    .values({
      workspace_id_code: acceptance.workspaceIdCode,
      part_type: acceptance.partType,
      accepted_by: acceptance.acceptedBy,
      reason: acceptance.reason,
    })
    .onConflict((conflict) =>
      conflict.columns(['workspace_id_code', 'part_type']).doUpdateSet((excluded) => ({
        accepted_by: excluded.ref('excluded.accepted_by'),
        reason: excluded.ref('excluded.reason'),
        accepted_at: clockTimestamp,
      })),
    )
    .execute();
}
