import type pg from 'pg';
import type { LandingBatch, NumberedRecord } from '../topics/topic-record.ts';
import { bytesArray, hexArray, int8Array, textArray, timestampArray } from './binary-arrays.ts';
import type { Decided } from './decide-versions.ts';
import { OffsetGapError, RecreatedTopicError } from './errors.ts';
import { type PreparedRecord, prepareRecord, type RejectedRecord, type RootClasses } from './prepare-record.ts';
import { storeVersions } from './store-versions.ts';

/** What became of a batch. */
export interface Landed {
  /** Records that were landed before. */
  readonly repeated: number;
  readonly versions: number;
  /** Records equal to the one before them. */
  readonly unchanged: number;
  readonly deadLetters: number;
}

/**
 * Lands the records of one partition in the caller's transaction: versions, heads, changed objects, dead letters and the landed
 * offset move together or not at all.
 *
 * The offset row is locked first: records at or below it are dropped, the one at it must be the one that was landed
 * (RecreatedTopicError), and a batch that starts above it is refused (OffsetGapError).
 * So correctness depends on no consumer group. Records without offset (inline) take the next ones.
 */
export async function landBatch(client: pg.ClientBase, batch: LandingBatch, rootClasses: RootClasses): Promise<Landed> {
  const { landedOffset, key, time, versionIds } = await lockOffset(client, batch);
  const again = batch.records.find((record) => record.offset === landedOffset);
  if (again !== undefined && (again.key !== key || again.time.getTime() !== time?.getTime())) {
    throw new RecreatedTopicError(`${batch.topic}, partition ${batch.partition}`);
  }
  const numbered = numberRecords(batch, landedOffset);
  const fresh = numbered.filter((record) => record.offset > landedOffset);
  const last = fresh.at(-1);
  const repeated = numbered.length - fresh.length;
  if (last === undefined) return { repeated, versions: 0, unchanged: 0, deadLetters: 0 };

  const prepared: PreparedRecord[] = [];
  const rejected: RejectedRecord[] = [];
  for (const record of fresh) {
    const result = prepareRecord(record, rootClasses);
    if ('reasonCode' in result) rejected.push(result);
    else prepared.push(result);
  }
  const { storable, decided, refused } = await storeVersions(client, batch, prepared, versionIds);
  rejected.push(...refused);
  await writeDeadLetters(client, batch, rejected);
  await writeHeads(client, batch, decided, storable, last);
  return {
    repeated,
    versions: decided.versions.length,
    unchanged: storable.length - decided.versions.length,
    deadLetters: rejected.length,
  };
}

/** What is landed of the partition, and ids for as many versions as the batch can become, eight bytes each. */
interface Place {
  readonly landedOffset: bigint;
  readonly key: string | null;
  readonly time: Date | null;
  readonly versionIds: Buffer;
}

async function lockOffset(
  client: pg.ClientBase,
  { broker, topic, partition, generation, records }: LandingBatch,
): Promise<Place> {
  // The update changes nothing: it locks the row and gives it in the same statement that makes it where it is missing.
  const { rows } = await client.query<{
    offset_no: string;
    record_key: string | null;
    record_time: Date | null;
    ids: Buffer;
  }>({
    name: 'landing lock offset',
    text: `insert into raw.landed_offset (broker, topic, partition_id, generation, offset_no) values ($1, $2, $3, $4, -1)
     on conflict (broker, topic, partition_id, generation) do update set offset_no = landed_offset.offset_no
     returning offset_no, record_key, record_time,
       (select string_agg(int8send(nextval((select pg_get_serial_sequence('raw.object', 'version_id')::regclass))), '')
        from generate_series(1, $5)) as ids`,
    values: [broker, topic, partition, generation, records.length],
  });
  const row = rows[0];
  return {
    landedOffset: BigInt(row?.offset_no ?? -1),
    key: row?.record_key ?? null,
    time: row?.record_time ?? null,
    versionIds: row?.ids ?? Buffer.alloc(0),
  };
}

function numberRecords(batch: LandingBatch, landed: bigint): NumberedRecord[] {
  const first = batch.records[0]?.offset;
  if (first !== undefined && first > landed + 1n) {
    throw new OffsetGapError(`${batch.topic}, partition ${batch.partition}`, landed + 1n, first);
  }
  return batch.records.map((record, index) =>
    record.offset === undefined ? { ...record, offset: landed + 1n + BigInt(index) } : (record as NumberedRecord),
  );
}

/** Writes heads and changed objects, and moves the landed offset: one statement, for each costs a turn between two processes. */
async function writeHeads(
  client: pg.ClientBase,
  batch: LandingBatch,
  decided: Decided,
  storable: readonly PreparedRecord[],
  last: NumberedRecord,
): Promise<void> {
  const rootClassOf = new Map(storable.map((record) => [record.sourceKey, record.rootClass]));
  const keys = [...decided.heads.keys()].sort();
  const heads = keys.flatMap((key) => decided.heads.get(key) ?? []);
  const changed = [...decided.changed];
  const rootClassesOf = (of: readonly string[]) => textArray(of.map((key) => rootClassOf.get(key) ?? ''));
  const lastStorable = storable.at(-1);
  await client.query({
    name: 'landing write heads',
    text: `with changed as (
       insert into ops.changed_object (root_class, source_key) select * from unnest($1::text[], $2::text[])
     ), moved as (
       update raw.landed_offset
       set offset_no = $16, record_key = $17, record_time = $18, record_hash = $19, landed_at = clock_timestamp()
       where (broker, topic, partition_id, generation) = ($12, $13, $14, $15)
     )
     insert into raw.head (source_key, root_class, final_class, version_id, payload_hash, op, seen_at, last_record_hash, last_version_id)
     select * from unnest($3::text[], $4::text[], $5::text[], $6::bigint[], $7::bytea[], $8::text[], $9::timestamptz[], $10::bytea[], $11::bigint[])
     on conflict (source_key) do update
     set final_class = excluded.final_class, version_id = excluded.version_id, payload_hash = excluded.payload_hash, op = excluded.op, seen_at = excluded.seen_at,
         last_record_hash = excluded.last_record_hash, last_version_id = excluded.last_version_id`,
    values: [
      rootClassesOf(changed),
      textArray(changed),
      textArray(keys),
      rootClassesOf(keys),
      textArray(heads.map((head) => head.finalClass)),
      int8Array(heads.map((head) => head.versionId)),
      hexArray(heads.map((head) => head.hash)),
      textArray(heads.map((head) => head.op)),
      timestampArray(heads.map((head) => head.seenAt)),
      hexArray(heads.map((head) => head.lastRecordHash)),
      int8Array(heads.map((head) => head.lastVersionId)),
      ...[batch.broker, batch.topic, batch.partition, batch.generation, last.offset, last.key, last.time],
      lastStorable?.record.key === last.key ? Buffer.from(lastStorable.hash, 'hex') : null,
    ],
  });
}

async function writeDeadLetters(
  client: pg.ClientBase,
  batch: LandingBatch,
  rejected: readonly RejectedRecord[],
): Promise<void> {
  if (rejected.length === 0) return;
  const of = <T>(part: (letter: RejectedRecord) => T) => rejected.map(part);
  await client.query(
    `insert into raw.dead_letter (broker, topic, partition_id, generation, offset_no, source_key, run_id, chunk_id, reason_code, reason, next_step, content)
     select $1, $2, $3::integer, $4::integer, letter.* from unnest($5::bigint[], $6::text[], $7::bigint[], $8::bigint[], $9::text[], $10::text[], $11::text[], $12::bytea[])
       as letter (offset_no, source_key, run_id, chunk_id, reason_code, reason, next_step, content)
     order by offset_no`,
    [
      ...[batch.broker, batch.topic, batch.partition, batch.generation],
      of(({ record }) => record.offset),
      of(({ record }) => record.key),
      of(({ record }) => numberOrNull(record.headers.run_id)),
      of(({ record }) => numberOrNull(record.headers.chunk_id)),
      of(({ reasonCode }) => reasonCode),
      of(({ reason }) => reason),
      of(({ nextStep }) => nextStep),
      bytesArray(of(({ record }) => record.value)),
    ],
  );
}

function numberOrNull(text: string | undefined): string | null {
  return text !== undefined && /^\d+$/.test(text) ? text : null;
}
