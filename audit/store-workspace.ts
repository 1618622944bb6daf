import type pg from 'pg';
import type { AdminFacts, WorkspaceFacts } from '../intercom/workspace.ts';

/** Notes the workspace and its teammates as Intercom describes them: decisions are checked against them. */
export async function storeWorkspace(
  pool: pg.Pool,
  facts: { readonly workspace: WorkspaceFacts; readonly admins: readonly AdminFacts[]; readonly baseUrl: string },
): Promise<void> {
  const { workspace, admins, baseUrl } = facts;
  await pool.query(
    `insert into load.workspace (workspace_id_code, name, region, base_url, token_admin_id) values ($1, $2, $3, $4, $5)
     on conflict (workspace_id_code) do update
     set name = excluded.name, region = excluded.region, base_url = excluded.base_url,
         token_admin_id = excluded.token_admin_id, seen_at = clock_timestamp()`,
    [workspace.idCode, workspace.name, workspace.region, baseUrl, workspace.adminId],
  );
  await pool.query(
    `insert into load.teammate (workspace_id_code, admin_id, email, name)
     select $1, id, email, name from jsonb_to_recordset($2::jsonb) as a (id text, email text, name text)
     on conflict (workspace_id_code, admin_id) do update
     set email = excluded.email, name = excluded.name, seen_at = clock_timestamp()`,
    [workspace.idCode, JSON.stringify(admins)],
  );
}
