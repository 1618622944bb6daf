import type { LoadContext } from '../engine/context.ts';

/** Intercom's ids of the things of one type that the tool made or linked: nothing else may be linked to them. */
export async function ownIds(
  context: Pick<LoadContext, 'pool' | 'workspaceIdCode'>,
  targetType: string,
): Promise<Set<string>> {
  const found = await context.pool.query<{ target_id: string }>(
    'select target_id from load.identity where workspace_id_code = $1 and target_type = $2',
    [context.workspaceIdCode, targetType],
  );
  return new Set(found.rows.map((row) => row.target_id));
}
