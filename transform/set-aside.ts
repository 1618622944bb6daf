import type pg from 'pg';
import { readQuery } from '../platform/query-file.ts';
import { warehouse } from '../platform/warehouse.ts';
import type { Culprit } from './culprit.ts';

/** A record that a transform went on without, and why. */
export interface SetAside {
  readonly sourceKey: string;
  /** Version of the record that is set aside. */
  readonly version: string;
  /** Object at fault: the record itself, or the one that it depends on. */
  readonly forKey: string;
  readonly reason: string;
}

const culpritsToSetAside = readQuery(import.meta.dirname, 'culprits-to-set-aside.sql');
const dependentsToSetAside = readQuery(import.meta.dirname, 'dependents-to-set-aside.sql');

/** Marks the versions that `named` lists. */
const markSql = `
  locked as (
    select h.source_key from raw.head h join named n using (source_key)
    where h.op = 'upsert' and h.version_id = n.version_id
    order by 1 for update of h
  ), marked as (
    update raw.head h set set_aside_version_id = h.version_id
    from locked l where h.source_key = l.source_key
    returning h.source_key, h.root_class, h.version_id
  ), kept as (
    insert into ops.set_aside (source_key, version_id, for_key, relation, attribute, reason, inputs_hash)
    select m.source_key, m.version_id, n.for_key, n.relation, n.attribute, n.reason, n.inputs_hash
    from marked m join named n using (source_key)
    on conflict (source_key) do update
    set (version_id, for_key, relation, attribute, reason, inputs_hash, set_aside_at) =
        (excluded.version_id, excluded.for_key, excluded.relation, excluded.attribute, excluded.reason, excluded.inputs_hash, clock_timestamp())
  ), noted as (
    insert into ops.changed_object (root_class, source_key) select root_class, source_key from marked
  )
  select count(*)::integer as count from marked`;

/**
 * Sets the culprits aside in the version that was found at fault: no view shows them from now on, and the next refresh takes their rows
 * out. A culprit that is set aside already is at fault by what names it: its links, work orders, files and history go with it.
 * Returns how many records were set aside by this.
 */
export async function setAside(
  pool: pg.Pool,
  relation: string,
  culprits: readonly Culprit[],
  inputs: string,
): Promise<number> {
  const given = culprits.map(({ key, version, message }) => ({
    source_key: key,
    version_id: version,
    message: oneLine(message),
  }));
  const { rows } = await pool.query<{ count: number }>(`with named as (${culpritsToSetAside}), ${markSql}`, [
    JSON.stringify(given),
    relation,
    inputs,
  ]);
  return rows[0]?.count ?? 0;
}

/**
 * Sets aside the tickets that depend on an object that is: without a person, organization or account they would be loaded with another
 * caller, author or company, without a link, file or work order only in part. Returns how many.
 */
export async function setDependentsAside(pool: pg.Pool, inputs: string): Promise<number> {
  if (!(await isAnythingSetAside(pool))) return 0;
  const { rows } = await pool.query<{ count: number }>(`with named as (${dependentsToSetAside}), ${markSql}`, [inputs]);
  return rows[0]?.count ?? 0;
}

/**
 * Takes back what can be tried again: iTop gave another version of the record at fault or of the one set aside, or the SQL, the mapping
 * or a setting changed since.
 */
export async function releaseSetAside(pool: pg.Pool, inputs: string): Promise<void> {
  if (!(await isAnythingSetAside(pool))) return;
  await pool.query(
    `with held as (
       select s.source_key from ops.set_aside s
       join raw.head h on h.source_key = s.source_key and h.version_id = s.version_id and h.op = 'upsert'
     ), released as (
       delete from ops.set_aside s
       where s.inputs_hash <> $1
         or s.source_key not in (select source_key from held) or s.for_key not in (select source_key from held)
       returning s.source_key
     ), locked as (
       select h.source_key from raw.head h join released r using (source_key) order by 1 for update of h
     ), unmarked as (
       update raw.head h set set_aside_version_id = null from locked l where h.source_key = l.source_key
       returning h.root_class, h.source_key
     )
     insert into ops.changed_object (root_class, source_key) select root_class, source_key from unmarked`,
    [inputs],
  );
}

/** What is set aside, the records at fault first. */
export async function readSetAside(pool: pg.Pool): Promise<SetAside[]> {
  return warehouse(pool)
    .selectFrom('ops.set_aside')
    .select(['source_key as sourceKey', 'version_id as version', 'for_key as forKey', 'reason'])
    .orderBy((is) => is('source_key', '<>', is.ref('for_key')))
    .orderBy('source_key')
    .execute();
}

async function isAnythingSetAside(pool: pg.Pool): Promise<boolean> {
  const any = await warehouse(pool).selectFrom('ops.set_aside').select('source_key').limit(1).executeTakeFirst();
  return any !== undefined;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
