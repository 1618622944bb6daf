import { sql } from 'kysely';
import type pg from 'pg';
import { RefusedError } from '../../platform/errors.ts';
import { anyOf, warehouse } from '../../platform/warehouse.ts';

type Row = Readonly<Record<string, unknown>>;

/** Everything that is known about one object, by the way it goes. */
export interface Explanation {
  readonly sourceKey: string;
  readonly source: readonly Row[];
  readonly plan: readonly Row[];
  readonly calls: readonly Row[];
  readonly outcome: readonly Row[];
  readonly keptEdits: readonly Row[];
  readonly verdicts: readonly Row[];
  readonly dispositions: readonly Row[];
}

/**
 * Explains a ticket or another object. `reference` is a ticket's ref, a source key, or the id of a thing in Intercom.
 *
 * Throws RefusedError when nothing is known by that name.
 */
export async function explain(pool: pg.Pool, reference: string): Promise<Explanation> {
  const sourceKey = await sourceKeyOf(pool, reference);
  const db = warehouse(pool);
  return {
    sourceKey,
    source: await db
      .selectFrom('raw.object')
      .select(['version_id', 'final_class', 'op', 'observed_at'])
      .select([
        sql`payload ->> 'ref'`.as('ref'),
        sql`payload ->> 'status'`.as('status'),
        sql`payload ->> 'last_update'`.as('last_update'),
        sql`coalesce(payload ->> 'title', payload ->> 'friendlyname')`.as('title'),
      ])
      .where('root_class', '=', sql<string>`split_part(${sourceKey}, '::', 1)`)
      .where('source_key', '=', sourceKey)
      .orderBy('version_id')
      .execute(),
    plan: await planOf(pool, sourceKey),
    calls: await db
      .selectFrom('load.journal')
      .select(['journal_id', 'workspace_id_code', 'operation', 'target_key', 'state', 'http_status', 'intent_at'])
      .select(['outcome_at', 'request_id', 'reason', 'resolution'])
      .where('source_key', '=', sourceKey)
      .orderBy('journal_id')
      .execute(),
    outcome: await db
      .selectFrom('load.outcome')
      .select(['workspace_id_code', 'state', 'reason_code', 'reason', 'next_step', 'recorded_at'])
      .where('target_key', '=', sourceKey)
      .execute(),
    keptEdits: await db
      .selectFrom('load.kept_edit')
      .select(['field', 'source_value', 'former_value', 'target_value', 'kept_at'])
      .where('target_key', '=', sourceKey)
      .execute(),
    verdicts: await db
      .selectFrom('reconcile.verdict')
      .select(['target_key', 'check_name', 'field', 'verdict', 'expected', 'actual', 'evidence', 'reason_code'])
      .where((verdict) =>
        verdict.or([verdict('target_key', '=', sourceKey), verdict('target_key', 'like', `${sourceKey}#%`)]),
      )
      .orderBy('target_key')
      .orderBy('check_name')
      .orderBy('field')
      .execute(),
    dispositions: await db
      .selectFrom('reconcile.disposition')
      .select(['workspace_id_code', 'item_key', 'disposition', 'reason'])
      .where('source_key', '=', sourceKey)
      .orderBy('item_kind', 'desc')
      .orderBy('item_key')
      .execute(),
  };
}

/** What is to be in Intercom of an object, whatever kind it becomes. */
async function planOf(pool: pg.Pool, sourceKey: string): Promise<Row[]> {
  const db = warehouse(pool);
  const start = (column: string) => sql<string | null>`left(regexp_replace(${sql.ref(column)}, '\\s+', ' ', 'g'), 80)`;
  const as = (kind: string, rows: readonly Row[]) =>
    rows.map((row) => ({ kind, target_key: null, type: null, created_at: null, author: null, text: null, ...row }));
  return [
    ...as(
      'conversation',
      await db
        .selectFrom('intercom.conversation')
        .select(['target_key', 'state as type', 'created_at', 'contact_key as author', start('title').as('text')])
        .where('target_key', '=', sourceKey)
        .execute(),
    ),
    ...as(
      'part',
      await db
        .selectFrom('intercom.conversation_part')
        .select(['target_key', 'part_type as type', 'created_at', 'author_key as author', start('body').as('text')])
        .where('conversation_key', '=', sourceKey)
        .orderBy('position')
        .execute(),
    ),
    ...as(
      'tag of the conversation',
      await db
        .selectFrom('intercom.conversation_tag')
        .select(['target_key', 'tag_key as text'])
        .where('conversation_key', '=', sourceKey)
        .orderBy('target_key')
        .execute(),
    ),
    ...as(
      'contact',
      await db
        .selectFrom('intercom.contact')
        .select(['target_key', 'role as type', 'email as author', 'name as text'])
        .where('target_key', '=', sourceKey)
        .execute(),
    ),
    ...as(
      'company',
      await db
        .selectFrom('intercom.company')
        .select(['target_key', 'company_id as type', 'name as text'])
        .where('target_key', '=', sourceKey)
        .execute(),
    ),
    ...as(
      'tag',
      await db
        .selectFrom('intercom.tag')
        .select(['target_key', 'name as text'])
        .where('source_key', '=', sourceKey)
        .execute(),
    ),
    ...as(
      'custom object',
      await db
        .selectFrom('intercom.custom_object_instance')
        .select(['target_key', 'type_identifier as type', 'external_created_at as created_at', 'external_id as text'])
        .where('target_key', '=', sourceKey)
        .execute(),
    ),
    ...as(
      'collection',
      await db
        .selectFrom('intercom.collection')
        .select(['target_key', 'name as text'])
        .where('target_key', '=', sourceKey)
        .execute(),
    ),
    ...as(
      'article',
      await db
        .selectFrom('intercom.article')
        .select(['target_key', 'state as type', 'title as text'])
        .where('target_key', '=', sourceKey)
        .execute(),
    ),
  ];
}

/** Kinds of things whose key names the object that they stand for. */
const kindsOfObjects = ['conversation', 'contact', 'company', 'custom_object_instance', 'collection', 'article'];

async function sourceKeyOf(pool: pg.Pool, reference: string): Promise<string> {
  const db = warehouse(pool);
  const key =
    (await db.selectFrom('raw.head').select('source_key').where('source_key', '=', reference).executeTakeFirst())
      ?.source_key ??
    (
      await db
        .selectFrom('raw.object')
        .select('source_key')
        .where('root_class', '=', 'Ticket')
        .where(sql`payload ->> 'ref'`, '=', reference)
        .limit(1)
        .executeTakeFirst()
    )?.source_key ??
    (
      await db
        .selectFrom('load.identity')
        .select(sql<string>`split_part(target_key, '#', 1)`.as('source_key'))
        .where('target_id', '=', reference)
        .where('target_type', '=', anyOf(kindsOfObjects))
        .limit(1)
        .executeTakeFirst()
    )?.source_key ??
    (
      await db
        .selectFrom('load.identity as i')
        .innerJoin('intercom.tag as t', 't.target_key', 'i.target_key')
        .select('t.source_key')
        .where('i.target_id', '=', reference)
        .where('i.target_type', '=', 'tag')
        .limit(1)
        .executeTakeFirst()
    )?.source_key;
  if (key !== undefined) return key;
  throw new RefusedError(`Nothing is known of ${reference}.`, {
    stage: 'explain',
    nextStep: 'Name a ref (R-000123), a source key (Ticket::83) or an id in Intercom of something that was extracted.',
  });
}
