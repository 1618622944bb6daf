import type pg from 'pg';
import type { AdminFacts, TeamFacts } from '../../intercom/workspace.ts';
import { recordTeammates } from '../../intercom/workspace-record.ts';
import { clockTimestamp, insertRows } from '../../platform/warehouse.ts';

/**
 * Stores the teammates and teams of a workspace and matches agents to teammates by lower-cased e-mail (RULES T5). An agent
 * without a match has no identity: his parts are written by the fallback teammate. So are those of a teammate without a seat, unless
 * the canary saw one write.
 */
export async function storeTeammates(
  pool: pg.Pool,
  request: {
    workspaceIdCode: string;
    runId: string;
    admins: readonly AdminFacts[];
    teams: readonly TeamFacts[];
    /** Whether the canary saw a teammate without a seat write. */
    canSeatlessWrite: boolean;
  },
): Promise<void> {
  const writers = request.admins.filter((admin) => request.canSeatlessWrite || admin.hasInboxSeat !== false);
  await recordTeammates(pool, request.workspaceIdCode, request.admins);
  const teams = request.teams.map(({ id, name }) => ({
    workspace_id_code: request.workspaceIdCode,
    team_id: id,
    name,
  }));
  await insertRows(pool, 'load.team', ['workspace_id_code', 'team_id', 'name'], teams)
    .onConflict((conflict) =>
      conflict.columns(['workspace_id_code', 'team_id']).doUpdateSet((excluded) => ({
        name: excluded.ref('excluded.name'),
        seen_at: clockTimestamp,
      })),
    )
    .execute();
  await pool.query(
    `insert into load.identity (workspace_id_code, target_type, target_key, target_id, origin, run_id)
     select distinct on (agent.target_key) $1, 'admin', agent.target_key, teammate.admin_id, 'linked', $2::bigint
     from intercom.teammate agent
     join load.teammate teammate
       on teammate.workspace_id_code = $1 and lower(trim(teammate.email)) = lower(trim(agent.email))
     where agent.email <> '' and teammate.admin_id = any ($3)
     order by agent.target_key, teammate.admin_id
     on conflict (workspace_id_code, target_type, target_key) do nothing`,
    [request.workspaceIdCode, request.runId, writers.map((admin) => admin.id)],
  );
}
