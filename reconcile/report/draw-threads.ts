import type pg from 'pg';
import type { Clock } from '../../platform/clock.ts';
import { readQuery } from '../../platform/query-file.ts';
import { linesOfHtml, visibleText } from '../../platform/visible-text.ts';
import { anyOf, warehouse } from '../../platform/warehouse.ts';

const drawnQuery = readQuery(import.meta.dirname, 'drawn-tickets.sql');
const sentQuery = readQuery(import.meta.dirname, 'sent-messages.sql');

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
  }>(drawnQuery, [workspaceIdCode, seed, threadCount, ['description', ...laterTexts.map((text) => text.field)]]);
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
  }>(sentQuery, [workspaceIdCode, keys]);
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
