import { hash as digest } from 'node:crypto';
import { canonicalPayload } from '../topics/envelope.ts';
import { headerNames, type NumberedRecord, payloadBlobHeader } from '../topics/topic-record.ts';
import { volatileMembersOf } from './volatile-fields.ts';
import { copyWithoutMembers } from './without-members.ts';

/** A record that can be stored. */
export interface PreparedRecord {
  readonly record: NumberedRecord;
  readonly sourceKey: string;
  readonly rootClass: string;
  readonly finalClass: string;
  readonly sourceId: bigint;
  readonly op: 'upsert' | 'delete';
  readonly channel: string;
  readonly runId: bigint;
  readonly chunkId: bigint | null;
  readonly observedAt: Date;
  readonly payload: Buffer;
  /** SHA-256 over class, operation and stable content, in hexadecimal. */
  readonly hash: string;
  readonly repairs: readonly string[];
}

/** Why a record cannot be stored. */
export interface RejectedRecord {
  readonly record: NumberedRecord;
  readonly reasonCode:
    | 'missing_header'
    | 'malformed_header'
    | 'unknown_class'
    | 'payload_missing'
    | 'not_json'
    | 'not_storable';
  readonly reason: string;
  readonly nextStep: string;
}

/** Root class by class, from `ops.itop_class`. */
export type RootClasses = ReadonlyMap<string, string>;

/** A record without chunk is possible: objects that were fetched one by one. */
const neededHeaders = Object.values(headerNames).filter((name) => name !== headerNames.chunkId);

/**
 * Checks, repairs and hashes one record. This is the one place where hashing happens, after repair: the hash covers what will be
 * stored, without volatile fields, and says whether two observations are the same.
 */
export function prepareRecord(record: NumberedRecord, rootClasses: RootClasses): PreparedRecord | RejectedRecord {
  const { headers } = record;
  if (neededHeaders.some((name) => !headers[name]))
    return rejected(
      record,
      'missing_header',
      `the record lacks ${neededHeaders.filter((name) => !headers[name]).join(', ')}`,
      'Publish it again with this version of the extractor.',
    );

  const runId = runIdOf(headers[headerNames.runId] ?? '');
  const chunkId = headers[headerNames.chunkId] ? chunkIdOf(headers[headerNames.chunkId] ?? '') : null;
  const observedAt = timeOf(headers[headerNames.observedAt] ?? '');
  const op = headers[headerNames.op];
  const isOperation = op === 'upsert' || op === 'delete';
  if (runId === undefined || chunkId === undefined || observedAt === undefined || !isOperation) {
    const malformed = [
      ...(runId === undefined ? [headerNames.runId] : []),
      ...(chunkId === undefined ? [headerNames.chunkId] : []),
      ...(observedAt === undefined ? [headerNames.observedAt] : []),
      ...(isOperation ? [] : [headerNames.op]),
    ];
    return rejected(
      record,
      'malformed_header',
      `the record's ${malformed.join(', ')} cannot be read`,
      'Find out who else writes to this topic; publish the record again with this version of the extractor.',
    );
  }

  const rootClass = headers[headerNames.rootClass] ?? '';
  const finalClass = headers[headerNames.finalClass] ?? '';
  const id = headers[headerNames.id] ?? '';
  if (rootClasses.get(finalClass) !== rootClass || !/^\d{1,18}$/.test(id)) {
    const reason = `class ${finalClass} (root ${rootClass}) with id ${id} is not in the known class tree`;
    return rejected(
      record,
      'unknown_class',
      reason,
      'Add the class with its root to ops.itop_class and extract it again.',
    );
  }

  if (headers[payloadBlobHeader] !== undefined)
    return rejected(
      record,
      'payload_missing',
      `the payload was too large for the topic, and ${headers[payloadBlobHeader]} is not in the blob store`,
      'Give the sink the directory of the extraction (blobs.directory), and extract the object again.',
    );

  const repaired = repair(record.value);
  if (repaired === undefined) return notJson(record);
  return {
    record,
    sourceKey: `${rootClass}::${id}`,
    rootClass,
    finalClass,
    sourceId: BigInt(id),
    op,
    channel: headers[headerNames.channel] ?? '',
    runId,
    chunkId,
    observedAt,
    payload: repaired.payload,
    hash: hashOf(op, finalClass, repaired.payload, volatileMembersOf(rootClass)),
    repairs: repaired.repairs,
  };
}

function rejected(
  record: NumberedRecord,
  reasonCode: RejectedRecord['reasonCode'],
  reason: string,
  nextStep: string,
): RejectedRecord {
  // What another program wrote may hold NUL, which no text in Postgres can.
  return { record, reasonCode, reason: reason.replaceAll('\0', '\ufffd'), nextStep };
}

/*
 * A topic can hold what another program wrote: what cannot be read is undefined, and one such record must not stop the batch.
 * The records of a chunk share these values, so each is read once for many records.
 */
const runIdOf = rememberingLast(numberOf);
const chunkIdOf = rememberingLast(numberOf);
const timeOf = rememberingLast((text) => {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
});

function numberOf(text: string): bigint | undefined {
  return /^\d{1,18}$/.test(text) ? BigInt(text) : undefined;
}

function rememberingLast<T>(read: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly value: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, value: read(text) };
    return last.value;
  };
}

/** The hash that a version had when it landed, taken again from what is stored of it. */
export function hashOfStored(finalClass: string, rootClass: string, payload: unknown): string {
  return hashOf('upsert', finalClass, canonicalPayload(payload), volatileMembersOf(rootClass));
}

/** What is hashed is put together here: a buffer for each record would be most of the garbage of a batch. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

function hashOf(op: string, finalClass: string, payload: Buffer, volatileMembers: readonly Buffer[]): string {
  const prefix = `${op}\0${finalClass}\0`;
  const bytes = prefix.length * 3 + payload.length;
  const target = bytes <= scratch.length ? scratch : Buffer.allocUnsafe(bytes);
  const end = copyWithoutMembers(payload, volatileMembers, target, target.write(prefix));
  return digest('sha256', target.subarray(0, end), 'hex');
}

const escapedCharacter = Buffer.from('\\u');
const escapedNul = Buffer.from('\\u0000');
const none: readonly string[] = [];
const escapedSurrogates = [Buffer.from('\\ud'), Buffer.from('\\uD')];

/**
 * jsonb holds no NUL and no half of a surrogate pair; iTop's data can. Undefined when the value is no JSON object, as far as that
 * is seen without parsing: parsing each value twice costs a third of this process's time, so the rest is left to Postgres.
 */
function repair(value: Buffer): { payload: Buffer; repairs: readonly string[] } | undefined {
  if (value[0] !== 0x7b) return undefined;
  const isSuspect =
    value.includes(escapedCharacter) && [escapedNul, ...escapedSurrogates].some((escaped) => value.includes(escaped));
  if (!isSuspect) return { payload: value, repairs: none };
  const fields = parsed(value);
  if (fields === undefined) return undefined;
  const repairs = new Set<string>();
  const mended = mend(fields, repairs);
  return repairs.size === 0
    ? { payload: value, repairs: [] }
    : { payload: canonicalPayload(mended), repairs: [...repairs].sort() };
}

function parsed(value: Buffer): unknown {
  try {
    return JSON.parse(value.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Why Postgres refused a record that passed all checks before: for its dead letter. */
export function refusedByDatabase({ record }: PreparedRecord, refusal: string): RejectedRecord {
  return parsed(record.value) === undefined
    ? notJson(record)
    : rejected(
        record,
        'not_storable',
        `Postgres cannot store the value: ${refusal}`,
        'Mend the field in iTop and extract the object again.',
      );
}

function notJson(record: NumberedRecord): RejectedRecord {
  return rejected(record, 'not_json', 'the value is not a JSON object', 'Extract the object again.');
}

function mend(value: unknown, repairs: Set<string>): unknown {
  if (typeof value === 'string') return mendText(value, repairs);
  if (Array.isArray(value)) return value.map((inner) => mend(inner, repairs));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [mendText(name, repairs), mend(inner, repairs)]),
  );
}

function mendText(text: string, repairs: Set<string>): string {
  let mended = text;
  if (mended.includes('\0')) {
    repairs.add('nul_removed');
    mended = mended.replaceAll('\0', '');
  }
  if (!mended.isWellFormed()) {
    repairs.add('lone_surrogate_replaced');
    mended = mended.toWellFormed();
  }
  return mended;
}
