import type pg from 'pg';
import { upsertRows } from '../../../platform/warehouse.ts';
import type { FileObject } from './file-objects.ts';

/** Lists case logs that could not be split beyond doubt (`ops.log_review`), with what was made of them. */
export async function storeReviews(
  pool: pg.Pool,
  runId: string,
  file: string,
  reviewed: readonly (readonly [string, FileObject])[],
): Promise<void> {
  const rows = reviewed.flatMap(([rootClass, object]) =>
    object.reviews.map((review) => ({ ...review, source_key: `${rootClass}::${object.id}`, run_id: runId, file })),
  );
  if (rows.length === 0) return;
  // A file may hold an object twice; the statement takes a key once.
  const byKey = new Map(rows.map((row) => [`${row.source_key} ${row.attribute}`, row]));
  await upsertRows(
    pool,
    'ops.log_review',
    ['source_key', 'attribute'],
    ['run_id', 'file', 'treatment', 'reason', 'entries'],
    [...byKey.values()],
  ).execute();
}
