import type pg from 'pg';
import { needsRebuild } from './fingerprint.ts';
import { relationsOfStage } from './materialised-relations.ts';
import { readingWhole } from './reading-whole.ts';
import type { RefreshContext } from './refresh-context.ts';

/**
 * Decides which messages of long threads stand in transcripts (rule T7). A conversation that was created keeps what was decided
 * then: what came later is a part, whatever the length.
 */
export async function decideFolds(context: RefreshContext): Promise<void> {
  await proposeIntoTemporaryTables(context);
  await keepProposals(context.client);
}

/** Fills the temporary tables `weighed_thread`, the threads looked at, and `proposed_fold`, what is proposed for them. */
async function proposeIntoTemporaryTables(context: RefreshContext): Promise<void> {
  const { client } = context;
  if (await needsRebuild(context, 'intercom.conversation_part')) {
    await client.query(
      `create temporary table weighed_thread on commit drop as select ticket_key from intermediate.ticket`,
    );
    await readingWhole(client, () =>
      client.query(
        'create temporary table proposed_fold on commit drop as select * from intermediate.thread_fold_proposal',
      ),
    );
  } else {
    await client.query(`create temporary table weighed_thread on commit drop as
      select owner_key as ticket_key from ops.stale_owner where relation = 'intercom.conversation_part'`);
    await client.query(`create temporary table proposed_fold on commit drop as
      select p.* from weighed_thread w
      cross join lateral (select * from intermediate.thread_fold_proposal where ticket_key = w.ticket_key offset 0) as p`);
  }
}

/** Keeps what is proposed for conversations that were not created yet. A ticket whose decision changed is out of date. */
async function keepProposals(client: pg.ClientBase): Promise<void> {
  await client.query(
    `with open_thread as (
       select ticket_key from proposed_fold
       union
       select ticket_key from ops.thread_fold where ticket_key in (select ticket_key from weighed_thread)
       except
       select target_key from load.identity where target_type = 'conversation'
     ), withdrawn as (
       delete from ops.thread_fold f using open_thread o
       where f.ticket_key = o.ticket_key and not exists (select from proposed_fold p where p.ticket_key = f.ticket_key)
       returning f.ticket_key
     ), decided as (
       insert into ops.thread_fold (ticket_key, item_keys)
       select p.ticket_key, p.item_keys from proposed_fold p join open_thread o on o.ticket_key = p.ticket_key
       on conflict (ticket_key) do update set item_keys = excluded.item_keys
       where thread_fold.item_keys is distinct from excluded.item_keys
       returning ticket_key
     )
     insert into ops.stale_owner (relation, owner_key)
     select relation, ticket_key
     from (table withdrawn union table decided) as changed
     cross join unnest($1::text[]) as relation
     on conflict do nothing`,
    [relationsOfStage('conversation').map(({ relation }) => relation)],
  );
}
