import type pg from 'pg';

const schemas = ['raw', 'intermediate', 'intercom', 'load', 'reconcile', 'ops'];

/**
 * Analyzes each table of the warehouse that was never analyzed or has grown by a tenth since. A stage calls it after it filled
 * tables: until then the planner takes them for empty, and a view over them can take minutes instead of a second. Autovacuum comes
 * a minute later at best, and not at all where a server has it switched off.
 *
 * A table that another process analyzes at this moment is left to it.
 */
export async function analyzeGrownTables(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ tables: string | null }>(
    `select string_agg(distinct coalesce(pg_partition_root(c.oid), c.oid::regclass)::text, ', ') as tables
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any ($1) and c.relkind = 'r'
       and pg_relation_size(c.oid) > 0
       and (c.reltuples < 0 or pg_relation_size(c.oid) > 1.1 * c.relpages * current_setting('block_size')::bigint)`,
    [schemas],
  );
  const tables = rows[0]?.tables ?? null;
  if (tables !== null) await pool.query(`analyze (skip_locked) ${tables}`);
}
