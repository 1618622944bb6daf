import type pg from 'pg';
import { RefusedError } from '../../platform/errors.ts';

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
  const rows = async (query: string): Promise<Row[]> => (await pool.query<Row>(query, [sourceKey])).rows;
  return {
    sourceKey,
    source: await rows(
      `select version_id, final_class, op, observed_at, payload ->> 'ref' as ref, payload ->> 'status' as status,
              payload ->> 'last_update' as last_update, coalesce(payload ->> 'title', payload ->> 'friendlyname') as title
       from raw.object where root_class = split_part($1, '::', 1) and source_key = $1 order by version_id`,
    ),
    plan: await rows(
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
    ),
    calls: await rows(
      `select journal_id, workspace_id_code, operation, target_key, state, http_status, intent_at, outcome_at, request_id,
              reason, resolution
       from load.journal where source_key = $1 order by journal_id`,
    ),
    outcome: await rows(
      `select workspace_id_code, state, reason_code, reason, next_step, recorded_at from load.outcome where target_key = $1`,
    ),
    keptEdits: await rows(
      `select field, source_value, former_value, target_value, kept_at from load.kept_edit where target_key = $1`,
    ),
    verdicts: await rows(
      `select target_key, check_name, field, verdict, expected, actual, evidence, reason_code
       from reconcile.verdict where target_key = $1 or target_key like $1 || '#%' order by target_key, check_name, field`,
    ),
    dispositions: await rows(
      `select workspace_id_code, item_key, disposition, reason from reconcile.disposition where source_key = $1
       order by item_kind desc, item_key`,
    ),
  };
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
