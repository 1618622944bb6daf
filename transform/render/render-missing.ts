import { sql } from 'kysely';
import type pg from 'pg';
import { inTransaction } from '../../platform/database.ts';
import type { ProgressStep } from '../../platform/progress.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { addressesIn } from './addressed-names.ts';
import { type RenderedBody, renderBody, rendererVersion } from './render-body.ts';

interface Missing {
  readonly source_hash: Buffer;
  readonly source_format: 'html' | 'text';
  readonly source: string;
}

/** Batches: of bodies as they are, of large ones, of huge ones. Two are in memory: one being stored, one being rendered. */
const batches = {
  500: 'fetch 500 from missing_body',
  20: 'fetch 20 from missing_body',
  1: 'fetch 1 from missing_body',
} as const;

/**
 * Characters that a batch has at most, where bodies go on as they were. The transaction waits while a batch is rendered, and Postgres ends
 * one that waits too long. Articles may hold their pictures.
 */
const batchCharacters = 4_000_000;

const sources = {
  'values and articles': `
    select source_hash, source_format, source from intermediate.object_html
    union all
    select source_hash, source_format, source from intermediate.article_body`,
  'all messages': 'select source_hash, source_format, source from intermediate.thread_message where not is_empty',
  // "offset 0" lets the ticket's key reach the messages below, so that a delta reads no others.
  'messages of stale tickets': `
    select m.* from ops.stale_owner s
    cross join lateral (
      select source_hash, source_format, source from intermediate.thread_message where ticket_key = s.owner_key and not is_empty offset 0
    ) as m
    where s.relation = 'intercom.conversation_part'`,
} as const;

export interface RenderRequest {
  readonly of: keyof typeof sources;
  /** Hosts whose addresses are iTop's; undefined where none is known. */
  readonly itopHosts: ReadonlySet<string> | undefined;
  /** A transaction that reads by its own snapshot and stores with what else it writes. Without one, what was stored before a failure stays. */
  readonly within?: pg.ClientBase;
}

/**
 * Renders every distinct body that `ops.rendered_body` does not hold yet in this renderer's version, each once: of values and articles,
 * of all messages, or of those of the tickets in `ops.stale_owner`, where a former transform rendered the others. Returns how many were rendered.
 */
export async function renderMissingBodies(
  pool: pg.Pool,
  progress: ProgressStep,
  { of, itopHosts, within }: RenderRequest,
): Promise<number> {
  const render = (reader: pg.ClientBase, writer: pg.Pool | pg.ClientBase): Promise<number> =>
    renderFrom(reader, writer, progress, { of, itopHosts });
  if (within !== undefined) return render(within, within);
  return inTransaction(pool, async (reader) => {
    await reader.query('set transaction read only');
    return render(reader, pool);
  });
}

async function renderFrom(
  reader: pg.ClientBase,
  writer: pg.Pool | pg.ClientBase,
  progress: ProgressStep,
  { of, itopHosts }: RenderRequest,
): Promise<number> {
  let rendered = 0;
  await reader.query(
    `declare missing_body no scroll cursor for
     select distinct on (m.source_hash) m.source_hash, m.source_format, m.source
     from (
       ${sources[of]}
     ) m
     where not exists (
         select from ops.rendered_body r where r.renderer_version = ${rendererVersion} and r.source_hash = m.source_hash)
     order by m.source_hash`,
  );
  let storing: Promise<void> = Promise.resolve();
  // How large they are is not known yet.
  let batchSize: keyof typeof batches = 20;
  for (;;) {
    const { rows } = await reader.query<Missing>(batches[batchSize]);
    if (rows.length === 0) break;
    const texts = rows.map(({ source }) => source ?? '');
    const addresses = await addressesIn(writer, texts, itopHosts);
    const bodies = rows.map(({ source_format, source }) =>
      renderBody({ format: source_format, source: source ?? '' }, addresses),
    );
    await storing;
    storing = store(writer, rows, bodies);
    // One connection does one thing at a time.
    if (reader === writer) await storing;
    // A failure is raised where it is waited for.
    storing.catch(() => undefined);
    rendered += rows.length;
    progress.advance(rows.length);
    batchSize = nextBatchSize(texts);
  }
  await storing;
  await reader.query('close missing_body');
  return rendered;
}

/** The next batch's size, if bodies go on as large as the last ones: they come in the order of their hashes, which is none. */
function nextBatchSize(texts: readonly string[]): keyof typeof batches {
  const mean = texts.reduce((sum, text) => sum + text.length, 0) / texts.length;
  if (mean * 500 <= batchCharacters) return 500;
  return mean * 20 <= batchCharacters ? 20 : 1;
}

async function store(
  database: pg.Pool | pg.ClientBase,
  rows: readonly Missing[],
  bodies: readonly RenderedBody[],
): Promise<void> {
  const rendered = sql`
    select b.source_hash, ${sql.lit(rendererVersion)}, b.html, b.text, b.reference::jsonb, b.loss::jsonb
    from unnest(
      ${rows.map((row) => row.source_hash)}::bytea[],
      ${bodies.map((body) => body.html)}::text[],
      ${bodies.map((body) => body.text)}::text[],
      ${bodies.map((body) => JSON.stringify(body.references))}::text[],
      ${bodies.map((body) => JSON.stringify(body.losses))}::text[]
    ) as b (source_hash, html, text, reference, loss)`;
  await warehouse(database)
    .insertInto('ops.rendered_body')
    .columns(['source_hash', 'renderer_version', 'html', 'text', 'reference', 'loss'])
    .expression(rendered)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
