import { sql } from 'kysely';
import type pg from 'pg';
import { RefusedError } from '../../platform/errors.ts';
import { warehouse } from '../../platform/warehouse.ts';

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
  const { rows } = await pool.query<{
    kind: string;
    target_key: string;
    type: string | null;
    created_at: Date | null;
    author: string | null;
    text: string | null;
  }>(
    `select 'conversation' as kind, target_key, state as type, created_at, contact_key as author, left(title, 80) as text
     from intercom.conversation where target_key = $1
     union all
     (select 'part', target_key, part_type, created_at, author_key, left(regexp_replace(body, '\\s+', ' ', 'g'), 80)
      from intercom.conversation_part where conversation_key = $1 order by position)
     union all
     select 'contact', target_key, role, null, email, name from intercom.contact where target_key = $1
     union all
     select 'company', target_key, company_id, null, null, name from intercom.company where target_key = $1
     union all
     select 'custom object', target_key, type_identifier, external_created_at, null, external_id
     from intercom.custom_object_instance where target_key = $1
     union all
     select 'article', target_key, state, null, null, title from intercom.article where target_key = $1`,
    [sourceKey],
  );
  return rows;
}

async function sourceKeyOf(pool: pg.Pool, reference: string): Promise<string> {
  const found = await pool.query<{ source_key: string }>(
    `select source_key from raw.head where source_key = $1
     union all
     select source_key from raw.object where root_class = 'Ticket' and payload ->> 'ref' = $1
     union all
     select split_part(target_key, '#', 1) from load.identity where target_id = $1 and target_type in ('conversation', 'contact', 'company', 'article')
     limit 1`,
    [reference],
  );
  const key = found.rows[0]?.source_key;
  if (key !== undefined) return key;
  throw new RefusedError(`Nothing is known of ${reference}.`, {
    stage: 'explain',
    nextStep: 'Name a ref (R-000123), a source key (Ticket::83) or an id in Intercom of something that was extracted.',
  });
}
