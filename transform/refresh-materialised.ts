import { createHash } from 'node:crypto';
import type pg from 'pg';
import { transformLock } from './apply-views.ts';
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
 * whose conversations are out of date now are left in `ops.stale_owner` for the second half.
 */
export function refreshSources(pool: pg.Pool, files: readonly ViewFile[]): Promise<Refresh[]> {
  return inSnapshot(pool, files, async (context) => {
    const { client } = context;
    await client.query(`create temporary table changed_key on commit drop as
      select distinct source_key as key, root_class from ops.changed_object`);
    await client.query(
      `insert into ops.stale_owner (relation, owner_key)
      select relation, key from unnest($1::text[]) as relation cross join changed_key where root_class = 'Ticket'
      on conflict do nothing`,
      [materialisedRelations.filter((r) => !r.needsRenderedBodies && r.owner !== undefined).map((r) => r.relation)],
    );
    const refreshes: Refresh[] = [];
    for (const relation of materialisedRelations.filter((r) => !r.needsRenderedBodies)) {
      refreshes.push(await refresh(context, relation));
    }
    await markConversations(client);
    await client.query('delete from ops.changed_object');
    return refreshes;
  });
}

/** Second half: the relations that show bodies, for the tickets in `ops.stale_owner`. Needs every body to be rendered. */
export function refreshConversations(pool: pg.Pool, files: readonly ViewFile[]): Promise<Refresh[]> {
  return inSnapshot(pool, files, async (context) => {
    await proposeFolds(context.client);
    const refreshes: Refresh[] = [];
    for (const relation of materialisedRelations.filter((r) => r.needsRenderedBodies)) {
      refreshes.push(await refresh(context, relation));
    }
    return refreshes;
  });
}

/**
 * Decides which messages of long threads are told in transcripts (rule T7). A conversation that was created keeps what was decided
 * then: what came later is a part, whatever the length.
 */
async function proposeFolds(client: pg.ClientBase): Promise<void> {
  await client.query('set local enable_nestloop = off');
  await client.query(
    `create temporary table proposed_fold on commit drop as
     select * from intermediate.thread_fold_proposal`,
  );
  await client.query('set local enable_nestloop = on');
  await client.query(
    `with open_thread as (
       select ticket_key from proposed_fold union select ticket_key from ops.thread_fold
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
    [materialisedRelations.filter((r) => r.needsRenderedBodies).map((r) => r.relation)],
  );
}

async function inSnapshot<T>(
  pool: pg.Pool,
  files: readonly ViewFile[],
  work: (context: RefreshContext) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    // The lock comes before the snapshot, so that a second transform sees what the first one did.
    await client.query('select pg_advisory_lock($1)', [transformLock]);
    try {
      await client.query('begin isolation level repeatable read');
      const result = await work({ client, files, inputs: await hashOfInputs(client) });
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      await client.query('select pg_advisory_unlock($1)', [transformLock]);
    }
  } finally {
    client.release();
  }
}

async function refresh(context: RefreshContext, materialised: MaterialisedRelation): Promise<Refresh> {
  const startedAt = performance.now();
  const refreshed = await bringUpToDate(context, materialised);
  return { ...refreshed, seconds: (performance.now() - startedAt) / 1_000 };
}

async function bringUpToDate(context: RefreshContext, materialised: MaterialisedRelation): Promise<Refreshed> {
  const { client, files, inputs } = context;
  const { relation, owner } = materialised;
  const definition = definitionNameOf(materialised);
  const read = closureOf(definition, files);
  const fingerprint = createHash('sha256')
    .update(hashOf(files.filter((file) => read.has(file.name))))
    .update(inputs)
    .digest('hex');
  const built = await client.query<{ fingerprint: string }>(
    'select fingerprint from ops.materialised where relation = $1',
    [relation],
  );
  if (built.rows[0]?.fingerprint !== fingerprint) {
    const reason = built.rows.length === 0 ? 'first build' : 'its SQL, the mapping or a setting changed';
    const written = await buildAnew(client, materialised, definition);
    await client.query(
      `insert into ops.materialised (relation, fingerprint) values ($1, $2)
       on conflict (relation) do update set fingerprint = excluded.fingerprint, refreshed_at = clock_timestamp()`,
      [relation, fingerprint],
    );
    return { relation, kind: 'full', reason, written };
  }
  return owner === undefined
    ? compareWhole(client, materialised, definition)
    : refreshOwners(client, materialised, definition);
}

async function buildAnew(
  client: pg.ClientBase,
  { relation }: MaterialisedRelation,
  definition: string,
): Promise<number> {
  await client.query(`delete from ${relation}`);
  // A full build reads whole relations. How many rows a JSON payload explodes into is a guess to the planner, and a nested
  // loop chosen on a low guess turned seconds into an hour; where only a loop is possible (lateral functions) it still loops.
  await client.query(`set local enable_nestloop = off`);
  await client.query(`set local work_mem = '64MB'`);
  const inserted = await client.query(`insert into ${relation} select * from ${definition}`);
  await client.query(`set local enable_nestloop = on`);
  await client.query(`analyze ${relation}`);
  await client.query('delete from ops.stale_owner where relation = $1', [relation]);
  return inserted.rowCount ?? 0;
}

/**
 * Refreshes a relation as a whole, touching only rows that differ. Their keys count as changed, or the tickets that they name:
 * a row that is gone still marks the conversation it was told in.
 */
async function compareWhole(
  client: pg.ClientBase,
  { relation, primaryKey, marksTicket }: MaterialisedRelation,
  definition: string,
): Promise<Refreshed> {
  const marked = marksTicket ?? primaryKey;
  const changed = await client.query(`select from changed_key limit 1`);
  if (changed.rowCount === 0) return { relation, kind: 'unchanged', reason: 'no object changed', written: 0 };
  await client.query(`create temporary table computed on commit drop as select * from ${definition}`);
  const written = await client.query(
    `with gone as (
       delete from ${relation} old using (table ${relation} except table computed) as differing
       where old.${primaryKey} = differing.${primaryKey} returning old.${marked} as key
     )
     insert into changed_key (key, root_class)
     select key, $1 from gone
     union
     select ${marked}, $1 from (table computed except table ${relation}) as added`,
    [marksTicket === undefined ? 'derived' : 'Ticket'],
  );
  await client.query(
    `insert into ${relation} select c.* from computed c where not exists (select from ${relation} r where r.${primaryKey} = c.${primaryKey})`,
  );
  await client.query('drop table computed');
  const count = written.rowCount ?? 0;
  return { relation, kind: count === 0 ? 'unchanged' : 'incremental', reason: 'compared as a whole', written: count };
}

async function refreshOwners(
  client: pg.ClientBase,
  { relation, owner }: MaterialisedRelation,
  definition: string,
): Promise<Refreshed> {
  const stale = await client.query<{ owner_key: string }>(
    'delete from ops.stale_owner where relation = $1 returning owner_key',
    [relation],
  );
  const keys = stale.rows.map((row) => row.owner_key);
  if (keys.length === 0) return { relation, kind: 'unchanged', reason: 'no ticket changed', written: 0 };
  await client.query(`delete from ${relation} where ${owner} = any ($1)`, [keys]);
  // "offset 0" keeps the inner query whole, so that the owner's key reaches every view below it.
  await client.query(
    `insert into ${relation} select d.* from unnest($1::text[]) as k (key)
     cross join lateral (select * from ${definition} where ${owner} = k.key offset 0) as d`,
    [keys],
  );
  return { relation, kind: 'incremental', reason: `${keys.length} tickets changed`, written: keys.length };
}

/** Leaves for the second half every ticket that changed or that depends on something that changed. */
async function markConversations(client: pg.ClientBase): Promise<void> {
  await client.query('analyze changed_key');
  const relations = materialisedRelations.filter((r) => r.needsRenderedBodies).map((r) => r.relation);
  await client.query(
    `insert into ops.stale_owner (relation, owner_key)
     select relation, ticket_key
     from unnest($1::text[]) as relation
     cross join (
       select key as ticket_key from changed_key where root_class = 'Ticket'
       union
       select e.ticket_key from intermediate.dependency_edge e join changed_key c on c.key = e.changed_key
     ) as stale
     on conflict do nothing`,
    [relations],
  );
}

async function hashOfInputs(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ text: string }>(
    `select string_agg(line, e'\\n' order by line) as text from (
       select 'setting ' || s::text as line from ops.setting s
       union all select 'mapping ' || ops.mapping_fingerprint()) as input`,
  );
  return rows[0]?.text ?? '';
}
