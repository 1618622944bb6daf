import type pg from 'pg';
import { inTransaction } from '../../platform/database.ts';
import { anyOf, warehouse } from '../../platform/warehouse.ts';
import type { RollbackItem } from './look-before.ts';

export interface ItemOutcome {
  readonly item: RollbackItem;
  readonly state: 'done' | 'kept' | 'gone' | 'failed';
  readonly outcome: string | null;
}

/**
 * Writes down what became of items. What was taken back, or is gone, is not ours any more: its identity and those of everything
 * inside it are withdrawn, and its verdicts with them. The journal and the former verdicts stay.
 */
export async function writeItemOutcomes(
  pool: pg.Pool,
  workspaceIdCode: string,
  planId: string,
  batch: readonly ItemOutcome[],
): Promise<void> {
  const withdrawn = batch.filter(({ state }) => state === 'done' || state === 'gone').map(({ item }) => item);
  await inTransaction(pool, async (client) => {
    await client.query(
      `update reconcile.rollback_item i
       set state = s.state, outcome = s.outcome, decided_at = clock_timestamp()
       from jsonb_to_recordset($2::jsonb) as s (position integer, state text, outcome text)
       where i.plan_id = $1 and i.position = s.position`,
      [planId, JSON.stringify(batch.map(({ item, state, outcome }) => ({ position: item.position, state, outcome })))],
    );
    const gone = await client.query<{ target_key: string }>(
      `with item as (
         select target_type, target_key from unnest($3::text[], $4::text[]) as item (target_type, target_key)
       ), named as (
         select target_type, target_key from item
         union
         -- Everything inside a conversation: whatever a call of its load recorded, and its own steps.
         select j.target_type, j.target_key from item
         join load.journal j on j.workspace_id_code = $1 and j.source_key = item.target_key and j.phase <> 'rollback'
         where item.target_type = 'conversation' and j.target_type not in ('contact', 'company', 'contact_company', 'attribute', 'tag')
         union
         -- Files stand under the id of the part that carries them.
         select file.target_type, file.target_key from item
         join load.journal j on j.workspace_id_code = $1 and j.source_key = item.target_key and j.target_type = 'part'
         join load.identity part on part.workspace_id_code = $1 and part.target_type = 'part' and part.target_key = j.target_key
         join load.identity file on file.workspace_id_code = $1
           and file.target_type in ('attachment', 'attachment_handed_off') and file.target_id = part.target_id
         where item.target_type = 'conversation'
         union
         select step, target_key from item
         cross join unnest(array['conversation_state', 'conversation_update', 'conversation_assignee', 'conversation_team',
                                 'conversation_closing']) as step
         where item.target_type = 'conversation'
       ), taken as (
         delete from load.identity i using named n
         where i.workspace_id_code = $1 and i.target_type = n.target_type and i.target_key = n.target_key
         returning i.*
       )
       insert into load.withdrawn_identity (workspace_id_code, target_type, target_key, target_id, origin, run_id, journal_id,
                                            payload_hash, position, sent_created_at, recorded_at, plan_id)
       select workspace_id_code, target_type, target_key, target_id, origin, run_id, journal_id, payload_hash, position,
              sent_created_at, recorded_at, $2::bigint
       from taken
       returning target_key`,
      [workspaceIdCode, planId, withdrawn.map((item) => item.target_type), withdrawn.map((item) => item.target_key)],
    );
    await warehouse(client)
      .deleteFrom('reconcile.verdict')
      .where('workspace_id_code', '=', workspaceIdCode)
      .where('target_key', '=', anyOf([...new Set(gone.rows.map((row) => row.target_key))]))
      .where('phase', 'in', (phase) => phase.selectFrom('reconcile.phase').select('phase'))
      .execute();
  });
}
