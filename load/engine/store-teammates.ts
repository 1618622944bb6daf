import { sql } from 'kysely';
import type pg from 'pg';
import type { AdminFacts, TeamFacts } from '../../intercom/workspace.ts';
import { recordTeammates } from '../../intercom/workspace-record.ts';
import { anyOf, clockTimestamp, insertRows, warehouse } from '../../platform/warehouse.ts';

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
  const db = warehouse(pool);
  await db
    .insertInto('load.identity')
    .columns(['workspace_id_code', 'target_type', 'target_key', 'target_id', 'origin', 'run_id'])
    .expression(
      db
        .selectFrom('intercom.teammate as agent')
        .innerJoin('load.teammate as teammate', (join) =>
          join
            .on('teammate.workspace_id_code', '=', request.workspaceIdCode)
            .on(sql<boolean>`lower(trim(teammate.email)) = lower(trim(agent.email))`),
        )
        .distinctOn('agent.target_key')
        .select(['teammate.workspace_id_code', sql.lit('admin').as('target_type'), 'agent.target_key'])
        .select(['teammate.admin_id as target_id', sql.lit('linked').as('origin')])
        .select(sql<string>`${request.runId}::bigint`.as('run_id'))
        .where('agent.email', '<>', '')
        .where('teammate.admin_id', '=', anyOf(writers.map((admin) => admin.id)))
        .orderBy('agent.target_key')
        .orderBy('teammate.admin_id'),
    )
    .onConflict((conflict) => conflict.columns(['workspace_id_code', 'target_type', 'target_key']).doNothing())
    .execute();
}
