import type pg from 'pg';
import { probeAnswer } from '../../intercom/probes.ts';
import { readQuery } from '../../platform/query-file.ts';
import { anyOf, warehouse } from '../../platform/warehouse.ts';

const fileQuery = readQuery(import.meta.dirname, 'thread-files.sql');
const tagQuery = readQuery(import.meta.dirname, 'thread-tags.sql');
const relationQuery = readQuery(import.meta.dirname, 'thread-relations.sql');
const progressQuery = readQuery(import.meta.dirname, 'thread-progress.sql');
const writtenQuery = readQuery(import.meta.dirname, 'thread-written.sql');
const openerQuery = readQuery(import.meta.dirname, 'thread-openers.sql');

const partQuery = readQuery(import.meta.dirname, 'thread-parts.sql');

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
  /** Role of the contact in the workspace: one that was there before may be a lead. */
  contact_role: 'user' | 'lead';
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
  /** Whether the author is a contact with an e-mail in the workspace. */
  author_has_email: boolean;
  /** Its author cannot take part in the conversation: a teammate tells it in his name. */
  has_stand_in: boolean;
  /** Intercom's id of the part; null while it is not sent. */
  part_id: string | null;
  /** Hash of the row as it was sent, and as a delta last told it. */
  sent_hash: Buffer | null;
  known_hash: Buffer | null;
}

/** A row of `intercom.conversation_part_file` that is not in Intercom yet. */
export interface FileRow {
  target_key: string;
  part_key: string;
  conversation_key: string;
  file_name: string;
  media_type: string | null;
  blob_hash: Buffer;
  byte_size: number;
}

/** A tag of a conversation, with the ids that the workspace gave. */
export interface ConversationTagRow {
  target_key: string;
  conversation_key: string;
  tag_key: string;
  tag_id: string | null;
  is_attached: boolean;
}

/** Instances that a relationship attribute of a conversation points to. */
export interface RelationRow {
  conversation_key: string;
  attribute: string;
  instance_keys: string[];
  /** In the order of the keys; null where an instance is not loaded. */
  instance_ids: (string | null)[];
}

/** How a conversation was opened before iTop changed its ticket. */
export interface SentOpening {
  readonly body: string;
  /** Hash of the row as it was then. */
  readonly payloadHash: Buffer;
}

/** One conversation being loaded: what is to be, and how far it is. */
export interface Thread {
  readonly row: ConversationRow;
  readonly parts: readonly PartRow[];
  readonly files: readonly FileRow[];
  readonly tags: readonly ConversationTagRow[];
  readonly relations: readonly RelationRow[];
  /** Intercom's id; undefined while it is not created. */
  conversationId: string | undefined;
  /** With what it was opened, where that is not what is planned now; undefined otherwise. */
  opening: SentOpening | undefined;
  /** Time of the conversation in Intercom; undefined while it is not known. */
  openedAt: Date | undefined;
  /** Contacts that take part, by Intercom's id: only they may be the authors of replies. */
  readonly participants: Set<string>;
  /** Steps that were executed, by target type. */
  readonly stepsDone: Set<string>;
  /** Ids of all parts written so far, in the order in which they were sent, also those that the plan does not hold any more. */
  readonly partIds: string[];
  /** Target types of the settings whose calls were lost: what such a call set is to be as planned, also where nothing is. */
  lostSettings: ReadonlySet<string>;
  /** Parts that this process sent, with the files that went with them. */
  readonly sent: { readonly row: PartRow; readonly files: readonly FileRow[]; readonly partId: string | undefined }[];
}

function byConversation<Row extends { readonly conversation_key: string }>({
  rows,
}: {
  rows: Row[];
}): Map<string, Row[]> {
  return Map.groupBy(rows, (row) => row.conversation_key);
}

/** The threads of a page of conversations, by target key. No time in them is later than `now`, Intercom's own. */
export async function fetchThreads(
  pool: pg.Pool,
  workspaceIdCode: string,
  rows: readonly ConversationRow[],
  now: Date,
): Promise<Map<string, Thread>> {
  const threads = new Map<string, Thread>();
  const parameters = [workspaceIdCode, rows.map((row) => row.target_key)];
  const parts = byConversation(await pool.query<PartRow>(partQuery, parameters));
  if ((await probeAnswer(pool, workspaceIdCode, 'comment_html')) === 'yes') {
    await showCommentsAsHtml(
      pool,
      rows.map((row) => row.target_key),
      [...parts.values()].flat(),
    );
  }
  const files = byConversation(await pool.query<FileRow>(fileQuery, parameters));
  const tags = byConversation(await pool.query<ConversationTagRow>(tagQuery, parameters));
  const relations = byConversation(await pool.query<RelationRow>(relationQuery, parameters));
  for (const row of rows) {
    const key = row.target_key;
    threads.set(key, {
      row,
      parts: parts.get(key) ?? [],
      files: files.get(key) ?? [],
      tags: tags.get(key) ?? [],
      relations: relations.get(key) ?? [],
      conversationId: undefined,
      opening: undefined,
      openedAt: undefined,
      participants: new Set(row.contact_id === null ? [] : [row.contact_id]),
      stepsDone: new Set(),
      partIds: [],
      lostSettings: new Set(),
      sent: [],
    });
  }
  const openers = await pool.query<{ target_key: string; contact_id: string }>(openerQuery, parameters);
  for (const { target_key, contact_id } of openers.rows) {
    const participants = threads.get(target_key)?.participants;
    participants?.clear();
    participants?.add(contact_id);
  }
  const progress = await pool.query<{
    target_type: string;
    target_key: string;
    target_id: string;
    sent_created_at: Date | null;
    payload_hash: Buffer | null;
    opening: string | null;
  }>(progressQuery, parameters);
  for (const known of progress.rows) {
    const thread = threads.get(known.target_key);
    if (thread === undefined) continue;
    if (known.target_type === 'conversation') {
      thread.conversationId = known.target_id;
      if (known.payload_hash !== null && known.opening !== null && !known.payload_hash.equals(thread.row.payload_hash))
        thread.opening = { body: known.opening, payloadHash: known.payload_hash };
      thread.openedAt = known.sent_created_at ?? undefined;
    } else thread.stepsDone.add(known.target_type);
  }
  for (const thread of threads.values()) keepWithin(thread, now);
  const written = await pool.query<{ source_key: string; target_type: string; target_id: string }>(
    writtenQuery,
    parameters,
  );
  for (const known of written.rows) {
    const thread = threads.get(known.source_key);
    if (known.target_type === 'part') thread?.partIds.push(known.target_id);
    else thread?.participants.add(known.target_id);
  }
  const joining: Joining = {
    canWithEmail: (await probeAnswer(pool, workspaceIdCode, 'second_participant')) === 'yes',
    canWithoutEmail: (await probeAnswer(pool, workspaceIdCode, 'participant_without_email')) === 'yes',
  };
  for (const thread of threads.values()) tellForThoseWhoCannotJoin(thread, joining);
  return threads;
}

/** Which further contacts a conversation takes, as the canary saw. */
interface Joining {
  readonly canWithEmail: boolean;
  readonly canWithoutEmail: boolean;
}

/**
 * Decides before the first call which authors cannot take part: adding a contact without e-mail is refused (docs 1.0 to 1.3) unless the
 * canary saw it accepted, and in the middle of a thread that would leave half a conversation. Parts are rows of this page alone.
 */
function tellForThoseWhoCannotJoin({ parts, participants }: Thread, joining: Joining): void {
  for (const part of parts) {
    part.has_stand_in =
      part.author_kind === 'contact' &&
      part.author_key !== null &&
      !(part.author_has_email ? joining.canWithEmail : joining.canWithoutEmail) &&
      !participants.has(part.author_id ?? '');
  }
}

/** What iTop shows since as older than its conversation follows the opening: Intercom takes no part from before. Rows are changed in place. */
export function keepBehind(opening: Date, parts: readonly PartRow[]): void {
  for (const part of parts) {
    if (part.part_id === null && part.created_at < opening) part.created_at = opening;
  }
}

/** Intercom takes no time in its future (rule T10): what lies ahead stands at its now. Rows are changed in place. */
function keepWithin({ row, parts, openedAt }: Thread, now: Date): void {
  // A conversation that exists keeps the time with which it was opened.
  row.created_at = openedAt ?? earlierOf(row.created_at, now);
  for (const part of parts) part.created_at = earlierOf(part.created_at, now);
  if (openedAt !== undefined) keepBehind(openedAt, parts);
}

function earlierOf(a: Date, b: Date): Date {
  return a < b ? a : b;
}

/** Gives the comments that have an HTML form that form (rule T8). Parts are rows of this page alone: they are changed in place. */
async function showCommentsAsHtml(pool: pg.Pool, conversationKeys: readonly string[], parts: PartRow[]): Promise<void> {
  const rows = await warehouse(pool)
    .selectFrom('intercom.comment_html')
    .select(['target_key', 'body', 'attributed_body'])
    .where('conversation_key', '=', anyOf(conversationKeys))
    .execute();
  const forms = new Map(rows.map((row) => [row.target_key, row]));
  for (const part of parts) {
    const form = forms.get(part.target_key);
    if (form !== undefined) Object.assign(part, { ...form, body_format: 'html' });
  }
}
