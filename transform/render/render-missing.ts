import type pg from 'pg';
import type { ProgressStep } from '../../platform/progress.ts';
import { renderBody, rendererVersion } from './render-body.ts';

interface Missing {
  readonly source_hash: Buffer;
  readonly source_format: 'html' | 'text';
  readonly source: string;
}

/** Bodies held in memory at a time; the largest seen are 45 kB. */
const batchSize = 500;

/**
 * Renders every distinct body that `ops.rendered_body` does not hold yet in this renderer's version, each once.
 * Returns how many were rendered.
 */
export async function renderMissingBodies(pool: pg.Pool, progress: ProgressStep): Promise<number> {
  const reader = await pool.connect();
  let rendered = 0;
  try {
    await reader.query('begin read only');
    await reader.query(
      `declare missing_body no scroll cursor for
       select distinct on (m.source_hash) m.source_hash, m.source_format, m.source
       from (
         select source_hash, source_format, source from intermediate.thread_message where not is_empty
         union all
         select source_hash, source_format, source from intermediate.article_body
       ) m
       where not exists (
           select from ops.rendered_body r where r.renderer_version = ${rendererVersion} and r.source_hash = m.source_hash)
       order by m.source_hash`,
    );
    for (;;) {
      const { rows } = await reader.query<Missing>(`fetch ${batchSize} from missing_body`);
      if (rows.length === 0) break;
      await store(pool, rows);
      rendered += rows.length;
      progress.advance(rows.length);
    }
    await reader.query('commit');
  } finally {
    reader.release();
  }
  return rendered;
}

async function store(pool: pg.Pool, rows: readonly Missing[]): Promise<void> {
  const bodies = rows.map((row) => renderBody({ format: row.source_format, source: row.source ?? '' }));
  await pool.query(
    `insert into ops.rendered_body (source_hash, renderer_version, html, text, reference, loss)
     select b.source_hash, ${rendererVersion}, b.html, b.text, b.reference::jsonb, b.loss::jsonb
     from unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[]) as b (source_hash, html, text, reference, loss)
     on conflict do nothing`,
    [
      rows.map((row) => row.source_hash),
      bodies.map((body) => body.html),
      bodies.map((body) => body.text),
      bodies.map((body) => JSON.stringify(body.references)),
      bodies.map((body) => JSON.stringify(body.losses)),
    ],
  );
}
