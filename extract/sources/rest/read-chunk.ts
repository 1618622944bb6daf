import type { ItopObject } from '../../../itop/answer-reader.ts';
import { ItopError } from '../../../itop/errors.ts';
import type { HeldObjects } from '../../catalog/held-objects.ts';
import type { Chunk } from '../../run/chunks.ts';
import { BatchPublisher } from '../../topics/batch-publisher.ts';
import { storePictures } from '../files/pictures-in-text.ts';
import type { ClassPass } from './class-pass.ts';
import { envelopeOf } from './to-envelope.ts';

/** What became of a chunk: done, to be read as two halves, or a single object that iTop cannot give. */
export type ChunkOutcome =
  | {
      readonly kind: 'done';
      readonly rowCount: number;
      readonly byteCount: number;
      /** Objects by final class. */
      readonly classCounts: ReadonlyMap<string, number>;
    }
  | { readonly kind: 'too_much' }
  | { readonly kind: 'unreadable'; readonly error: ItopError };

/** Attempts at a window of one id before it counts as unreadable. */
const attemptsAtOneId = 3;

/**
 * Reads one window of ids and publishes its objects; resolves after the transport acknowledged all of them. `held` are its objects
 * where they need not be asked for.
 */
export async function readChunk(pass: ClassPass, chunk: Chunk, held?: HeldObjects): Promise<ChunkOutcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      const read = await readOnce(pass, chunk, held);
      pass.reader.outageRetry.answered();
      return { kind: 'done', ...read };
    } catch (error) {
      if (!(error instanceof ItopError)) throw error;
      if (error.remedy === 'less' && chunk.upperId - chunk.lowerId > 1) return { kind: 'too_much' };
      if (error.remedy === 'less' && attempt >= attemptsAtOneId) return { kind: 'unreadable', error };
      if (!error.isRetriable) throw error;
      await pass.reader.outageRetry.wait(error);
    }
  }
}

async function readOnce(pass: ClassPass, chunk: Chunk, held: HeldObjects | undefined) {
  const { readable } = pass;
  const publisher = new BatchPublisher(pass.broker);
  const oql = pass.axis.select(readable.name, chunk.lowerId, chunk.upperId);
  let rowCount = 0;
  let byteCount = 0;
  const classCounts = new Map<string, number>();
  const observedAt = held?.observedAt ?? pass.reader.now();
  const take = (object: ItopObject): Promise<void> | undefined => {
    rowCount++;
    classCounts.set(object.finalClass, (classCounts.get(object.finalClass) ?? 0) + 1);
    byteCount += object.byteLength;
    const origin = { runId: pass.runId, chunkId: chunk.chunkId, observedAt };
    const envelope = envelopeOf(object, readable.rootClass, origin);
    const full = publisher.add(envelope);
    if (pass.blobs === undefined || !envelope.payload.includes('data:image/')) return full;
    const { pool, store } = pass.blobs;
    return storePictures(pool, store, envelope, object.fields).then(() => full);
  };
  if (held === undefined)
    await pass.reader.attempt({ className: readable.name, oql, outputFields: readable.outputFields }, take);
  else for (const object of held.objects) await take(object);
  await publisher.flush();
  return { rowCount, byteCount, classCounts };
}
