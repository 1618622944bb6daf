import { warehouse } from '../../platform/warehouse.ts';
import type { LoadContext } from '../engine/context.ts';

/** Intercom's ids of the things of one type that the tool made or linked: nothing else may be linked to them. */
export async function ownIds(
  context: Pick<LoadContext, 'pool' | 'workspaceIdCode'>,
  targetType: string,
): Promise<Set<string>> {
  const found = await warehouse(context.pool)
    .selectFrom('load.identity')
    .select('target_id')
    .where('workspace_id_code', '=', context.workspaceIdCode)
    .where('target_type', '=', targetType)
    .execute();
  return new Set(found.map((row) => row.target_id));
}
