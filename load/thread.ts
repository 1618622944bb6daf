import type pg from 'pg';

/** A row of `intercom.conversation` with the ids that only the workspace knows. */
export interface ConversationRow {
  target_key: string;
  source_key: string;
  raw_version: string;
  contact_key: string;
  created_at: Date;
  body: string;
  /** The single token in `body` that tells this ticket's conversation from every other. */
  marker: string;
  title: string | null;
  company_key: string | null;
  custom_attributes: Record<string, unknown>;
  state: 'open' | 'closed' | 'snoozed';
  snoozed_until: Date | null;
  assignee_key: string | null;
  team_name: string | null;
  payload_hash: Buffer;
  contact_id: string | null;
  company_id: string | null;
  assignee_id: string | null;
  team_id: string | null;
}

/** A row of `intercom.conversation_part` with its author's id and, once sent, its own. */
export interface PartRow {
  target_key: string;
  conversation_key: string;
  position: number;
  part_type: 'comment' | 'note';
  author_kind: 'contact' | 'teammate';
  author_key: string | null;
  created_at: Date;
  body: string;
  attributed_body: string | null;
  body_format: 'text' | 'html';
  payload_hash: Buffer;
  /** Contact or teammate in the workspace; null when there is none. */
  author_id: string | null;
  /** Intercom's id of the part; null while it is not sent. */
  part_id: string | null;
}

/** One conversation being loaded: what is to be, and how far it is. */
export interface Thread {
  readonly row: ConversationRow;
  readonly parts: readonly PartRow[];
  /** Intercom's id; undefined while it is not created. */
  conversationId: string | undefined;
  /** Contacts that take part, by Intercom's id: only they may be the authors of replies. */
  readonly participants: Set<string>;
  /** Steps that were carried out, by target type. */
  readonly stepsDone: Set<string>;
  /** Ids of the parts written so far, in order. */
  readonly partIds: string[];
}

/** Parts of the conversations of a page, in order, with authors and own ids resolved. */
export const partQuery = `
  select o.target_key, o.conversation_key, o.position, o.part_type, o.author_kind, o.author_key, o.created_at, o.body,
         o.attributed_body, o.body_format, o.payload_hash, author.target_id as author_id, sent.target_id as part_id
  from intercom.conversation_part o
  left join load.identity author
    on author.workspace_id_code = $1 and author.target_key = o.author_key
   and author.target_type = case o.author_kind when 'contact' then 'contact' else 'admin' end
  left join load.identity sent
    on sent.workspace_id_code = $1 and sent.target_type = 'part' and sent.target_key = o.target_key
  where o.conversation_key = any ($2)
  order by o.conversation_key, o.position`;

/** What was recorded about the conversations of a page: the conversation itself, its steps, its participants. */
const progressQuery = `
  select i.target_type, i.target_key, i.target_id
  from load.identity i
  where i.workspace_id_code = $1
    and i.target_type in ('conversation', 'conversation_update', 'conversation_assignee', 'conversation_team',
                          'conversation_closing')
    and i.target_key = any ($2)
  union all
  select 'participant', j.source_key, i.target_id
  from load.journal j
  join load.identity i on i.journal_id = j.journal_id and i.workspace_id_code = $1 and i.target_type = 'participant'
  where j.workspace_id_code = $1 and j.source_key = any ($2) and j.operation = 'attachContactToConversation'`;

/** The threads of a page of conversations, by target key. */
export async function fetchThreads(
  pool: pg.Pool,
  workspaceIdCode: string,
  rows: readonly ConversationRow[],
): Promise<Map<string, Thread>> {
  const threads = new Map<string, Thread>();
  const keys = rows.map((row) => row.target_key);
  const parts = await pool.query<PartRow>(partQuery, [workspaceIdCode, keys]);
  const partsOf = Map.groupBy(parts.rows, (part) => part.conversation_key);
  for (const row of rows) {
    const own = partsOf.get(row.target_key) ?? [];
    threads.set(row.target_key, {
      row,
      parts: own,
      conversationId: undefined,
      participants: new Set(row.contact_id === null ? [] : [row.contact_id]),
      stepsDone: new Set(),
      partIds: own.flatMap((part) => (part.part_id === null ? [] : [part.part_id])),
    });
  }
  const progress = await pool.query<{ target_type: string; target_key: string; target_id: string }>(progressQuery, [
    workspaceIdCode,
    keys,
  ]);
  for (const known of progress.rows) {
    const thread = threads.get(known.target_key);
    if (thread === undefined) continue;
    if (known.target_type === 'conversation') thread.conversationId = known.target_id;
    else if (known.target_type === 'participant') thread.participants.add(known.target_id);
    else thread.stepsDone.add(known.target_type);
  }
  return threads;
}
