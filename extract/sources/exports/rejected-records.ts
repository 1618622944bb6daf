import { sql } from 'kysely';
import type pg from 'pg';
import { anyOf, givenRows, warehouse } from '../../../platform/warehouse.ts';
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
  const given = records.map(({ rootClass, id, record, reasonCode, reason, nextStep, content }) => ({
    record,
    source_key: rootClass === undefined || id === undefined ? null : `${rootClass}::${id}`,
    reason_code: reasonCode,
    reason: clean(`record ${record} of ${file}: ${reason}`),
    next_step: nextStep,
    content: clean(content.slice(0, keptLength)),
  }));
  const types = {
    record: 'bigint',
    source_key: 'text',
    reason_code: 'text',
    reason: 'text',
    next_step: 'text',
    content: 'text',
  };
  await warehouse(pool)
    .with('again', (is) =>
      is
        .deleteFrom('raw.dead_letter')
        .where('broker', '=', 'file')
        .where('topic', '=', file)
        .where('offset_no', '=', anyOf(records.map(({ record }) => String(record)))),
    )
    .insertInto('raw.dead_letter')
    .columns([
      ...(['broker', 'topic', 'partition_id', 'generation', 'offset_no', 'source_key', 'run_id'] as const),
      ...(['reason_code', 'reason', 'next_step', 'content'] as const),
    ])
    .expression((is) =>
      is
        .selectFrom(givenRows('r', types, given))
        .select((row) => [
          row.val('file').as('broker'),
          row.val(file).as('topic'),
          row.lit(0).as('partition_id'),
          row.lit(0).as('generation'),
          'r.record',
          'r.source_key',
          row.val(runId).as('run_id'),
          'r.reason_code',
          'r.reason',
          'r.next_step',
          sql`convert_to(r.content, 'UTF8')`.as('content'),
        ]),
    )
    .execute();
}

/** Postgres holds no NUL in a text. */
function clean(text: string): string {
  return showInvalidBytes(text).replaceAll('\0', '\\x0');
}
