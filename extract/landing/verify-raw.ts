import { sql } from 'kysely';
import type pg from 'pg';
import { type Verdict, writeVerdicts } from '../../platform/verdict-writer.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { hashOfStored } from './prepare-record.ts';

/** Objects a page: each may be large. */
const pageSize = 200;
const check = 'raw is what was landed';

interface StoredRow {
  readonly source_key: string;
  readonly root_class: string;
  readonly final_class: string | null;
  readonly payload: unknown;
  readonly landed_hash: string;
}

/**
 * Hashes the latest version of every object again and holds it against the hash it landed with: a payload that somebody changed
 * in the database, or a version that is gone, is a failed verdict of the phase `staging`; one passed verdict counts all others.
 * Reads the whole of raw, a page at a time.
 */
export async function verifyRaw(
  pool: pg.Pool,
  { workspaceIdCode, runId }: { readonly workspaceIdCode: string; readonly runId: string },
): Promise<void> {
  const base = { workspaceIdCode, runId, phase: 'staging', check, evidence: 'query' } as const;
  const failed: string[] = [];
  let checked = 0;
  for await (const page of latestVersions(pool)) {
    const altered = page.flatMap((row): Verdict[] => {
      const actual = row.final_class === null ? null : hashOfStored(row.final_class, row.root_class, row.payload);
      if (actual === row.landed_hash) return [];
      const reasonCode = actual === null ? 'version_is_gone' : 'payload_was_changed';
      const { source_key: targetKey, landed_hash: expected } = row;
      return [{ ...base, objectType: 'record', targetKey, expected, actual, verdict: 'failed', reasonCode }];
    });
    await writeVerdicts(pool, altered);
    failed.push(...altered.map(({ targetKey }) => targetKey));
    checked += page.length;
  }
  await warehouse(pool)
    .deleteFrom('reconcile.verdict')
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('phase', '=', 'staging')
    .where('check_name', '=', check)
    .where('target_key', '<>', sql<string>`all (${failed})`)
    .execute();
  if (failed.length > 0) return;
  await writeVerdicts(pool, [
    { ...base, objectType: 'test', targetKey: 'raw', verdict: 'passed', fieldsChecked: checked },
  ]);
}

async function* latestVersions(pool: pg.Pool): AsyncGenerator<readonly StoredRow[]> {
  for (let after = ''; ; ) {
    const { rows } = await pool.query<StoredRow>(
      `select h.source_key, h.root_class, o.final_class, o.payload, encode(h.payload_hash, 'hex') as landed_hash
       from (select * from raw.head where source_key > $1 and op = 'upsert' order by source_key limit ${pageSize}) h
       left join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id
       order by h.source_key`,
      [after],
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    after = last.source_key;
  }
}
