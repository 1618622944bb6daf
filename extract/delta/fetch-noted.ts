import { sql } from 'kysely';
import type pg from 'pg';
import { ItopError } from '../../itop/errors.ts';
import { selectIds } from '../../itop/oql.ts';
import type { Finding } from '../../platform/findings.ts';
import { anyOf, warehouse } from '../../platform/warehouse.ts';
import type { ClassPass } from '../sources/rest/class-pass.ts';
import { isSuspicious, manyDeparted, publishDeletions } from '../sources/rest/departed-objects.ts';
import { envelopeOf } from '../sources/rest/to-envelope.ts';
import { BatchPublisher } from '../topics/batch-publisher.ts';
import type { NotedObjects } from './noted-objects.ts';

/** Ids asked for in one query: iTop answers 1,000 in 0.14 s. */
const mostIds = 1_000;

export interface Fetched {
  readonly rows: number;
  readonly bytes: number;
  readonly gone: number;
  readonly findings: readonly Finding[];
}

/**
 * Brings the noted objects of a class as they are now: what iTop gives is published, what it does not give any more and raw
 * holds is published as deleted. Pages of ids adapt to the size of the answers and halve where iTop fails on them.
 */
export async function fetchNoted(pool: pg.Pool, pass: ClassPass, noted: NotedObjects): Promise<Fetched> {
  const { finalClasses } = pass.readable;
  let rows = 0;
  let bytes = 0;
  let gone = 0;
  const findings: Finding[] = [];
  let width = mostIds;
  let after = 0;
  let turn: Promise<number[]> = Promise.resolve([]);

  /** Pages are taken one after the other, and fetched several at a time. */
  function nextPage(): Promise<number[]> {
    turn = turn.then(async () => {
      const ids = await noted.next(finalClasses, after, width);
      after = ids.at(-1) ?? after;
      return ids;
    });
    return turn;
  }

  async function fetchPage(ids: readonly number[]): Promise<void> {
    pass.signal?.throwIfAborted();
    try {
      const page = await readIds(pass, ids);
      rows += page.given.size;
      bytes += page.bytes;
      if (page.bytes > 0) {
        width = Math.max(1, Math.min(mostIds, Math.floor((ids.length * pass.limits.bytes) / page.bytes)));
      }
      await noted.mark(finalClasses, [...page.given], 'fetched');
      gone += await recordGone(
        ids.filter((id) => !page.given.has(id)),
        page.observedAt,
      );
    } catch (error) {
      if (!(error instanceof ItopError) || error.remedy !== 'less') throw error;
      const [only] = ids;
      if (ids.length === 1 && only !== undefined) {
        findings.push(unreadable(pass, only, error));
        return;
      }
      // The width is everybody's and moves while the first half is read; where this page is cut must not.
      const middle = Math.floor(ids.length / 2);
      width = middle;
      await fetchPage(ids.slice(0, middle));
      await fetchPage(ids.slice(middle));
    }
  }

  async function recordGone(ids: readonly number[], observedAt: Date): Promise<number> {
    if (ids.length === 0) return 0;
    const held = await heldAmong(pool, pass, ids);
    const known = new Map(held.map((row) => [Number(row.source_id), row.final_class]));
    const doubtful = held.filter((row) => row.found_by === 'id_set').length;
    if (doubtful > 0) {
      const remaining = await pass.reader.count(pass.readable.name);
      if (isSuspicious(doubtful, remaining)) {
        await noted.mark(finalClasses, ids, 'doubted');
        findings.push(manyDeparted(pass.readable.name, doubtful, remaining));
        return 0;
      }
    }
    if (known.size > 0) await publishDeletions(pass, known, observedAt);
    await noted.mark(finalClasses, ids, 'gone');
    return known.size;
  }

  async function drain(): Promise<void> {
    for (let ids = await nextPage(); ids.length > 0; ids = await nextPage()) await fetchPage(ids);
  }
  const workers = await Promise.allSettled(Array.from({ length: pass.workers }, drain));
  const failure = workers.find((worker) => worker.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return { rows, bytes, gone, findings };
}

async function readIds(pass: ClassPass, ids: readonly number[]) {
  const { name, outputFields, rootClass } = pass.readable;
  const publisher = new BatchPublisher(pass.broker);
  const [first = 0] = ids;
  const chunk = await pass.chunks.openAside('delta', first, (ids.at(-1) ?? first) + 1);
  const observedAt = pass.reader.now();
  const origin = { runId: pass.runId, chunkId: chunk.chunkId, observedAt };
  const given = new Set<number>();
  let bytes = 0;
  await pass.reader.read({ className: name, oql: selectIds(name, ids), outputFields }, (object) => {
    if (!given.has(object.id)) bytes += object.byteLength;
    given.add(object.id);
    return publisher.add(envelopeOf(object, rootClass, origin));
  });
  await publisher.flush();
  await pass.chunks.done(chunk, given.size, bytes);
  return { given, bytes, observedAt };
}

/** Those of the ids that raw holds as existing. */
async function heldAmong(pool: pg.Pool, pass: ClassPass, ids: readonly number[]) {
  const { rootClass, finalClasses } = pass.readable;
  return warehouse(pool)
    .selectFrom('ops.delta_object as n')
    .innerJoin('raw.head as h', (join) =>
      join.on('h.source_key', '=', sql<string>`${rootClass} || '::' || n.source_id`).on('h.op', '=', 'upsert'),
    )
    .innerJoin('raw.object as o', (join) =>
      join.onRef('o.root_class', '=', 'h.root_class').onRef('o.version_id', '=', 'h.version_id'),
    )
    .select(['o.source_id', 'o.final_class', 'n.found_by'])
    .where('n.run_id', '=', pass.runId)
    .where('n.class', '=', anyOf(finalClasses))
    .where('n.source_id', '=', anyOf(ids.map(String)))
    .where('o.final_class', '=', anyOf(finalClasses))
    .execute();
}

function unreadable(pass: ClassPass, id: number, error: ItopError): Finding {
  return {
    code: error.code,
    severity: 'blocker',
    subject: `${pass.readable.name}::${id}`,
    finding: error.message,
    nextStep: error.nextStep,
  };
}
