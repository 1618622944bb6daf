import type { ItopObject } from '../../itop/answer-reader.ts';
import type { BlobAnswer } from '../../itop/blob-answer.ts';
import type { Itop, ItopQuery } from '../../itop/client.ts';
import { narrowedTo, type Oql, selectAll } from '../../itop/oql.ts';
import { Gate } from './gate.ts';
import type { OutageRetry } from './outage-retry.ts';

/** iTop behind the politeness limit and the retries of a run. */
export interface RestReader {
  /** iTop's own count, asked again while iTop is away. */
  count(className: string, oql?: Oql): Promise<number>;
  /** iTop's own count of a query and one object of it. */
  sample(
    className: string,
    oql: Oql,
    outputFields: readonly string[] | '*',
  ): Promise<{ readonly count: number; readonly object: ItopObject | undefined }>;
  /** One attempt at a query; `take` may give a promise that is awaited before the next object. */
  attempt(query: ItopQuery, take: (object: ItopObject) => Promise<void> | undefined): Promise<void>;
  /** A small query, asked again while iTop is away: `take` may then see an object twice. */
  read(query: ItopQuery, take: (object: ItopObject) => Promise<void> | undefined): Promise<void>;
  /** The bytes of one file, streamed into `take`; asked again while iTop is away, `take` may then be called twice. */
  file<T>(
    className: string,
    id: number,
    attribute: string,
    take: (bytes: AsyncIterable<Buffer>) => Promise<T>,
  ): Promise<{ readonly taken: T; readonly file: BlobAnswer['file'] }>;
  readonly outageRetry: OutageRetry;
  /** What time it is on iTop's own clock; never earlier than it was before, also for an earlier reader. */
  now(): Date;
}

/** Bytes of answers that may wait for their reader, over all answers together: a few windows of the usual size. */
const aheadBytes = 32_000_000;

/** `seenBefore`: up to when iTop was seen by earlier readers, by its own clock. */
export function restReader(
  itop: Itop,
  gate: Gate,
  outageRetry: OutageRetry,
  { signal, seenBefore }: { readonly signal?: AbortSignal | undefined; readonly seenBefore?: Date | null } = {},
): RestReader {
  // While the records of some answers are landed, iTop works on the next ones.
  const answers = new Gate({ inFlight: 2 * gate.inFlight, pauseMs: 0 });
  const bytes = aheadBytes / answers.inFlight;
  let latest = new Date(seenBefore == null ? 0 : seenBefore.getTime() + 1);

  async function attempt(query: ItopQuery, take: (object: ItopObject) => Promise<void> | undefined): Promise<void> {
    const read = async (received: () => void): Promise<void> => {
      for await (const object of itop.get({ ...query, signal, ahead: { bytes, received } })) {
        const full = take(object);
        if (full !== undefined) await full;
      }
    };
    await answers.pass(() => gate.pass(read));
  }
  return {
    outageRetry,
    now() {
      const now = itop.clock.now();
      if (now > latest) latest = now;
      return latest;
    },
    attempt,
    read: (query, take) => outageRetry.ask(() => attempt(query, take)),
    file: (className, id, attribute, take) =>
      outageRetry.ask(() =>
        gate.pass(async () => {
          let file: BlobAnswer['file'];
          const bytes = async function* () {
            file = yield* itop.blob(className, id, attribute, signal);
          };
          const taken = await take(bytes());
          return { taken, file };
        }),
      ),
    sample: (className, oql, fields) =>
      outageRetry.ask(() => gate.pass(() => itop.sample(className, oql, fields, signal))),
    count: (className, oql) => outageRetry.ask(() => gate.pass(() => itop.count(className, oql, signal))),
  };
}

/** Whose attribute must have one of the values, for a class that is not wholly needed. */
export interface Narrowing {
  readonly attribute: string;
  readonly values: readonly string[];
}

/** A reader that sees only a part of the class it is asked for. */
export function narrowedReader(reader: RestReader, { attribute, values }: Narrowing): RestReader {
  const narrowed = (query: ItopQuery): ItopQuery => ({ ...query, oql: narrowedTo(query.oql, attribute, values) });
  return {
    outageRetry: reader.outageRetry,
    now: () => reader.now(),
    file: (...asked) => reader.file(...asked),
    sample: (className, oql, fields) => reader.sample(className, narrowedTo(oql, attribute, values), fields),
    attempt: (query, take) => reader.attempt(narrowed(query), take),
    read: (query, take) => reader.read(narrowed(query), take),
    count: (className, oql = selectAll(className)) => reader.count(className, narrowedTo(oql, attribute, values)),
  };
}
