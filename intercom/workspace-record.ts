import type pg from 'pg';
import { clockTimestamp, insertRows, warehouse } from '../platform/warehouse.ts';

/** What `load.workspace` holds of a workspace. */
export interface DescribedWorkspace {
  readonly idCode: string;
  readonly name: string;
  readonly region: string | null;
  /** Teammate whose token is used. */
  readonly adminId: string;
}

/** Notes a workspace as Intercom describes it, and the address it is reached at. */
export async function recordWorkspace(pool: pg.Pool, workspace: DescribedWorkspace, baseUrl: string): Promise<void> {
  await warehouse(pool)
    .insertInto('load.workspace')
    .values({
      workspace_id_code: workspace.idCode,
      name: workspace.name,
      region: workspace.region,
      base_url: baseUrl,
      token_admin_id: workspace.adminId,
    })
    .onConflict((conflict) =>
      conflict.column('workspace_id_code').doUpdateSet((excluded) => ({
        name: excluded.ref('excluded.name'),
        region: excluded.ref('excluded.region'),
        base_url: excluded.ref('excluded.base_url'),
        token_admin_id: excluded.ref('excluded.token_admin_id'),
        seen_at: clockTimestamp,
      })),
    )
    .execute();
  // A table never analysed is taken for many rows, and each view of what was loaded multiplies by them.
  await pool.query('analyze (skip_locked) load.workspace');
}

/** Notes the teammates of a workspace as Intercom lists them. */
export async function recordTeammates(
  pool: pg.Pool,
  workspaceIdCode: string,
  teammates: readonly { readonly id: string; readonly email: string | null; readonly name: string | null }[],
): Promise<void> {
  await insertRows(
    pool,
    'load.teammate',
    ['workspace_id_code', 'admin_id', 'email', 'name'],
    teammates.map(({ id, email, name }) => ({ workspace_id_code: workspaceIdCode, admin_id: id, email, name })),
  )
    .onConflict((conflict) =>
      conflict.columns(['workspace_id_code', 'admin_id']).doUpdateSet((excluded) => ({
        email: excluded.ref('excluded.email'),
        name: excluded.ref('excluded.name'),
        seen_at: clockTimestamp,
      })),
    )
    .execute();
}
