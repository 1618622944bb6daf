import type pg from 'pg';
import type { Clock } from '../../platform/clock.ts';
import { linesOfHtml, visibleText } from '../../platform/visible-text.ts';
import { anyOf, warehouse } from '../../platform/warehouse.ts';

/** One ticket as iTop holds it beside what was sent of it. */
export interface SideBySide {
  readonly sourceKey: string;
  readonly itopClass: string;
  readonly itopId: string;
  readonly ref: string;
  readonly conversationId: string;
  readonly checks: string;
  readonly source: readonly Message[];
  readonly target: readonly Message[];
}

export interface Message {
  readonly kind: string;
  readonly author: string;
  readonly at: string;
  readonly isPrivate: boolean;
  /** As a reader sees it. */
  readonly text: string;
  /** What the rendering of HTML lost, one thing each. */
  readonly lost: readonly string[];
}

export interface DrawRequest {
  readonly pool: pg.Pool;
  readonly workspaceIdCode: string;
  readonly seed: string;
  readonly threadCount: number;
}

interface Rendered {
  readonly text: string | null;
  readonly loss: readonly { readonly kind: string; readonly detail: string }[] | null;
}

/** Texts that iTop keeps in fields of their own, with the field of their date. */
const laterTexts = [
  { field: 'solution', date: 'resolution_date', kind: 'solution', isPrivate: false },
  { field: 'pending_reason', date: 'last_pending_date', kind: 'pending reason, private', isPrivate: true },
  { field: 'user_comment', date: 'close_date', kind: 'closing remark, private', isPrivate: true },
] as const;

/** Tickets at random by the reader's own seed: anybody with the seed draws the same ones. */
export async function drawThreads(
  { pool, workspaceIdCode, seed, threadCount }: DrawRequest,
  clock: Clock,
): Promise<SideBySide[]> {
  const drawn = await pool.query<{
    source_key: string;
    final_class: string;
    payload: Readonly<Record<string, string | undefined>>;
    html: Readonly<Record<string, Rendered>>;
    conversation_id: string;
    failed: number;
    total: number;
  }>(
    `select o.source_key, o.final_class, o.field as payload,
       coalesce((
         select jsonb_object_agg(h.attribute, jsonb_build_object('text', r.text, 'loss', r.loss))
         from staging.html_attribute h
         left join ops.rendered_body r on r.source_hash = staging.body_hash('html', o.field ->> h.attribute)
           and r.renderer_version = (select renderer_version from ops.setting)
         where h.class = o.final_class and h.attribute = any ($4)), '{}') as html,
       c.target_id as conversation_id,
       (select count(*)::integer from reconcile.verdict v
        where v.workspace_id_code = $1 and v.source_key = o.source_key and v.field = '' and v.verdict in ('failed', 'unknown')) as failed,
       (select count(*)::integer from reconcile.verdict v
        where v.workspace_id_code = $1 and v.source_key = o.source_key and v.field = '') as total
     from (
       select target_key from load.identity where workspace_id_code = $1 and target_type = 'conversation_state'
       order by md5($2 || target_key) limit $3
     ) drawn
     join load.identity c on c.workspace_id_code = $1 and c.target_type = 'conversation' and c.target_key = drawn.target_key
     join staging.object o on o.root_class = 'Ticket' and o.source_key = drawn.target_key`,
    [workspaceIdCode, seed, threadCount, ['description', ...laterTexts.map((text) => text.field)]],
  );
  const keys = drawn.rows.map((row) => row.source_key);
  const entries = await warehouse(pool)
    .selectFrom('staging.log_entry')
    .select(['source_key', 'log', 'author_name', 'written_local', 'message'])
    .where('source_key', '=', anyOf(keys))
    .orderBy('source_key')
    .orderBy('written_at', (by) => by.nullsFirst())
    .orderBy('log', 'desc')
    .orderBy('log_index')
    .execute();
  const sent = await pool.query<{
    source_key: string;
    payload: { body?: string; message_type?: string; type?: string; created_at?: number };
    author: string | null;
    operation: string;
    is_html: boolean;
  }>(
    `select j.source_key, j.payload, j.operation, coalesce(t.name, p.name, c.target_key) as author,
       coalesce(j.payload ->> 'message_type' = 'note', false) or exists (
         select from intercom.comment_html h
         where h.conversation_key = j.source_key and h.target_key = j.target_key
           and j.payload ->> 'body' in (h.body, h.attributed_body)) as is_html
     from load.journal j
     left join load.teammate t on t.workspace_id_code = j.workspace_id_code and t.admin_id = j.payload ->> 'admin_id'
     left join load.identity c
       on c.workspace_id_code = j.workspace_id_code and c.target_type = 'contact'
      and c.target_id = coalesce(j.payload ->> 'intercom_user_id', j.payload -> 'from' ->> 'id')
     left join intercom.contact p on p.target_key = c.target_key
     where j.workspace_id_code = $1 and j.source_key = any ($2) and j.state = 'done' and j.phase = 'conversations'
       and j.operation in ('createConversation', 'replyConversation')
     order by j.source_key, j.journal_id`,
    [workspaceIdCode, keys],
  );
  const entriesOf = Map.groupBy(entries, (row) => row.source_key);
  const sentOf = Map.groupBy(sent.rows, (row) => row.source_key);
  return drawn.rows.map((row) => ({
    sourceKey: row.source_key,
    itopClass: row.final_class,
    itopId: row.source_key.split('::')[1] ?? '',
    ref: row.payload.ref ?? row.source_key,
    conversationId: row.conversation_id,
    checks:
      row.failed === 0
        ? `${row.total} checks, all passed or as the rules expect`
        : `${row.failed} of ${row.total} checks failed`,
    source: [
      {
        kind: 'description',
        author: row.payload.caller_id_friendlyname ?? '',
        at: row.payload.start_date ?? '',
        isPrivate: false,
        ...fieldOf(row, 'description', `${row.payload.title ?? ''}\n\n`),
      },
      ...(entriesOf.get(row.source_key) ?? []).map((entry) => ({
        kind: entry.log === 'private_log' ? 'private' : 'public',
        author: entry.author_name ?? '',
        at: entry.written_local ?? '',
        isPrivate: entry.log === 'private_log',
        text: entry.message?.trim() ?? '',
        lost: [],
      })),
      ...laterTexts
        .filter(({ field }) => (row.payload[field] ?? '').trim() !== '')
        .map(({ field, date, kind, isPrivate }) => ({
          kind,
          author: '',
          at: row.payload[date] ?? '',
          isPrivate,
          ...fieldOf(row, field),
        })),
    ],
    target: (sentOf.get(row.source_key) ?? []).map(({ payload, author, operation, is_html }) => ({
      kind: operation === 'createConversation' ? 'opening' : (payload.message_type ?? 'comment'),
      author: author ?? '',
      at: clock.time(new Date(Number(payload.created_at ?? 0) * 1000)),
      isPrivate: payload.message_type === 'note',
      // Notes are HTML; so are comments of teammates in a workspace whose canary showed that it keeps them.
      text: (is_html ? linesOfHtml(payload.body ?? '') : (payload.body ?? '')).trim(),
      lost: [],
    })),
  }));
}

/** A field as a reader sees it: HTML, by iTop's data model, as it was rendered; any other text as it stands. */
function fieldOf(
  {
    payload,
    html,
  }: {
    readonly payload: Readonly<Record<string, string | undefined>>;
    readonly html: Readonly<Record<string, Rendered>>;
  },
  field: string,
  before = '',
): Pick<Message, 'text' | 'lost'> {
  const rendered = html[field];
  const source = payload[field] ?? '';
  return {
    text: `${before}${rendered === undefined ? source : (rendered.text ?? visibleText(source))}`.trim(),
    lost: (rendered?.loss ?? []).map(({ kind, detail }) => `${kind} ${detail}`.trim()),
  };
}
