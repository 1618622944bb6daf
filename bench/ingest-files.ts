import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BinaryCopy } from '../extract/landing/binary-copy.ts';
import { topicOf } from '../extract/topics/broker.ts';
import { canonicalPayload, type Envelope } from '../extract/topics/envelope.ts';
import { generatePopulation } from '../rehearsal/generator/population.ts';

/** The same tickets in the form each contender reads, so that none of them makes records while the clock runs. */
export interface IngestFiles {
  /** A line a ticket: id, tab, payload. */
  readonly envelopes: string;
  /** COPY text of all columns of raw.object. */
  readonly text: string;
  /** Binary COPY of the same rows, a half each. */
  readonly binary: readonly [string, string];
}

export function ingestFilesIn(directory: string): IngestFiles {
  const at = (name: string) => join(directory, name);
  return { envelopes: at('envelopes'), text: at('text'), binary: [at('binary-0'), at('binary-1')] };
}

const observedAt = new Date('2026-01-01T00:00:00Z');
const rowsAtOnce = 500;
const readBytes = 512 * 1024;

/** Writes tickets of the generator with four log entries, about 3 kB each. Gives the bytes of their payloads. */
export async function writeIngestFiles(files: IngestFiles, recordCount: number): Promise<number> {
  let bytes = 0;
  const count = (size: number) => {
    bytes += size;
  };
  await pipeline(Readable.from(envelopeLines(recordCount, count)), createWriteStream(files.envelopes));
  await pipeline(Readable.from(textRows(files)), createWriteStream(files.text));
  await pipeline(Readable.from(binaryRows(files, 0)), createWriteStream(files.binary[0]));
  await pipeline(Readable.from(binaryRows(files, 1)), createWriteStream(files.binary[1]));
  return bytes;
}

/** The tickets as extraction publishes them, so many at a time. */
export async function* readEnvelopes(files: IngestFiles, atOnce: number): AsyncGenerator<Envelope[]> {
  let batch: Envelope[] = [];
  let rest = Buffer.alloc(0);
  const file = await open(files.envelopes);
  try {
    for (;;) {
      const data = Buffer.allocUnsafeSlow(rest.length + readBytes);
      rest.copy(data);
      const { bytesRead } = await file.read(data, rest.length);
      if (bytesRead === 0) break;
      const length = rest.length + bytesRead;
      let start = 0;
      for (let end = data.indexOf(10, start); end !== -1 && end < length; end = data.indexOf(10, start)) {
        const tab = data.indexOf(9, start);
        batch.push(envelope(data.toString('latin1', start, tab), data.subarray(tab + 1, end)));
        start = end + 1;
        if (batch.length === atOnce) {
          yield batch;
          batch = [];
        }
      }
      rest = data.subarray(start, length);
    }
  } finally {
    await file.close();
  }
  if (batch.length > 0) yield batch;
}

function envelope(id: string, payload: Buffer): Envelope {
  return {
    schemaVersion: 1,
    rootClass: 'Ticket',
    finalClass: 'UserRequest',
    id,
    op: 'upsert',
    channel: 'rest',
    runId: '1',
    chunkId: '1',
    observedAt,
    payload,
  };
}

function* envelopeLines(recordCount: number, count: (bytes: number) => void): Generator<Buffer> {
  const requests = generatePopulation({ seed: 1, tickets: recordCount, logEntriesPerTicket: 4 }).get('UserRequest');
  for (const id of requests?.ids(1, Number.MAX_SAFE_INTEGER) ?? []) {
    // What landing repairs, a bare COPY refuses.
    const payload = Buffer.from(
      canonicalPayload(requests?.read(id))
        .toString('utf8')
        .replace(/\\u(0000|d[0-9a-f]{3})/g, ' '),
    );
    count(payload.length);
    yield Buffer.concat([Buffer.from(`${id}\t`), payload, Buffer.from('\n')]);
  }
}

async function* textRows(files: IngestFiles): AsyncGenerator<Buffer> {
  const time = observedAt.toISOString();
  const after = `\\\\x${'00'.repeat(32)}\t${time}\t${time}\t1\t1\trest\tinline\t${topicOf('Ticket')}\t0\t0`;
  for await (const batch of readEnvelopes(files, rowsAtOnce)) {
    const lines = batch.map(({ id, payload }) => {
      const escaped = payload.toString('utf8').replaceAll('\\', '\\\\');
      return `${id}\tTicket::${id}\tTicket\tUserRequest\t${id}\tupsert\t${escaped}\t${after}\t${id}\t{}\n`;
    });
    yield Buffer.from(lines.join(''));
  }
}

async function* binaryRows(files: IngestFiles, half: number): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const batch of readEnvelopes(files, rowsAtOnce)) {
    const copy = new BinaryCopy(rowsAtOnce * 4_096);
    for (const [index, { id, payload }] of batch.entries()) {
      if (index % 2 !== half) continue;
      copy.row(19);
      copy.int8(BigInt(id));
      copy.text(`Ticket::${id}`);
      copy.text('Ticket');
      copy.text('UserRequest');
      copy.int8(BigInt(id));
      copy.text('upsert');
      copy.jsonb(payload);
      copy.hex('00'.repeat(32));
      copy.timestamp(observedAt);
      copy.timestamp(observedAt);
      copy.int8(1n);
      copy.int8(1n);
      for (const text of ['rest', 'inline', topicOf('Ticket')]) copy.text(text);
      copy.int4(half);
      copy.int4(0);
      copy.int8(BigInt(id));
      copy.textArray([]);
    }
    // One header and one end for the whole file.
    const bytes = copy.finish();
    yield bytes.subarray(isFirst ? 0 : 19, -2);
    isFirst = false;
  }
  yield Buffer.from([0xff, 0xff]);
}
