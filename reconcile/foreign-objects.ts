import { sql } from 'kysely';
import type pg from 'pg';
import { warehouse } from '../platform/warehouse.ts';

/** Counts, by type, what the workspace was seen to hold and the tool neither made nor linked. */
export function foreignObjects(pool: pg.Pool, workspaceIdCode: string) {
  return warehouse(pool)
    .selectFrom('reconcile.observation as o')
    .select(['o.object_type', sql<number>`count(*)::integer`.as('count')])
    .where('o.workspace_id_code', '=', workspaceIdCode)
    .where((seen) =>
      seen.not(
        seen.exists(
          seen
            .selectFrom('load.identity as i')
            .where('i.workspace_id_code', '=', workspaceIdCode)
            .whereRef('i.target_type', '=', 'o.object_type')
            .whereRef('i.target_id', '=', 'o.target_id'),
        ),
      ),
    )
    .groupBy('o.object_type')
    .orderBy('o.object_type');
}
