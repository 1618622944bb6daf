import { createHash } from 'node:crypto';
import type pg from 'pg';
import { longestPauseSeconds } from '../platform/database.ts';
import { clockTimestamp, warehouse } from '../platform/warehouse.ts';
import { transformLock } from './apply-views.ts';
import { findCulprits, isAboutData, NotComputable } from './find-culprits.ts';
import { createIndexes, dropIndexes } from './materialised-indexes.ts';
import { definitionNameOf, type MaterialisedRelation, materialisedRelations } from './materialised-relations.ts';
import { closureOf, hashOf, type ViewFile } from './view-files.ts';

/** What became of one materialised relation, and why. */
export interface Refresh {
  readonly relation: string;
  readonly kind: 'full' | 'incremental' | 'unchanged';
  readonly reason: string;
  /** Tickets, or rows where a relation has no owner, that were written. */
  readonly written: number;
  /** Time it took, the build of the relation alone. */
  readonly seconds: number;
}

type Refreshed = Omit<Refresh, 'seconds'>;

/** What the refresh of a set of relations works with. */
interface RefreshContext {
  readonly client: pg.ClientBase;
  readonly files: readonly ViewFile[];
  /** Hash of the mapping and the settings that views read. */
  readonly inputs: string;
}

/**
 * First half of a transform: people and messages, for the objects in `ops.changed_object`, which is consumed.
 *
 * One repeatable-read transaction sees one state of raw: what lands meanwhile stays in the set for the next transform. The tickets
 * whose threads and conversations are out of date now are left in `ops.stale_owner` for the second half. Throws NotComputable.
 */
export function refreshSources(pool: pg.Pool, files: readonly ViewFile[]): Promise<Refresh[]> {
  return inSnapshot(pool, files, async (context) => {
    const { client } = context;
    await rememberLoadedContacts(client);
    await client.query(`create temporary table changed_key on commit drop as
      select distinct source_key as key, root_class from ops.changed_object`);
    await client.query('analyze changed_key');
    // A first build reads everything: no ticket need be named.
    if (!(await areAllBuiltAnew(context, relationsOf('source')))) await markTracedTickets(client);
    const refreshes: Refresh[] = [];
    for (const relation of relationsOf('source')) refreshes.push(await refresh(context, relation));
    if (!(await areAllBuiltAnew(context, relationsOf('thread', 'conversation')))) await markConversations(client);
    await warehouse(client).deleteFrom('ops.changed_object').execute();
    return refreshes;
  });
}

/** Whether the bodies of all conversations are read by the next second half, and not only those of the tickets in `ops.stale_owner`. */
export function areConversationsBuiltAnew(pool: pg.Pool, files: readonly ViewFile[]): Promise<boolean> {
  return inSnapshot(pool, files, (context) => isBuiltAnew(context, 'intercom.conversation_part'));
}

/** Second half: threads and what shows bodies, for the tickets in `ops.stale_owner`. Needs every body to be rendered. Throws NotComputable. */
export function refreshConversations(pool: pg.Pool, files: readonly ViewFile[]): Promise<Refresh[]> {
  return inSnapshot(pool, files, async (context) => {
    const refreshes: Refresh[] = [];
    for (const relation of relationsOf('thread')) refreshes.push(await refresh(context, relation));
    await proposeFolds(context);
    for (const relation of relationsOf('conversation')) refreshes.push(await refresh(context, relation));
    return refreshes;
  });
}

const relationsOf = (...stages: readonly MaterialisedRelation['stage'][]): MaterialisedRelation[] =>
  materialisedRelations.filter(({ stage }) => stages.includes(stage));

/**
 * Keeps which contact each person became, as the last transform decided it and a load carried it out. A contact that a rollback took
 * away is forgotten: its persons are decided like new ones.
 */
async function rememberLoadedContacts(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ is_built: boolean }>(
    `select to_regclass('intermediate.contact_decision') is not null and to_regclass('intercom.contact') is not null as is_built`,
  );
  if (rows[0]?.is_built !== true) return;
  await client.query(
    `with loaded as (
       select distinct target_key from load.identity where target_type = 'contact'
     ), forgotten as (
       delete from ops.contact_group where contact_key not in (select target_key from loaded) returning person_key
     )
     insert into ops.changed_object (root_class, source_key) select 'Contact', person_key from forgotten`,
  );
  await client.query(
    `insert into ops.contact_group (person_key, contact_key, email_address)
     select d.person_key, d.survivor_key, c.email
     from intermediate.contact_decision d
     join (select distinct target_key from load.identity where target_type = 'contact') i on i.target_key = d.survivor_key
     left join intercom.contact c on c.target_key = d.person_key
     where d.is_loaded
     on conflict (person_key) do update set email_address = excluded.email_address
     where excluded.email_address is not null and contact_group.email_address is distinct from excluded.email_address`,
  );
}

/** Tickets that changed, and those that a changed link, file, work order or history row names, are out of date. */
async function markTracedTickets(client: pg.ClientBase): Promise<void> {
  await client.query(`create temporary table changed_ticket on commit drop as
    select key as ticket_key from changed_key where root_class = 'Ticket'
    union
    select t.ticket_key
    from changed_key c
    cross join lateral (
      select ticket_key from staging.traced_ticket where changed_key = c.key and root_class = c.root_class offset 0
    ) as t
    where t.ticket_key is not null`);
  await client.query(
    `insert into ops.stale_owner (relation, owner_key)
     select relation, ticket_key from changed_ticket cross join unnest($1::text[]) as relation
     on conflict do nothing`,
    [materialisedRelations.filter(({ owner }) => owner !== undefined).map(({ relation }) => relation)],
  );
}

/**
 * Decides which messages of long threads are told in transcripts (rule T7). A conversation that was created keeps what was decided
 * then: what came later is a part, whatever the length.
 */
async function proposeFolds(context: RefreshContext): Promise<void> {
  const { client } = context;
  const relations = relationsOf('conversation').map(({ relation }) => relation);
  if (await isBuiltAnew(context, 'intercom.conversation_part')) {
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
    [relations],
  );
}

async function inSnapshot<T>(
  pool: pg.Pool,
  files: readonly ViewFile[],
  work: (context: RefreshContext) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const lose = (error: Error): void => {
    broken = error;
  };
  client.on('error', lose);
  try {
    // The lock comes before the snapshot, so that a second transform sees what the first one did.
    await client.query('select pg_advisory_lock($1)', [transformLock]);
    // The tables that are built again are locked: a process that is stopped here must not hold up who reads them.
    await client.query(
      `begin isolation level repeatable read; set local idle_in_transaction_session_timeout = '${longestPauseSeconds}s'`,
    );
    const result = await work({ client, files, inputs: await hashOfInputs(client) });
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(lose);
    throw error;
  } finally {
    // Of a connection that is lost the server takes back the lock too.
    await client.query('select pg_advisory_unlock($1)', [transformLock]).catch(lose);
    client.removeListener('error', lose);
    client.release(broken);
  }
}

async function refresh(context: RefreshContext, materialised: MaterialisedRelation): Promise<Refresh> {
  const startedAt = performance.now();
  const { client } = context;
  await client.query('savepoint relation');
  const refreshed = await bringUpToDate(context, materialised).catch(async (error: unknown) => {
    if (!isAboutData(error)) throw error;
    await client.query('rollback to savepoint relation');
    throw new NotComputable(materialised.relation, await findCulprits(client, materialised), error);
  });
  await client.query('release savepoint relation');
  return { ...refreshed, seconds: (performance.now() - startedAt) / 1_000 };
}

async function bringUpToDate(context: RefreshContext, materialised: MaterialisedRelation): Promise<Refreshed> {
  const { client } = context;
  const { relation, owner, objects } = materialised;
  const fingerprint = fingerprintOf(context, relation);
  const built = await builtFingerprint(client, relation);
  if (built !== fingerprint) {
    const reason = built === undefined ? 'first build' : 'its SQL, the mapping or a setting changed';
    const written = await buildAnew(client, materialised);
    await warehouse(client)
      .insertInto('ops.materialised')
      .values({ relation, fingerprint })
      .onConflict((conflict) =>
        conflict.column('relation').doUpdateSet((excluded) => ({
          fingerprint: excluded.ref('excluded.fingerprint'),
          refreshed_at: clockTimestamp,
        })),
      )
      .execute();
    return { relation, kind: 'full', reason, written };
  }
  const causes = await changedAmong(client, materialised);
  if (causes.length > 0) return compareWhole(client, materialised, causes);
  if (owner !== undefined) return refreshOwners(client, materialised, owner);
  if (objects !== undefined) return refreshObjects(client, materialised, objects);
  return { relation, kind: 'unchanged', reason: 'nothing it reads changed', written: 0 };
}

/** Hash of what decides about the rows of a relation beside the objects: the SQL it reads, the mapping, the settings. */
function fingerprintOf({ files, inputs }: RefreshContext, relation: string): string {
  const read = closureOf(`${relation}_definition`, files);
  return createHash('sha256')
    .update(hashOf(files.filter((file) => read.has(file.name))))
    .update(inputs)
    .digest('hex');
}

async function builtFingerprint(client: pg.ClientBase, relation: string): Promise<string | undefined> {
  const rows = await warehouse(client)
    .selectFrom('ops.materialised')
    .select('fingerprint')
    .where('relation', '=', relation)
    .execute();
  return rows[0]?.fingerprint;
}

async function isBuiltAnew(context: RefreshContext, relation: string): Promise<boolean> {
  return (await builtFingerprint(context.client, relation)) !== fingerprintOf(context, relation);
}

/** Whether none of the relations holds rows that go on: one whose SQL stayed the same goes on beside others that are built again. */
async function areAllBuiltAnew(context: RefreshContext, relations: readonly MaterialisedRelation[]): Promise<boolean> {
  for (const { relation } of relations) if (!(await isBuiltAnew(context, relation))) return false;
  return true;
}

/** Which of the classes and relations that a relation is compared on have changed. */
async function changedAmong(client: pg.ClientBase, { comparedOn }: MaterialisedRelation): Promise<string[]> {
  if (comparedOn.length === 0) return [];
  const { rows } = await client.query<{ root_class: string }>(
    'select distinct root_class from changed_key where root_class = any ($1) order by 1',
    [comparedOn],
  );
  return rows.map((row) => row.root_class);
}

/**
 * Builds a relation from nothing. Readers wait for the end of the transaction: rows and indexes are written once, in order, which
 * takes half the time of filling a table that is indexed, and leaves no dead rows behind.
 */
async function buildAnew(client: pg.ClientBase, materialised: MaterialisedRelation): Promise<number> {
  const { relation } = materialised;
  await client.query(`truncate ${relation}`);
  await dropIndexes(client, materialised);
  const inserted = await readingWhole(client, () =>
    client.query(`insert into ${relation} select * from ${definitionNameOf(materialised)}`),
  );
  await createIndexes(client, materialised);
  await client.query(`analyze ${relation}`);
  await warehouse(client).deleteFrom('ops.stale_owner').where('relation', '=', relation).execute();
  return inserted.rowCount ?? 0;
}

/**
 * Runs a statement that reads whole relations. How many rows a JSON payload explodes into is a guess to the planner, and a nested
 * loop chosen on a low guess turned seconds into an hour; where only a loop is possible (lateral functions) it still loops.
 */
async function readingWhole<T>(client: pg.ClientBase, run: () => Promise<T>): Promise<T> {
  await client.query('set local enable_nestloop = off');
  await client.query('set local enable_memoize = off');
  await client.query(`set local work_mem = '64MB'`);
  const result = await run();
  await client.query('set local enable_nestloop = on');
  await client.query('set local enable_memoize = on');
  return result;
}

/**
 * Refreshes a relation as a whole, touching only rows that differ. The tickets that they name become out of date, also by a row that
 * is gone; of a relation without owner the keys count as changed themselves, of one for relations only the relation does.
 */
async function compareWhole(
  client: pg.ClientBase,
  materialised: MaterialisedRelation,
  causes: readonly string[],
): Promise<Refreshed> {
  const { relation, primaryKey, owner, isForRelations = false } = materialised;
  const marked = isForRelations ? `'${relation}'` : (owner ?? primaryKey);
  await readingWhole(client, () =>
    client.query(`create temporary table computed on commit drop as select * from ${definitionNameOf(materialised)}`),
  );
  const { rows } = await client.query<{ count: number }>(
    `with gone as (
       delete from ${relation} old using (table ${relation} except table computed) as differing
       where old.${primaryKey} = differing.${primaryKey} returning old.*
     ), differing as (
       table gone union all (table computed except table ${relation})
     ), noted as (
       insert into changed_key (key, root_class) select distinct ${marked}, $1 from differing
     )
     select count(distinct ${primaryKey})::integer as count from differing`,
    [owner === undefined ? relation : 'Ticket'],
  );
  await client.query(
    `insert into ${relation} select c.* from computed c where not exists (select from ${relation} r where r.${primaryKey} = c.${primaryKey})`,
  );
  await client.query('drop table computed');
  await warehouse(client).deleteFrom('ops.stale_owner').where('relation', '=', relation).execute();
  const count = rows[0]?.count ?? 0;
  const reason = `compared as a whole, because of ${causes.join(', ')}`;
  return { relation, kind: count === 0 ? 'unchanged' : 'incremental', reason, written: count };
}

async function refreshOwners(
  client: pg.ClientBase,
  materialised: MaterialisedRelation,
  owner: string,
): Promise<Refreshed> {
  const { relation } = materialised;
  const stale = await warehouse(client)
    .deleteFrom('ops.stale_owner')
    .where('relation', '=', relation)
    .returning('owner_key')
    .execute();
  const keys = stale.map((row) => row.owner_key);
  if (keys.length === 0) return { relation, kind: 'unchanged', reason: 'no ticket changed', written: 0 };
  await replaceRows(client, materialised, owner, keys);
  return { relation, kind: 'incremental', reason: `${keys.length} tickets changed`, written: keys.length };
}

/** Refreshes the rows of the objects that changed: what a row tells stands in its object alone. */
async function refreshObjects(
  client: pg.ClientBase,
  materialised: MaterialisedRelation,
  rootClasses: readonly string[],
): Promise<Refreshed> {
  const { relation, primaryKey } = materialised;
  const { rows } = await client.query<{ keys: string[] }>(
    `select coalesce(array_agg(key), '{}') as keys from changed_key where root_class = any ($1)`,
    [rootClasses],
  );
  const keys = rows[0]?.keys ?? [];
  if (keys.length === 0) return { relation, kind: 'unchanged', reason: 'nothing it reads changed', written: 0 };
  await replaceRows(client, materialised, primaryKey, keys);
  return { relation, kind: 'incremental', reason: `${keys.length} objects changed`, written: keys.length };
}

/** Computes the rows of some keys again. */
async function replaceRows(
  client: pg.ClientBase,
  materialised: MaterialisedRelation,
  column: string,
  keys: readonly string[],
): Promise<void> {
  const { relation } = materialised;
  await client.query(`delete from ${relation} where ${column} = any ($1)`, [keys]);
  // "offset 0" keeps the inner query whole, so that the key reaches every view below it.
  await client.query(
    `insert into ${relation} select d.* from unnest($1::text[]) as k (key)
     cross join lateral (select * from ${definitionNameOf(materialised)} where ${column} = k.key offset 0) as d`,
    [keys],
  );
}

/** More objects than these are cheaper to join with all edges than to look up one by one. */
const lookUpLimit = 5_000;

/** Leaves for the second half every ticket that depends on something that changed. */
async function markConversations(client: pg.ClientBase): Promise<void> {
  await client.query('analyze changed_key');
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::integer as count from changed_key where root_class <> 'Ticket'`,
  );
  const depending =
    (rows[0]?.count ?? 0) > lookUpLimit
      ? `select e.ticket_key from intermediate.dependency_edge e join changed_key c on c.key = e.changed_key`
      : `select e.ticket_key from changed_key c
         cross join lateral (select ticket_key from intermediate.dependency_edge where changed_key = c.key offset 0) as e
         where c.root_class <> 'Ticket'`;
  await client.query(
    `insert into ops.stale_owner (relation, owner_key)
     select relation, ticket_key
     from unnest($1::text[]) as relation
     cross join (select key as ticket_key from changed_key where root_class = 'Ticket' union ${depending}) as stale
     on conflict do nothing`,
    [relationsOf('thread', 'conversation').map(({ relation }) => relation)],
  );
  for (const { relation, isOfAnyLog = false } of materialisedRelations)
    if (isOfAnyLog) await markLogs(client, relation);
}

/** Any object may hold a log; what becomes of a work order's hangs on its ticket. Keys of relations, whose names have a dot, are of none. */
async function markLogs(client: pg.ClientBase, relation: string): Promise<void> {
  await client.query(
    `insert into ops.stale_owner (relation, owner_key)
     select $1, key from changed_key where root_class <> 'Ticket' and root_class not like '%.%'
     union
     select s.relation, w.work_order_key
     from ops.stale_owner s join intermediate.work_order w on w.ticket_key = s.owner_key
     where s.relation = $1
     on conflict do nothing`,
    [relation],
  );
}

/** Hash of everything beside the objects that decides about rows: all SQL, the mapping, the settings. */
export async function hashOfAllInputs(pool: pg.Pool, files: readonly ViewFile[]): Promise<string> {
  return createHash('sha256')
    .update(hashOf(files))
    .update(await hashOfInputs(pool))
    .digest('hex');
}

async function hashOfInputs(client: pg.ClientBase | pg.Pool): Promise<string> {
  const { rows } = await client.query<{ text: string }>(
    `select string_agg(line, e'\\n' order by line) as text from (
       select 'setting ' || s::text as line from ops.setting s
       union all select 'mapping ' || ops.mapping_fingerprint()
       union all select 'tag ' || jsonb_build_array(class, attribute, code, label)::text from staging.tag
       union all select 'question ' || jsonb_build_array(template_id, code, label, position)::text from staging.form_question) as input`,
  );
  return rows[0]?.text ?? '';
}
