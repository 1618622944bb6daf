import type pg from 'pg';
import type { FileObject } from './file-objects.ts';

/** Lists case logs that could not be split beyond doubt (`ops.log_review`), with what was made of them. */
export async function storeReviews(
  pool: pg.Pool,
  runId: string,
  file: string,
  reviewed: readonly (readonly [string, FileObject])[],
): Promise<void> {
  const rows = reviewed.flatMap(([rootClass, object]) =>
    object.reviews.map((review) => ({ key: `${rootClass}::${object.id}`, ...review })),
  );
  if (rows.length === 0) return;
  await pool.query(
    `insert into ops.log_review (source_key, attribute, run_id, file, treatment, reason, entries)
     select distinct on (r.source_key, r.attribute) r.source_key, r.attribute, $1, $2, r.treatment, r.reason, r.entries
     from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::integer[]) as r (source_key, attribute, treatment, reason, entries)
     on conflict (source_key, attribute) do update set
       run_id = excluded.run_id, file = excluded.file, treatment = excluded.treatment, reason = excluded.reason,
       entries = excluded.entries`,
    [
      runId,
      file,
      rows.map(({ key }) => key),
      rows.map(({ attribute }) => attribute),
      rows.map(({ treatment }) => treatment),
      rows.map(({ reason }) => reason),
      rows.map(({ entries }) => entries),
    ],
  );
}
