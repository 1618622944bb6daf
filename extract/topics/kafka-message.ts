import type { KafkaMessage, Message } from 'kafkajs';
import type { LandingRecord } from './topic-record.ts';

/**
 * All headers travel in one, as JSON: kafkajs builds the object of a message's headers again for each of them, and nine of them
 * cost more than everything else in reading a message.
 */
const envelopeHeader = 'envelope';

/** A record as Kafka stores it. */
export function messageOf({ key, value, time, headers }: LandingRecord): Message {
  return { key, value, timestamp: String(time.getTime()), headers: { [envelopeHeader]: JSON.stringify(headers) } };
}

/** A message of a topic as landing takes it. One that another program wrote keeps the headers it has. */
export function recordOfMessage(message: KafkaMessage): LandingRecord & { readonly offset: bigint } {
  return {
    offset: BigInt(message.offset),
    // NUL, which only another program writes, is in no text of Postgres, and the landed offset holds the key.
    key: (message.key?.toString('utf8') ?? '').replaceAll('\0', '\ufffd'),
    time: new Date(Number(message.timestamp)),
    headers: headersOf(message),
    value: message.value ?? Buffer.alloc(0),
  };
}

function headersOf({ headers = {} }: KafkaMessage): Readonly<Record<string, string>> {
  const packed = headers[envelopeHeader];
  const given = packed === undefined ? headers : unpacked(String(packed));
  const texts: Record<string, string> = {};
  for (const name in given) texts[name] = String(given[name] ?? '');
  return texts;
}

function unpacked(packed: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(packed) ?? {};
  } catch {
    return {};
  }
}
