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

/** Bodies in one batch at most. Two batches are in memory: one being stored, one being rendered. */
const largestBatch = 500;

/**
 * Characters that a batch has about: fewer bodies are fetched where they are large. The transaction waits while a batch is rendered, and
 * Postgres ends one that waits too long. Articles may hold their pictures.
 */
const batchCharacters = 2_000_000;

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
  let batchSize = 20;
  for (;;) {
    const { rows } = await reader.query<Missing>(`fetch ${batchSize} from missing_body`);
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

/** As many bodies as have the wanted size together where they are as large as the last ones: they come in the order of their hashes, which is none. */
function nextBatchSize(texts: readonly string[]): number {
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const fitting = Math.floor((batchCharacters * texts.length) / Math.max(1, characters));
  return Math.min(largestBatch, Math.max(1, fitting));
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
