import { createHash } from 'node:crypto';
import type pg from 'pg';
import { finishTable, recreateViews, transformLock } from './apply-views.ts';
import { closureOf, hashOf, type MaterialisedRelation, materialisedRelations, type ViewFile } from './view-files.ts';

/** What became of one materialised relation, and why. */
export interface Refresh {
  readonly relation: string;
  readonly kind: 'full' | 'incremental' | 'unchanged';
  readonly reason: string;
  readonly owners: number;
}

/**
 * Refreshes the materialised relations for the objects in `ops.changed_object`, and consumes that set.
 *
 * One repeatable-read transaction sees one state of raw: what lands meanwhile stays in the set for the next transform.
 * A relation whose SQL or settings changed is built anew beside the live one and swapped.
 */
export async function refreshMaterialised(pool: pg.Pool, files: readonly ViewFile[]): Promise<Refresh[]> {
  const client = await pool.connect();
  try {
    // The lock comes before the snapshot, so that a second transform sees what the first one did.
    await client.query('select pg_advisory_lock($1)', [transformLock]);
    await client.query('begin isolation level repeatable read');
    const refreshes: Refresh[] = [];
    for (const relation of materialisedRelations) refreshes.push(await refreshOne(client, relation, files));
    await client.query('delete from ops.changed_object');
    await client.query('commit');
    return refreshes;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [transformLock]);
    client.release();
  }
}

async function refreshOne(
  client: pg.ClientBase,
  materialised: MaterialisedRelation,
  files: readonly ViewFile[],
): Promise<Refresh> {
  const { relation, definition, owner } = materialised;
  const fingerprint = await fingerprintOf(client, definition, files);
  const built = await client.query<{ fingerprint: string }>(
    'select fingerprint from ops.materialised where relation = $1',
    [relation],
  );
  if (built.rows[0]?.fingerprint !== fingerprint) {
    const reason = built.rows.length === 0 ? 'first build' : 'its SQL or a setting it reads changed';
    const owners = await buildAnew(client, materialised, files);
    await client.query(
      `insert into ops.materialised (relation, fingerprint) values ($1, $2)
       on conflict (relation) do update set fingerprint = excluded.fingerprint, refreshed_at = clock_timestamp()`,
      [relation, fingerprint],
    );
    return { relation, kind: 'full', reason, owners };
  }
  const changed = await client.query<{ keys: string[] }>(
    `select coalesce(array_agg(distinct source_key), '{}') as keys from ops.changed_object where root_class = $1`,
    [materialised.rootClass],
  );
  const keys = changed.rows[0]?.keys ?? [];
  if (keys.length === 0) return { relation, kind: 'unchanged', reason: 'no object changed', owners: 0 };
  await client.query(`delete from ${relation} where ${owner} = any ($1)`, [keys]);
  await client.query(`insert into ${relation} select * from ${definition} where ${owner} = any ($1)`, [keys]);
  return { relation, kind: 'incremental', reason: `${keys.length} objects changed`, owners: keys.length };
}

async function buildAnew(
  client: pg.ClientBase,
  materialised: MaterialisedRelation,
  files: readonly ViewFile[],
): Promise<number> {
  const { relation, definition, owner } = materialised;
  const [schema, name] = relation.split('.') as [string, string];
  await client.query(`create table ${relation}__next as table ${definition}`);
  const counted = await client.query<{ owners: number }>(
    `select count(distinct ${owner})::integer as owners from ${relation}__next`,
  );
  await client.query(`drop table ${schema}.${name} cascade`);
  await client.query(`alter table ${relation}__next rename to ${name}`);
  await finishTable(client, relation, materialised);
  await client.query(`analyze ${relation}`);
  await recreateViews(client, files);
  return counted.rows[0]?.owners ?? 0;
}

async function fingerprintOf(client: pg.ClientBase, definition: string, files: readonly ViewFile[]): Promise<string> {
  const read = closureOf(definition, files);
  const zone = await client.query<{ value: string }>(`select value from ops.setting where name = 'itop.timezone'`);
  return createHash('sha256')
    .update(hashOf(files.filter((file) => read.has(file.name))))
    .update(zone.rows[0]?.value ?? '')
    .digest('hex');
}
