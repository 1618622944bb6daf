import type pg from 'pg';
import type { LeftConversation } from '../intercom/conversation-touch.ts';

export interface OwnConversation extends LeftConversation {
  readonly targetKey: string;
  readonly lastWriteAt: Date;
}

/** How the tool left those of the conversations that it created, by Intercom's id. */
export async function readLeftConversations(
  pool: pg.Pool,
  workspaceIdCode: string,
  ids: readonly string[],
): Promise<Map<string, OwnConversation>> {
  const { rows } = await pool.query<{
    target_key: string;
    target_id: string;
    part_ids: string[];
    unseen_parts: number;
    state: string | null;
    assignee_id: string | null;
    title: string | null;
    made_at: Date | null;
    last_write_at: Date;
  }>(`select * from reconcile.left_conversation where workspace_id_code = $1 and target_id = any ($2)`, [
    workspaceIdCode,
    ids,
  ]);
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
        lastWriteAt: row.last_write_at,
      },
    ]),
  );
}
