import type pg from 'pg';
import { showInvalidBytes } from './decode.ts';
import type { BrokenRecord } from './exported.ts';

export type Rejected = BrokenRecord & { readonly className: string; readonly rootClass: string | undefined };

/** Longest text of a broken record that is kept: after a lost quote it can be a large part of the file. */
const keptLength = 1_000_000;

/**
 * Writes records of a file that cannot be read to `raw.dead_letter`: the broker is `file`, the topic the file's name, the offset
 * the record's number. Read again, a record replaces its row.
 */
export async function rejectRecords(
  pool: pg.Pool,
  file: string,
  runId: string,
  records: readonly Rejected[],
): Promise<void> {
  if (records.length === 0) return;
  await pool.query(
    `with again as (
       delete from raw.dead_letter where broker = 'file' and topic = $1 and offset_no = any ($3)
     )
     insert into raw.dead_letter
       (broker, topic, partition_id, generation, offset_no, source_key, run_id, reason_code, reason, next_step, content)
     select 'file', $1, 0, 0, r.record, r.source_key, $2, r.code, r.reason, r.next_step, convert_to(r.content, 'UTF8')
     from unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
       as r (record, source_key, code, reason, next_step, content)`,
    [
      file,
      runId,
      records.map(({ record }) => record),
      records.map(({ rootClass, id }) => (rootClass === undefined || id === undefined ? null : `${rootClass}::${id}`)),
      records.map(({ reasonCode }) => reasonCode),
      records.map(({ record, reason }) => clean(`record ${record} of ${file}: ${reason}`)),
      records.map(({ nextStep }) => nextStep),
      records.map(({ content }) => clean(content.slice(0, keptLength))),
    ],
  );
}

/** Postgres holds no NUL in a text. */
function clean(text: string): string {
  return showInvalidBytes(text).replaceAll('\0', '\\x0');
}
