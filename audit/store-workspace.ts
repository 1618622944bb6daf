import type pg from 'pg';
import type { AdminFacts, WorkspaceFacts } from '../intercom/workspace.ts';
import { clockTimestamp, warehouse } from '../platform/warehouse.ts';

/** Notes the workspace and its teammates as Intercom describes them: decisions are checked against them. */
export async function storeWorkspace(
  pool: pg.Pool,
  facts: { readonly workspace: WorkspaceFacts; readonly admins: readonly AdminFacts[]; readonly baseUrl: string },
): Promise<void> {
  const { workspace, admins, baseUrl } = facts;
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
  await pool.query(
    `insert into load.teammate (workspace_id_code, admin_id, email, name)
     select $1, id, email, name from jsonb_to_recordset($2::jsonb) as a (id text, email text, name text)
     on conflict (workspace_id_code, admin_id) do update
     set email = excluded.email, name = excluded.name, seen_at = clock_timestamp()`,
    [workspace.idCode, JSON.stringify(admins)],
  );
}
