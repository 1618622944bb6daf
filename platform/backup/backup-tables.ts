import type pg from 'pg';

/** A table of the backup, with the columns that are stored: computed ones are computed again. */
export interface BackupTable {
  /** `schema.name`. */
  readonly name: string;
  readonly columns: readonly string[];
}

/** What the stages make again from what is kept, or what would lie about a database that holds something else. */
const leftOut = new Set([
  'ops.materialised', // says what the derived relations were built from
  'ops.view_set', // says which views are there
  'ops.rendered_body', // rendered again from the source
  'ops.stale_owner', // what the next transform must build: all of it
  'reconcile.log_entry_fact', // planned again by a transform
  'reconcile.value_finding', // found again by a transform
  'reconcile.verdict_tally', // counted again as verdicts come in
  'load.claim', // of processes that are gone
  'load.rate_window', // of ten seconds
]);

/** What only iTop can give again: with it a backup holds the whole warehouse but the files' bytes. */
const rawTables = new Set([
  'raw.object',
  'raw.head',
  'raw.landed_offset',
  'raw.dead_letter',
  'raw.blob_source',
  'raw.absent_file',
  'ops.changed_object',
]);

/** The state tables that are backed up, each after those it refers to. */
export async function backupTables(client: pg.ClientBase, withRaw: boolean): Promise<BackupTable[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; refers_to: string[] }>(
    `select c.relnamespace::regnamespace::text || '.' || c.relname as name,
            array_agg(a.attname::text order by a.attnum) as columns,
            coalesce((select array_agg(r.relnamespace::regnamespace::text || '.' || r.relname)
                      from pg_constraint k join pg_class r on r.oid = k.confrelid
                      where k.conrelid = c.oid and k.contype = 'f'), '{}') as refers_to
     from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relkind in ('r', 'p') and not c.relispartition
       and c.relnamespace::regnamespace::text in ('ops', 'load', 'reconcile', 'raw')
       and not exists (select from ops.materialised m where m.relation = c.relnamespace::regnamespace::text || '.' || c.relname)
     group by c.oid order by 1`,
  );
  const wanted = rows.filter(
    (row) => !leftOut.has(row.name) && (withRaw || !(row.name.startsWith('raw.') || rawTables.has(row.name))),
  );
  const ordered: BackupTable[] = [];
  const waiting = new Map(wanted.map((row) => [row.name, row]));
  while (waiting.size > 0) {
    const free = [...waiting.values()].filter((row) =>
      row.refers_to.every((name) => name === row.name || !waiting.has(name)),
    );
    if (free.length === 0)
      throw new Error(`The tables refer to each other in a circle: ${[...waiting.keys()].join(', ')}`);
    for (const row of free) {
      ordered.push({ name: row.name, columns: row.columns });
      waiting.delete(row.name);
    }
  }
  return ordered;
}

/** The names of tables and columns as SQL takes them. */
export function quoted(name: string): string {
  return name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
}
