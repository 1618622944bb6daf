import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { LandingBatch } from '../topics/topic-record.ts';
import { textArray } from './binary-arrays.ts';
import { BinaryCopy } from './binary-copy.ts';
import { type Decided, decideVersions, type Head } from './decide-versions.ts';
import { type PreparedRecord, type RejectedRecord, refusedByDatabase } from './prepare-record.ts';

/** Holds the versions of a usual batch. */
const copyBufferBytes = 3 * 1024 * 1024;

/** What became of the records of a batch. */
interface Stored {
  readonly storable: readonly PreparedRecord[];
  readonly decided: Decided;
  readonly refused: readonly RejectedRecord[];
}

/**
 * Decides about the records and writes those that become versions. Postgres decides what jsonb can hold: where it refuses the
 * batch, the refused records are found one by one, and the rest is decided on again without them.
 */
export async function storeVersions(
  client: pg.ClientBase,
  batch: LandingBatch,
  prepared: readonly PreparedRecord[],
  ids: Buffer,
): Promise<Stored> {
  if (prepared.length === 0) return { storable: [], decided: decideVersions([], new Map(), () => 0n), refused: [] };
  const known = await readHeads(client, prepared);
  const decide = (records: readonly PreparedRecord[]): Decided => {
    let at = 0;
    return decideVersions(records, known, () => {
      at += 8;
      return ids.readBigInt64BE(at - 8);
    });
  };
  const decided = decide(prepared);
  if ((await tryVersions(client, batch, decided.versions)) === undefined)
    return { storable: prepared, decided, refused: [] };

  const refused = new Map<PreparedRecord, RejectedRecord>();
  await findRefused(client, batch, decided.versions, refused);
  const storable = prepared.filter((record) => !refused.has(record));
  const again = decide(storable);
  await copyVersions(client, batch, again.versions);
  return { storable, decided: again, refused: [...refused.values()] };
}

async function readHeads(client: pg.ClientBase, records: readonly PreparedRecord[]): Promise<Map<string, Head>> {
  const keys = [...new Set(records.map((record) => record.sourceKey))];
  const { rows } = await client.query<{
    source_key: string;
    final_class: string;
    version_id: string;
    payload_hash: string;
    op: 'upsert' | 'delete';
    seen_at: Date;
    last_record_hash: string;
    last_version_id: string;
  }>({
    name: 'landing read heads',
    text: `select source_key, final_class, version_id, encode(payload_hash, 'hex') as payload_hash, op, seen_at,
       encode(last_record_hash, 'hex') as last_record_hash, last_version_id
     from raw.head where source_key = any ($1::text[]) order by source_key for update`,
    values: [textArray(keys)],
  });
  return new Map(
    rows.map((row) => [
      row.source_key,
      {
        versionId: BigInt(row.version_id),
        finalClass: row.final_class,
        hash: row.payload_hash,
        op: row.op,
        seenAt: row.seen_at,
        lastRecordHash: row.last_record_hash,
        lastVersionId: BigInt(row.last_version_id),
      },
    ]),
  );
}

type Versions = Decided['versions'];

/** Writes versions; where Postgres refuses a value, writes none and gives its words. */
async function tryVersions(
  client: pg.ClientBase,
  batch: LandingBatch,
  versions: Versions,
): Promise<string | undefined> {
  try {
    await copyVersions(client, batch, versions);
  } catch (error) {
    if (!isAboutData(error)) throw error;
    await client.query('rollback to savepoint versions');
    return error.message;
  }
  return undefined;
}

/** Halves the versions until each refused one stands alone. Leaves nothing written. */
async function findRefused(
  client: pg.ClientBase,
  batch: LandingBatch,
  versions: Versions,
  refused: Map<PreparedRecord, RejectedRecord>,
): Promise<void> {
  await client.query('savepoint search');
  const refusal = await tryVersions(client, batch, versions);
  await client.query('rollback to savepoint search');
  const [only] = versions;
  if (refusal === undefined || only === undefined) return;
  if (versions.length === 1) {
    refused.set(only.record, refusedByDatabase(only.record, refusal));
    return;
  }
  const middle = Math.ceil(versions.length / 2);
  await findRefused(client, batch, versions.slice(0, middle), refused);
  await findRefused(client, batch, versions.slice(middle), refused);
}

/** Class 22: the value is at fault; class 54: it goes beyond a limit, such as the depth of nesting. */
function isAboutData(error: unknown): error is Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('22') || code.startsWith('54');
}

/**
 * One for each connection, for a new one for each batch would be most of the memory that V8 sees come and go outside of its heap, for
 * which it collects the whole heap. A connection is done with its buffer before the next batch: Postgres answers a COPY, and also the
 * rollback after one that it refused, only when it has read what was sent before.
 */
const copyBuffers = new WeakMap<pg.ClientBase, BinaryCopy>();

function copyBufferOf(client: pg.ClientBase): BinaryCopy {
  const known = copyBuffers.get(client);
  if (known !== undefined) return known;
  const made = new BinaryCopy(copyBufferBytes);
  copyBuffers.set(client, made);
  return made;
}

/** Behind a savepoint, which is there while Postgres refuses a value. */
async function copyVersions(client: pg.ClientBase, batch: LandingBatch, versions: Versions): Promise<void> {
  if (versions.length === 0) return;
  const copy = copyBufferOf(client);
  copy.begin();
  for (const { versionId, record } of versions) {
    copy.row(18);
    copy.int8(versionId);
    copy.text(record.sourceKey);
    copy.text(record.rootClass);
    copy.text(record.finalClass);
    copy.int8(record.sourceId);
    copy.text(record.op);
    copy.jsonb(record.payload);
    copy.hex(record.hash);
    copy.timestamp(record.observedAt);
    copy.int8(record.runId);
    if (record.chunkId === null) copy.nullValue();
    else copy.int8(record.chunkId);
    copy.text(record.channel);
    copy.text(batch.broker);
    copy.text(batch.topic);
    copy.int4(batch.partition);
    copy.int4(batch.generation);
    copy.int8(record.record.offset);
    copy.textArray(record.repairs);
  }
  const stream = client.query(
    copyFrom(`savepoint versions; copy raw.object (version_id, source_key, root_class, final_class, source_id, op, payload, payload_hash, observed_at,
      run_id, chunk_id, channel, broker, topic, partition_id, generation, offset_no, repairs) from stdin (format binary); release savepoint versions`),
  );
  await pipeline([copy.finish()], stream);
}
