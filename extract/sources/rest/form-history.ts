import { sql } from 'kysely';
import type pg from 'pg';
import { narrowedTo, selectAll } from '../../../itop/oql.ts';
import { warehouse } from '../../../platform/warehouse.ts';
import { fieldLists } from '../../catalog/field-lists.ts';
import { replacingCounts } from '../../catalog/source-counts.ts';
import { chunksOf } from '../../run/chunks.ts';
import { BatchPublisher } from '../../topics/batch-publisher.ts';
import type { ClassPass } from './class-pass.ts';
import { envelopeOf } from './to-envelope.ts';

const added = 'CMDBChangeOpAttachmentAdded';
const written = 'CMDBChangeOpSetAttributeCaseLog';

/** Changes asked for in one query. */
const changesPerQuery = 500;

/**
 * Fetches the history rows of log entries that were submitted in one form with a file: they tell which message the file
 * belongs to (rule A1). The rows of all other entries say nothing that the entries do not say themselves.
 */
export async function fetchFormHistory(
  pool: pg.Pool,
  passes: ReadonlyMap<string, ClassPass>,
  seenSince: Date,
): Promise<void> {
  const pass = passes.get(added);
  const outputFields = fieldLists.get(written);
  if (pass === undefined || outputFields === undefined) return;
  const rows = await warehouse(pool)
    .selectFrom('raw.head as h')
    .innerJoin('raw.object as o', (join) =>
      join.onRef('o.root_class', '=', 'h.root_class').onRef('o.version_id', '=', 'h.version_id'),
    )
    .distinct()
    .select(sql<string>`o.payload ->> 'change'`.as('change'))
    .where('h.op', '=', 'upsert')
    .where('h.seen_at', '>=', seenSince)
    .where('o.root_class', '=', 'CMDBChangeOp')
    .where('o.final_class', '=', added)
    .where(sql<boolean>`o.payload ->> 'change' ~ '^[1-9][0-9]{0,14}$'`)
    .execute();
  if (rows.length === 0) return storeCount(pool, pass.runId, 0, seenSince);
  const changes = rows.map((row) => Number(row.change));
  const chunks = chunksOf(pool, pass.runId, written, () => pass.reader.now());
  const bounds = [changes.reduce((a, b) => Math.min(a, b)), changes.reduce((a, b) => Math.max(a, b)) + 1] as const;
  const chunk = await chunks.openAside('of forms', ...bounds);
  const publisher = new BatchPublisher(pass.broker);
  let rowCount = 0;
  let counted = 0;
  for (let from = 0; from < changes.length; from += changesPerQuery) {
    const oql = narrowedTo(selectAll(written), 'change', changes.slice(from, from + changesPerQuery));
    counted += await pass.reader.count(written, oql);
    const origin = { runId: pass.runId, chunkId: chunk.chunkId, observedAt: pass.reader.now() };
    await pass.reader.read({ className: written, oql, outputFields }, (object) => {
      rowCount++;
      return publisher.add(envelopeOf(object, pass.readable.rootClass, origin));
    });
  }
  await publisher.flush();
  await chunks.done(chunk, rowCount, 0);
  await storeCount(pool, pass.runId, counted, seenSince);
}

/**
 * iTop's count of the rows that raw should hold: those asked for now, and those that were seen before and are not gone. A row
 * cannot change, so what was counted once stays right.
 */
async function storeCount(pool: pg.Pool, runId: string, counted: number, seenSince: Date): Promise<void> {
  const db = warehouse(pool);
  const seenBefore = db
    .selectFrom('raw.head as h')
    .innerJoin('raw.object as o', (join) =>
      join.onRef('o.root_class', '=', 'h.root_class').onRef('o.version_id', '=', 'h.version_id'),
    )
    .select((row) => row.fn.countAll().as('count'))
    .where('h.op', '=', 'upsert')
    .where('h.seen_at', '<', seenSince)
    .where('o.root_class', '=', 'CMDBChangeOp')
    .where('o.final_class', '=', written);
  await db
    .insertInto('ops.source_count')
    .values({ run_id: runId, class: written, object_count: sql<string>`${counted}::bigint + ${seenBefore}` })
    .$call(replacingCounts)
    .execute();
}
