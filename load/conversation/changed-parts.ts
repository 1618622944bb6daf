import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { foldSpace, visibleText } from '../../platform/visible-text.ts';
import { anyOf, warehouse } from '../../platform/warehouse.ts';
import type { LoadContext } from '../engine/context.ts';
import type { PartRow, Thread } from './thread.ts';

/** A part that is in Intercom and whose text iTop holds differently now. */
export interface ChangedPart {
  readonly row: PartRow;
  /** Words that a note has to tell; undefined where a reader would see no difference. */
  readonly news: string | undefined;
  /** The text as it is now, for the next comparison. */
  readonly text: string;
}

/** Lines of the record note that change with every look at a ticket and say nothing by themselves. */
const volatileLines = /^(As of|Last update)\b/;

/**
 * Parts whose row changed since they were sent (RULES D1, T6). Intercom's parts cannot be changed: a different text at the
 * same date is told in a note, a changed record note by the lines that are new.
 */
export async function changedParts(context: LoadContext, thread: Thread): Promise<ChangedPart[]> {
  const changed = thread.parts.filter(
    (part) => part.part_id !== null && !isEqual(part.known_hash ?? part.sent_hash, part.payload_hash),
  );
  if (changed.length === 0) return [];
  const former = await formerTexts(context, changed);
  return changed.map((row) => {
    const text = linesOf(row).join('\n');
    return { row, news: newsOf(row, former.get(row.target_key), text), text };
  });
}

/** A note about a change, with a key made of what it tells: the same change is told once. */
export function changeNote(thread: Thread, key: string, news: string, at: Date): PartRow {
  return {
    target_key: `${key}#changed/${createHash('sha256').update(news).digest('hex').slice(0, 12)}`,
    conversation_key: thread.row.target_key,
    position: thread.parts.length + 1,
    part_type: 'note',
    author_kind: 'teammate',
    author_key: null,
    created_at: at,
    body: news,
    attributed_body: null,
    body_format: 'text',
    payload_hash: createHash('sha256').update(news).digest(),
    author_id: null,
    author_has_email: false,
    has_stand_in: false,
    part_id: null,
    sent_hash: null,
    known_hash: null,
  };
}

/** The text of each part as it was last told: recorded by a delta before, else what the journal says was sent. */
async function formerTexts(context: LoadContext, parts: readonly PartRow[]): Promise<Map<string, string>> {
  const found = await warehouse(context.pool)
    .selectFrom('load.identity as i')
    .leftJoin('load.representation as r', (join) =>
      join
        .onRef('r.workspace_id_code', '=', 'i.workspace_id_code')
        .onRef('r.target_type', '=', 'i.target_type')
        .onRef('r.target_key', '=', 'i.target_key'),
    )
    .leftJoin('load.journal as j', 'j.journal_id', 'i.journal_id')
    .select([
      'i.target_key',
      sql<string | null>`r.last_applied ->> 'text'`.as('text'),
      sql<string | null>`j.payload ->> 'body'`.as('body'),
    ])
    .where('i.workspace_id_code', '=', context.workspaceIdCode)
    .where('i.target_type', '=', 'part')
    .where('i.target_key', '=', anyOf(parts.map((part) => part.target_key)))
    .execute();
  return new Map(
    found.flatMap((row) => {
      const part = parts.find((candidate) => candidate.target_key === row.target_key);
      const text =
        row.text ??
        (row.body === null
          ? undefined
          : linesIn(row.body, part?.part_type === 'note' || part?.body_format === 'html').join('\n'));
      return text === undefined ? [] : [[row.target_key, text] as const];
    }),
  );
}

function newsOf(row: PartRow, former: string | undefined, text: string): string | undefined {
  // Nothing is known of the former text: better told once too often than never.
  if (former !== undefined && foldSpace(former) === foldSpace(text)) return undefined;
  if (!isRecordNote(row)) {
    // A part sent in the fallback teammate's name begins with a line that names the author.
    if (former !== undefined && foldSpace(former).endsWith(foldSpace(text))) return undefined;
    const when = row.created_at.toISOString().slice(0, 16).replace('T', ' ');
    return `The text of ${when} UTC was changed in iTop. It is now:\n\n${text}`;
  }
  const old = new Set(former?.split('\n'));
  const lines = text.split('\n').filter((line) => !old.has(line) && !volatileLines.test(line));
  const labels = new Set(text.split('\n').map(labelOf));
  const gone = [...old].filter((line) => !volatileLines.test(line) && !labels.has(labelOf(line)));
  if (lines.length === 0 && gone.length === 0) return undefined;
  return ['Changed in iTop:', ...lines, ...gone.map((line) => `${labelOf(line)}: (empty now)`)].join('\n');
}

function labelOf(line: string): string {
  return line.split(':')[0] ?? '';
}

function isRecordNote(row: PartRow): boolean {
  return row.target_key.endsWith('#record_note');
}

function linesOf(row: PartRow): string[] {
  return linesIn(row.body, row.body_format === 'html');
}

/** The lines that a reader sees. */
function linesIn(body: string, isHtml: boolean): string[] {
  if (!isHtml) return body.split(/\r?\n/).map(foldSpace).filter(Boolean);
  return body
    .split(/<\/(?:li|p|div|tr|h[1-6])>|<br\s*\/?>/i)
    .map(visibleText)
    .filter(Boolean);
}

function isEqual(a: Buffer | null, b: Buffer): boolean {
  return a?.equals(b) ?? false;
}
