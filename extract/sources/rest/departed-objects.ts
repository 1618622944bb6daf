import type pg from 'pg';
import { selectIds } from '../../../itop/oql.ts';
import type { Finding } from '../../../platform/findings.ts';
import { anyOf, givenRows, warehouse } from '../../../platform/warehouse.ts';
import { BatchPublisher } from '../../topics/batch-publisher.ts';
import { canonicalPayload } from '../../topics/envelope.ts';
import type { ClassPass } from './class-pass.ts';
import type { ReadAgain } from './completeness.ts';

/** Ids asked for in one query. */
const idsPerQuery = 1_000;

/** Fewer objects than this may always go; above, a share of the class that goes at once is doubted. */
const unsuspicious = 20;
const suspiciousShare = 0.2;

/** A class that was read to its end: what raw holds of it and this run did not see may be gone. */
export interface CheckedClass {
  readonly pass: ClassPass;
  readonly readAgain: readonly ReadAgain[];
}

/**
 * Those of the classes of which raw holds an object that was not seen since `startedAt`, or that were read twice in part. One query
 * for all of them: mostly there are none, and to learn that class by class reads all of `raw.head` each time.
 */
export async function mayHaveDepartures(
  pool: pg.Pool,
  checked: readonly CheckedClass[],
  startedAt: Date,
): Promise<CheckedClass[]> {
  const rows = await warehouse(pool)
    .selectFrom('raw.head as h')
    .distinct()
    .select('h.final_class')
    .where('h.root_class', '=', anyOf([...new Set(checked.map(({ pass }) => pass.readable.rootClass))]))
    .where('h.op', '=', 'upsert')
    .where('h.seen_at', '<', startedAt)
    .execute();
  const unseen = new Set(rows.map((row) => row.final_class));
  return checked.filter(
    ({ pass, readAgain }) => readAgain.length > 0 || pass.readable.finalClasses.some((name) => unseen.has(name)),
  );
}

/**
 * Publishes the deletion of objects that raw holds as existing, that this run did not see, and that iTop does not give
 * by their id either. Deletions are invisible in iTop's class reads, so this is how they are noticed.
 *
 * An account whose rights were restricted meanwhile sees fewer objects too, and iTop does not say so: when many seem
 * to be gone at once nothing is published and a warning is given instead.
 */
export async function publishDepartures(
  pool: pg.Pool,
  { pass, readAgain }: CheckedClass,
  startedAt: Date,
): Promise<Finding[]> {
  const { name, rootClass, finalClasses } = pass.readable;
  const again = givenRows('again', { lowerId: 'bigint', upperId: 'bigint', at: 'timestamptz' }, readAgain);
  const rows = await warehouse(pool)
    .selectFrom('raw.head as h')
    .innerJoin('raw.object as o', (join) =>
      join.onRef('o.root_class', '=', 'h.root_class').onRef('o.version_id', '=', 'h.version_id'),
    )
    .select(['o.source_id', 'o.final_class'])
    .where('h.root_class', '=', rootClass)
    .where('h.op', '=', 'upsert')
    .where('o.final_class', '=', anyOf(finalClasses))
    .where((row) =>
      row.or([
        row('h.seen_at', '<', startedAt),
        row.exists(
          row
            .selectFrom(again)
            .whereRef('o.source_id', '>=', 'again.lowerId')
            .whereRef('o.source_id', '<', 'again.upperId')
            .whereRef('h.seen_at', '<', 'again.at'),
        ),
      ]),
    )
    .execute();
  if (rows.length === 0) return [];
  const observedAt = pass.reader.now();
  const unseen = new Map(rows.map((row) => [Number(row.source_id), row.final_class]));
  const ids = [...unseen.keys()];
  for (let from = 0; from < ids.length; from += idsPerQuery) {
    const oql = selectIds(name, ids.slice(from, from + idsPerQuery));
    await pass.reader.read({ className: name, oql, outputFields: ['id'] }, (object) => {
      unseen.delete(object.id);
      return undefined;
    });
  }
  if (unseen.size === 0) return [];
  const remaining = await pass.reader.count(name);
  if (isSuspicious(unseen.size, remaining)) {
    return [manyDeparted(name, unseen.size, remaining)];
  }
  await publishDeletions(pass, unseen, observedAt);
  return [
    {
      code: 'deleted_at_source',
      severity: 'note',
      subject: name,
      finding: `${unseen.size} objects were deleted in iTop since they were extracted.`,
      nextStep: '',
    },
  ];
}

/** Whether so many objects seem to be gone at once that the account's rights may have shrunk instead. */
export function isSuspicious(gone: number, remaining: number): boolean {
  return gone > unsuspicious && gone > suspiciousShare * (remaining + gone);
}

/** Publishes that objects are gone, given by id and final class. */
export async function publishDeletions(
  pass: ClassPass,
  gone: ReadonlyMap<number, string>,
  observedAt: Date,
): Promise<void> {
  const publisher = new BatchPublisher(pass.broker);
  const ids = [...gone.keys()];
  const lowest = ids.reduce((a, b) => Math.min(a, b));
  const highest = ids.reduce((a, b) => Math.max(a, b));
  const chunk = await pass.chunks.openAside('deletions', lowest, highest + 1);
  for (const [id, finalClass] of gone) {
    await publisher.add({
      schemaVersion: 1,
      rootClass: pass.readable.rootClass,
      finalClass,
      id: String(id),
      op: 'delete',
      channel: 'rest',
      runId: pass.runId,
      chunkId: chunk.chunkId,
      observedAt,
      payload: canonicalPayload({}),
    });
  }
  await publisher.flush();
  await pass.chunks.done(chunk, gone.size, 0);
}

/** The finding for objects that are kept although iTop does not give them. */
export function manyDeparted(name: string, gone: number, remaining: number): Finding {
  return {
    code: 'many_objects_gone',
    severity: 'warning',
    subject: name,
    finding: `${gone} objects extracted before are not given any more, ${remaining} are. They are kept as existing.`,
    nextStep: "Check whether the account's rights were restricted, or iTop was restored from a backup.",
  };
}
