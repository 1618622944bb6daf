import type pg from 'pg';
import type { WrittenConversation } from '../intercom/conversation-touch.ts';
import { anyOf, warehouse } from '../platform/warehouse.ts';

export interface OwnConversation extends WrittenConversation {
  readonly targetKey: string;
}

/** How the tool left those of the conversations that it created, by Intercom's id. */
export async function readWrittenConversations(
  pool: pg.Pool,
  workspaceIdCode: string,
  ids: readonly string[],
): Promise<Map<string, OwnConversation>> {
  const rows = await warehouse(pool)
    .selectFrom('reconcile.written_conversation')
    .selectAll()
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('target_id', '=', anyOf(ids))
    .execute();
  return new Map(
    rows.map((row) => [
      row.target_id,
      {
        targetKey: row.target_key,
        partIds: row.part_ids,
        unseenParts: row.unseen_parts,
        state: row.state,
        assigneeId: row.assignee_id,
        title: row.title,
        madeAt: row.made_at,
      },
    ]),
  );
}
