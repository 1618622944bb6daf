import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { BinaryCopy } from './binary-copy.ts';
import { OffsetGapError, RecreatedTopicError } from './errors.ts';
import { type Head, type Judged, judgeVersions } from './judge-versions.ts';
import type { LandingBatch, LandingRecord } from './landing-record.ts';
import { type PreparedRecord, prepareRecord, type RejectedRecord, type RootClasses } from './prepare-record.ts';

/** What became of a batch. */
export interface Landed {
  /** Records that were landed before. */
  readonly repeated: number;
  readonly versions: number;
  /** Records equal to the one before them. */
  readonly unchanged: number;
  readonly deadLetters: number;
}

/** A record with the offset it is landed at. */
type Numbered<T> = T & { readonly offsetNo: bigint };

/**
 * Lands the records of one partition in the caller's transaction: versions, heads, changed objects, dead letters and the landed
 * offset move together or not at all.
 *
 * The offset row is locked first: records at or below it are dropped, the one at it must be the one that was landed
 * (RecreatedTopicError), and a batch that starts above it is refused (OffsetGapError).
 * So correctness depends on no consumer group. Records without offset (inline) take the next ones.
 */
export async function landBatch(client: pg.ClientBase, batch: LandingBatch, rootClasses: RootClasses): Promise<Landed> {
  const { landedOffset, key, time } = await lockOffset(client, batch);
  const again = batch.records.find((record) => record.offset === landedOffset);
  if (again !== undefined && (again.key !== key || again.time.getTime() !== time?.getTime())) {
    throw new RecreatedTopicError(`${batch.topic}, partition ${batch.partition}`);
  }
  const numbered = numberRecords(batch, landedOffset);
  const fresh = numbered.filter((record) => record.offsetNo > landedOffset);
  const last = fresh.at(-1);
  const repeated = numbered.length - fresh.length;
  if (last === undefined) return { repeated, versions: 0, unchanged: 0, deadLetters: 0 };

  const prepared: Numbered<PreparedRecord>[] = [];
  const rejected: Numbered<RejectedRecord>[] = [];
  for (const record of fresh) {
    const result = prepareRecord(record, rootClasses);
    if ('reasonCode' in result) rejected.push({ ...result, offsetNo: record.offsetNo });
    else prepared.push({ ...result, offsetNo: record.offsetNo });
  }
  const judged = await judge(client, prepared);
  await copyVersions(client, batch, judged);
  await writeHeads(client, judged, prepared);
  await writeDeadLetters(client, batch, rejected);
  await moveOffset(client, batch, last, prepared.at(-1));
  return {
    repeated,
    versions: judged.versions.length,
    unchanged: prepared.length - judged.versions.length,
    deadLetters: rejected.length,
  };
}

async function lockOffset(
  client: pg.ClientBase,
  { broker, topic, partition, generation }: LandingBatch,
): Promise<{ landedOffset: bigint; key: string | null; time: Date | null }> {
  const place = [broker, topic, partition, generation];
  await client.query(
    `insert into raw.landed_offset (broker, topic, partition_id, generation, offset_no) values ($1, $2, $3, $4, -1) on conflict do nothing`,
    place,
  );
  const { rows } = await client.query<{ offset_no: string; record_key: string | null; record_time: Date | null }>(
    `select offset_no, record_key, record_time from raw.landed_offset where (broker, topic, partition_id, generation) = ($1, $2, $3, $4) for update`,
    place,
  );
  const row = rows[0];
  return {
    landedOffset: BigInt(row?.offset_no ?? -1),
    key: row?.record_key ?? null,
    time: row?.record_time ?? null,
  };
}

function numberRecords(batch: LandingBatch, landed: bigint): Numbered<LandingRecord>[] {
  const first = batch.records[0]?.offset;
  if (first !== undefined && first > landed + 1n) {
    throw new OffsetGapError(`${batch.topic}, partition ${batch.partition}`, landed + 1n, first);
  }
  return batch.records.map((record, index) => ({ ...record, offsetNo: record.offset ?? landed + 1n + BigInt(index) }));
}

async function judge(client: pg.ClientBase, records: readonly PreparedRecord[]): Promise<Judged> {
  const keys = [...new Set(records.map((record) => record.sourceKey))];
  const known = await client.query<{
    source_key: string;
    version_id: string;
    payload_hash: Buffer;
    op: 'upsert' | 'delete';
    seen_at: Date;
    last_record_hash: Buffer;
    last_version_id: string;
  }>(
    `select source_key, version_id, payload_hash, op, seen_at, last_record_hash, last_version_id
     from raw.head where source_key = any ($1) order by source_key for update`,
    [keys],
  );
  const ids = await client.query<{ ids: string[] }>(
    `select array_agg(nextval(pg_get_serial_sequence('raw.object', 'version_id'))) as ids from generate_series(1, $1)`,
    [records.length],
  );
  const free = (ids.rows[0]?.ids ?? []).values();
  const heads = new Map<string, Head>(
    known.rows.map((row) => [
      row.source_key,
      {
        versionId: BigInt(row.version_id),
        hash: row.payload_hash,
        op: row.op,
        seenAt: row.seen_at,
        lastRecordHash: row.last_record_hash,
        lastVersionId: BigInt(row.last_version_id),
      },
    ]),
  );
  return judgeVersions(records, heads, () => BigInt(free.next().value ?? 0));
}

async function copyVersions(client: pg.ClientBase, batch: LandingBatch, judged: Judged): Promise<void> {
  if (judged.versions.length === 0) return;
  const bytes = judged.versions.reduce((sum, { record }) => sum + record.payload.length + 400, 0);
  const copy = new BinaryCopy(bytes);
  for (const { versionId, record } of judged.versions as readonly {
    versionId: bigint;
    record: Numbered<PreparedRecord>;
  }[]) {
    copy.row(18);
    copy.int8(versionId);
    copy.text(record.sourceKey);
    copy.text(record.rootClass);
    copy.text(record.finalClass);
    copy.int8(record.sourceId);
    copy.text(record.op);
    copy.jsonb(record.payload);
    copy.bytes(record.hash);
    copy.timestamp(record.observedAt);
    copy.int8(record.runId);
    if (record.chunkId === null) copy.nullValue();
    else copy.int8(record.chunkId);
    copy.text(record.channel);
    copy.text(batch.broker);
    copy.text(batch.topic);
    copy.int4(batch.partition);
    copy.int4(batch.generation);
    copy.int8(record.offsetNo);
    copy.textArray(record.repairs);
  }
  const stream = client.query(
    copyFrom(`copy raw.object (version_id, source_key, root_class, final_class, source_id, op, payload, payload_hash, observed_at,
      run_id, chunk_id, channel, broker, topic, partition_id, generation, offset_no, repairs) from stdin (format binary)`),
  );
  await pipeline([copy.finish()], stream);
}

async function writeHeads(client: pg.ClientBase, judged: Judged, records: readonly PreparedRecord[]): Promise<void> {
  if (judged.heads.size === 0) return;
  const rootClassOf = new Map(records.map((record) => [record.sourceKey, record.rootClass]));
  const heads = [...judged.heads].sort(([a], [b]) => (a < b ? -1 : 1));
  await client.query(
    `insert into raw.head (source_key, root_class, version_id, payload_hash, op, seen_at, last_record_hash, last_version_id)
     select source_key, root_class, version_id, decode(payload_hash, 'hex'), op, seen_at, decode(last_record_hash, 'hex'), last_version_id
     from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::bigint[])
       as h (source_key, root_class, version_id, payload_hash, op, seen_at, last_record_hash, last_version_id)
     on conflict (source_key) do update
     set version_id = excluded.version_id, payload_hash = excluded.payload_hash, op = excluded.op, seen_at = excluded.seen_at,
         last_record_hash = excluded.last_record_hash, last_version_id = excluded.last_version_id`,
    [
      heads.map(([key]) => key),
      heads.map(([key]) => rootClassOf.get(key)),
      heads.map(([, head]) => head.versionId),
      heads.map(([, head]) => head.hash.toString('hex')),
      heads.map(([, head]) => head.op),
      heads.map(([, head]) => head.seenAt),
      heads.map(([, head]) => head.lastRecordHash.toString('hex')),
      heads.map(([, head]) => head.lastVersionId),
    ],
  );
  const changed = [...judged.changed];
  await client.query(
    `insert into ops.changed_object (root_class, source_key) select * from unnest($1::text[], $2::text[])`,
    [changed.map((key) => rootClassOf.get(key)), changed],
  );
}

async function writeDeadLetters(
  client: pg.ClientBase,
  batch: LandingBatch,
  rejected: readonly Numbered<RejectedRecord>[],
): Promise<void> {
  for (const { record, offsetNo, reasonCode, reason, nextStep } of rejected) {
    await client.query(
      `insert into raw.dead_letter (broker, topic, partition_id, generation, offset_no, source_key, run_id, chunk_id, reason_code, reason, next_step, content)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        ...[batch.broker, batch.topic, batch.partition, batch.generation, offsetNo, record.key],
        ...[
          numberOrNull(record.headers.run_id),
          numberOrNull(record.headers.chunk_id),
          reasonCode,
          reason,
          nextStep,
          record.value,
        ],
      ],
    );
  }
}

async function moveOffset(
  client: pg.ClientBase,
  batch: LandingBatch,
  last: Numbered<LandingRecord>,
  prepared: PreparedRecord | undefined,
): Promise<void> {
  await client.query(
    `update raw.landed_offset
     set offset_no = $5, record_key = $6, record_time = $7, record_hash = $8, landed_at = clock_timestamp()
     where (broker, topic, partition_id, generation) = ($1, $2, $3, $4)`,
    [
      ...[batch.broker, batch.topic, batch.partition, batch.generation, last.offsetNo, last.key, last.time],
      prepared?.record.key === last.key ? prepared.hash : null,
    ],
  );
}

function numberOrNull(text: string | undefined): string | null {
  return text !== undefined && /^\d+$/.test(text) ? text : null;
}
