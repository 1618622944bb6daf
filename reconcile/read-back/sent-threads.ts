import { sql } from 'kysely';
import type pg from 'pg';
import type { FileFacts } from '../../intercom/conversation-facts.ts';
import { anyOf, warehouse } from '../../platform/warehouse.ts';

/** A part as it was sent, from the journal. */
export interface SentPart {
  readonly targetKey: string;
  /** Intercom's id of it. */
  readonly partId: string;
  readonly kind: 'comment' | 'note';
  readonly authorType: 'contact' | 'admin';
  readonly authorId: string;
  readonly body: string;
  /** Whether `body` is HTML or the characters that a reader shall see. */
  readonly bodyForm: 'text' | 'html';
  readonly createdAt: number;
  readonly files: readonly FileFacts[];
}

/** A conversation as it was sent: what is read back is compared with the calls themselves, not with what made them. */
export interface SentThread {
  readonly targetKey: string;
  readonly conversationId: string;
  /** When the tool made it, by Intercom's clock and at the earliest. */
  readonly madeAt: Date | null;
  readonly body: string;
  /** Whether `body` is HTML or the characters that a reader shall see. */
  readonly bodyForm: 'text' | 'html';
  readonly createdAt: number;
  readonly contactId: string;
  /** The last values that were sent; absent ones were not. */
  readonly title?: string;
  readonly companyId?: string;
  readonly customAttributes: Readonly<Record<string, unknown>>;
  readonly state: string | null;
  readonly assigneeId: string | null;
  /** Intercom's ids of the tags that were attached. */
  readonly tagIds: readonly string[];
  /** In the order of sending. */
  readonly parts: readonly SentPart[];
  /** The load's own answer showed the conversation as it was meant: a later difference is somebody's change. */
  readonly wasProven: boolean;
}

interface JournalRow {
  source_key: string;
  operation: string;
  target_type: string;
  target_key: string;
  payload: Record<string, unknown>;
  target_id: string | null;
  body_form: 'text' | 'html' | null;
}

/** The threads of some conversations that the tool created and completed, by target key. */
export async function readSentThreads(
  pool: pg.Pool,
  workspaceIdCode: string,
  targetKeys: readonly string[],
): Promise<SentThread[]> {
  const db = warehouse(pool);
  const heads = await db
    .selectFrom('reconcile.written_conversation as l')
    .select(['l.target_key', 'l.target_id', 'l.made_at', 'l.state', 'l.assignee_id'])
    .select((of) => {
      const tagIds = of
        .selectFrom('load.identity as t')
        .select('t.target_id')
        .where('t.workspace_id_code', '=', workspaceIdCode)
        .where('t.target_type', '=', 'conversation_tag')
        // The keys that begin with that of the conversation and a slash.
        .where('t.target_key', '>=', sql<string>`l.target_key || '/'`)
        .where('t.target_key', '<', sql<string>`l.target_key || '0'`);
      const proof = of
        .selectFrom('reconcile.verdict as v')
        .select('v.target_key')
        .where('v.workspace_id_code', '=', workspaceIdCode)
        .where('v.phase', '=', 'conversations')
        .whereRef('v.target_key', '=', 'l.target_key')
        .where('v.check_name', '=', 'conversation')
        .where('v.field', '=', '')
        .where('v.verdict', 'in', ['passed', 'fallback_author']);
      return [sql<string[]>`array${tagIds}`.as('tag_ids'), sql<boolean>`exists ${proof}`.as('was_proven')];
    })
    .where('l.workspace_id_code', '=', workspaceIdCode)
    .where('l.target_key', '=', anyOf(targetKeys))
    .where('l.state', 'is not', null)
    .orderBy('l.target_key')
    .execute();
  const calls = await db
    .selectFrom('load.journal as j')
    .leftJoin('load.identity as i', (join) =>
      join
        .onRef('i.workspace_id_code', '=', 'j.workspace_id_code')
        .onRef('i.target_type', '=', 'j.target_type')
        .onRef('i.target_key', '=', 'j.target_key')
        .onRef('i.journal_id', '=', 'j.journal_id'),
    )
    .select(['j.source_key', 'j.operation', 'j.target_type', 'j.target_key', 'j.payload', 'i.target_id', 'i.body_form'])
    .$narrowType<{ payload: JournalRow['payload'] }>()
    .where('j.workspace_id_code', '=', workspaceIdCode)
    .where('j.source_key', '=', anyOf(targetKeys))
    .where('j.state', '=', 'done')
    .where('j.phase', '<>', 'rollback')
    .where('j.operation', 'in', ['createConversation', 'replyConversation', 'updateConversation'])
    .orderBy('j.source_key')
    .orderBy('j.journal_id')
    .execute();
  const callsOf = Map.groupBy(calls, (call) => call.source_key);
  return heads.map((head) => {
    const own = callsOf.get(head.target_key) ?? [];
    const created = own.find((call) => call.operation === 'createConversation');
    const creation = created?.payload ?? {};
    const updates = own.filter((call) => call.operation === 'updateConversation').map((call) => call.payload);
    const last = (name: string) => updates.findLast((update) => update[name] !== undefined)?.[name];
    const title = last('title');
    const companyId = last('company_id');
    return {
      targetKey: head.target_key,
      conversationId: head.target_id,
      madeAt: head.made_at,
      body: String(creation.body ?? ''),
      bodyForm: created?.body_form ?? 'text',
      createdAt: Number(creation.created_at),
      contactId: String((creation.from as { id?: string } | undefined)?.id ?? ''),
      ...(typeof title === 'string' ? { title } : {}),
      ...(typeof companyId === 'string' ? { companyId } : {}),
      customAttributes: Object.assign({}, ...updates.map((update) => update.custom_attributes ?? {})),
      state: head.state,
      assigneeId: head.assignee_id,
      tagIds: head.tag_ids,
      parts: own.filter((call) => call.target_type === 'part' && call.target_id !== null).map(partOf),
      wasProven: head.was_proven,
    };
  });
}

function partOf({ target_key, target_id, payload, body_form }: JournalRow): SentPart {
  const files = (payload.attachment_files ?? []) as readonly {
    name: string;
    byte_size: number;
    content_type?: string;
  }[];
  const isContact = payload.type === 'user';
  return {
    targetKey: target_key,
    partId: target_id ?? '',
    kind: payload.message_type === 'note' ? 'note' : 'comment',
    authorType: isContact ? 'contact' : 'admin',
    authorId: String(isContact ? payload.intercom_user_id : payload.admin_id),
    body: String(payload.body ?? ''),
    bodyForm: body_form ?? (payload.message_type === 'note' ? 'html' : 'text'),
    createdAt: Number(payload.created_at),
    files: files.map((file) => ({
      name: file.name,
      byteSize: file.byte_size,
      contentType: file.content_type ?? null,
    })),
  };
}
