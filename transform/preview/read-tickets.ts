import { type NotNull, sql } from 'kysely';
import type pg from 'pg';
import { probes } from '../../intercom/probes.ts';
import { readQuery } from '../../platform/query-file.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { cutValue } from './cut-value.ts';

/** One message as iTop holds it. */
export interface SourceMessage {
  readonly itemKey: string;
  readonly kind: string;
  readonly isPrivate: boolean;
  readonly author: string | null;
  readonly writtenAt: Date | null;
  readonly isEmpty: boolean;
  readonly text: string;
  readonly source: string;
  readonly losses: readonly { readonly kind?: string; readonly place?: string; readonly detail?: string }[];
}

/** One message or note as Intercom will hold it. */
export interface PlannedPart {
  readonly itemKey: string;
  readonly partType: 'opening' | 'comment' | 'note';
  readonly author: string;
  /** The person who is to write it; null where nobody is known. */
  readonly authorKey: string | null;
  readonly isFallback: boolean;
  readonly at: Date;
  readonly shiftSeconds: number;
  readonly hasNoTime: boolean;
  readonly body: string;
  readonly format: 'html' | 'text';
  readonly files: readonly {
    readonly name: string;
    readonly mediaType: string | null;
    readonly bytes: number | null;
  }[];
}

/** One attribute of the ticket: what iTop holds, and where it goes. */
export interface PlannedField {
  readonly attribute: string;
  readonly value: string;
  readonly home: string | null;
  readonly place: string | null;
  readonly planned: string | null;
  readonly reason: string | null;
}

export interface PreviewTicket {
  readonly key: string;
  readonly ref: string;
  readonly title: string;
  readonly state: string;
  readonly company: string | null;
  readonly companyKey: string | null;
  readonly contact: string | null;
  readonly contactKey: string;
  readonly snoozedUntil: Date | null;
  readonly covers: readonly string[];
  readonly messages: readonly SourceMessage[];
  readonly parts: readonly PlannedPart[];
  readonly fields: readonly PlannedField[];
}

/** Reads the tickets, as many as are wanted at once: a page is made ticket by ticket. */
export async function readTicket(pool: pg.Pool, key: string): Promise<PreviewTicket> {
  const [row, messages, parts, files, fields] = await Promise.all([
    readHead(pool, key),
    readMessages(pool, key),
    pool.query<PartRow>(partQuery, [key, strictAnswers]),
    warehouse(pool)
      .selectFrom('intercom.conversation_part_file')
      .select(['part_key', 'file_name', 'media_type', 'byte_size'])
      .where('conversation_key', '=', key)
      .orderBy('position')
      .execute(),
    pool.query<FieldRow>(fieldQuery, [key]),
  ]);
  if (row === undefined) throw new Error(`${key} vanished while it was read`);
  const filesOf = (partKey: string): PlannedPart['files'] =>
    files
      .filter((file) => file.part_key === partKey)
      .map((file) => ({
        name: file.file_name,
        mediaType: file.media_type,
        bytes: file.byte_size === null ? null : Number(file.byte_size),
      }));
  const opening: PlannedPart = {
    itemKey: `${key}#description`,
    partType: 'opening',
    author: row.contact ?? row.contact_key,
    authorKey: row.contact_key,
    isFallback: false,
    at: row.created_at,
    shiftSeconds: 0,
    hasNoTime: false,
    body: row.body,
    format: 'text',
    files: files
      .filter((file) => !parts.rows.some((part) => part.target_key === file.part_key))
      .map((file) => ({
        name: file.file_name,
        mediaType: file.media_type,
        bytes: file.byte_size === null ? null : Number(file.byte_size),
      })),
  };
  return {
    key,
    ref: row.ref ?? key,
    title: row.title,
    state: row.state,
    company: row.company,
    companyKey: row.company_key,
    contact: row.contact,
    contactKey: row.contact_key,
    snoozedUntil: row.snoozed_until,
    covers: row.covers ?? [],
    messages: messages.map((message) => ({
      itemKey: message.item_key,
      kind: message.kind,
      isPrivate: message.is_private,
      author: message.author_name,
      writtenAt: message.written_at,
      isEmpty: message.is_empty,
      text: message.text ?? '',
      source: message.source ?? '',
      losses: message.loss ?? [],
    })),
    parts: [
      opening,
      ...parts.rows.map((part): PlannedPart => {
        const isFallback =
          part.author_kind === 'teammate'
            ? part.author_key === null || part.is_teammate === false
            : part.author_key !== row.contact_key && part.can_join === false;
        return {
          itemKey: part.item_key,
          partType: part.part_type,
          author: isFallback ? 'the fallback teammate' : authorOf(part),
          authorKey: isFallback ? null : part.author_key,
          isFallback,
          at: part.created_at,
          shiftSeconds: part.shift_seconds ?? 0,
          hasNoTime: part.has_no_time,
          body: isFallback ? (part.attributed_body ?? part.body) : part.body,
          format: part.body_format,
          files: filesOf(part.target_key),
        };
      }),
    ],
    fields: fields.rows.map((field) => ({ ...field, planned: field.planned ?? ownField(field, row) })),
  };
}

/** An agent is the author only where the workspace has a teammate for him, which nobody knows before its teammates were read. */
function authorOf({ author, author_key, author_kind, is_teammate }: PartRow): string {
  const name = author ?? author_key ?? 'nobody';
  return author_kind === 'teammate' && is_teammate === null ? `${name}, if a teammate has that address` : name;
}

/** The workspace whose teammates were read last. */
const latestWorkspace = sql`(select workspace_id_code from load.teammate order by seen_at desc limit 1)`;

type Head = NonNullable<Awaited<ReturnType<typeof readHead>>>;

/** What a conversation's own field gets; null for a field that holds none of these. */
function ownField({ home, place }: PlannedField, head: Head): string | null {
  if (home !== 'field') return null;
  switch (place) {
    case 'from':
      return head.contact ?? 'a placeholder contact';
    case 'company':
      return head.company;
    case 'title':
      return head.title;
    case 'marker':
      return head.marker;
    case 'assignee': {
      const name = head.assignee ?? head.assignee_key;
      if (name === null) return null;
      if (head.is_teammate === null) return `${name}, if a teammate has that address`;
      return head.is_teammate ? name : `nobody: no teammate has the address of ${name}`;
    }
    case 'team': {
      if (head.team_name === null) return null;
      if (head.is_team === false) return `nobody: no team in Intercom is called ${head.team_name}`;
      const isAgentAlone = head.state === 'closed' && head.assignee_key !== null;
      return isAgentAlone ? `${head.team_name}, where closed tickets go to their team too` : head.team_name;
    }
    default:
      return null;
  }
}

/** Teammates and teams are those of the workspace that was read last; null where none was. */
function readHead(pool: pg.Pool, key: string) {
  return warehouse(pool)
    .selectFrom('intercom.conversation as c')
    .innerJoin('staging.object as o', 'o.source_key', 'c.source_key')
    .leftJoin('intercom.contact as p', 'p.target_key', 'c.contact_key')
    .leftJoin('intercom.company as y', 'y.target_key', 'c.company_key')
    .leftJoin('ops.sample as s', 's.target_key', 'c.target_key')
    .leftJoin('intercom.teammate as t', 't.target_key', 'c.assignee_key')
    .select([
      sql<string | null>`o.field ->> 'ref'`.as('ref'),
      ...(['c.title', 'c.state', 'c.contact_key', 'c.company_key', 'p.name as contact', 'y.name as company'] as const),
      ...(['c.created_at', 'c.snoozed_until', 'c.body', 's.covers'] as const),
      ...(['c.marker', 'c.team_name', 'c.assignee_key', 't.name as assignee'] as const),
      sql<boolean | null>`(select exists (
        select from load.teammate m
        where m.workspace_id_code = w.workspace_id_code and lower(btrim(m.email)) = lower(btrim(t.email)) and t.email <> ''
      ) or exists (
        select from load.identity i
        where i.workspace_id_code = w.workspace_id_code and i.target_type = 'admin' and i.target_key = c.assignee_key)
      from ${latestWorkspace} w)`.as('is_teammate'),
      sql<boolean | null>`(select exists (
        select from load.team m where m.workspace_id_code = w.workspace_id_code and lower(m.name) = lower(c.team_name))
      from ${latestWorkspace} w
      where exists (select from load.team m where m.workspace_id_code = w.workspace_id_code))`.as('is_team'),
    ])
    .$narrowType<{ title: NotNull }>()
    .where('c.target_key', '=', key)
    .executeTakeFirst();
}

function readMessages(pool: pg.Pool, key: string) {
  return warehouse(pool)
    .selectFrom('intermediate.ticket_message as m')
    .leftJoin('ops.rendered_body as r', (join) =>
      join
        .onRef('r.source_hash', '=', 'm.source_hash')
        .on('r.renderer_version', '=', (is) => is.selectFrom('ops.setting').select('renderer_version')),
    )
    .select([
      ...(['m.item_key', 'm.kind', 'm.is_private', 'm.author_name', 'm.written_at', 'm.is_empty'] as const),
      ...(['r.text', 'm.source', 'r.loss'] as const),
    ])
    .$narrowType<{ loss: SourceMessage['losses'] | null }>()
    .where('m.ticket_key', '=', key)
    .orderBy((is) => is('m.kind', '<>', 'opening'))
    .orderBy('m.written_at', (by) => by.asc().nullsFirst())
    .orderBy('m.is_private')
    .orderBy('m.log_index')
    .orderBy('m.item_key')
    .execute();
}

interface PartRow {
  target_key: string;
  item_key: string;
  part_type: 'comment' | 'note';
  author_kind: string;
  author_key: string | null;
  author: string | null;
  /** Whether the workspace has a teammate for the agent; null where its teammates were never read. */
  is_teammate: boolean | null;
  /** Whether the workspace takes the author as a further contact of a conversation; null as above. */
  can_join: boolean | null;
  created_at: Date;
  shift_seconds: number | null;
  has_no_time: boolean;
  body: string;
  attributed_body: string | null;
  body_format: 'html' | 'text';
}

/** What is assumed of a workspace before the canary. */
const strictAnswers = JSON.stringify(Object.fromEntries(probes.map((probe) => [probe.name, probe.strictDefault])));

const partQuery = readQuery(import.meta.dirname, 'planned-parts.sql');

type FieldRow = PlannedField;

const fieldQuery = `
select f.key as attribute, coalesce(nullif(o.field ->> (f.key || '_friendlyname'), '') || ' (' || f.value || ')', ${cutValue('f.value')}) as value, a.home,
       case a.home when 'attribute' then a.target_name when 'record_note' then a.label else a.target_name end as place,
       case when v.data_type = 'datetime' and pg_input_is_valid(v.value, 'bigint')
            then to_char(to_timestamp(v.value::bigint) at time zone coalesce(g.timezone, 'UTC'), 'YYYY-MM-DD HH24:MI:SS')
            else ${cutValue('v.value')} end as planned,
       a.reason
from staging.object o
left join ops.setting g on true
cross join lateral jsonb_each_text(o.field) as f
left join ops.mapping_attribute a on a.class = o.final_class and a.attribute = f.key
left join intermediate.attribute_value v on v.source_key = o.source_key and v.attribute = f.key
where o.source_key = $1 and f.value is not null and f.value not in ('', '0', '[]', '{"entries": []}')
order by array_position(array['field', 'part', 'attribute', 'record_note', 'handoff', 'dropped'], a.home), a.position, f.key`;
