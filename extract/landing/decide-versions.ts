import type { PreparedRecord } from './prepare-record.ts';

/** What `raw.head` knows of an object. */
export interface Head {
  readonly versionId: bigint;
  readonly finalClass: string;
  /** In hexadecimal. */
  readonly hash: string;
  readonly op: 'upsert' | 'delete';
  readonly seenAt: Date;
  /** Hash of the record before, in offset order, and the version it became or confirmed. */
  readonly lastRecordHash: string;
  readonly lastVersionId: bigint;
}

export interface Decided {
  /** Records that become versions, with the ids they take. */
  readonly versions: readonly { readonly versionId: bigint; readonly record: PreparedRecord }[];
  /** Heads after the batch, of every key in it. */
  readonly heads: ReadonlyMap<string, Head>;
  /** Keys whose latest version is another one than before. */
  readonly changed: ReadonlySet<string>;
}

/**
 * Decides which records of a batch become versions, in offset order.
 *
 * A record is dropped only if its hash equals that of the record before it and that version is the latest; it still moves the time
 * at which the latest was seen. Any other record becomes a version, also when it is older than the latest. The latest is the one
 * observed last, ties going to the one landed later: so A, B, A ends at A, and a late observation of an old state changes nothing.
 */
export function decideVersions(
  records: readonly PreparedRecord[],
  known: ReadonlyMap<string, Head>,
  nextVersionId: () => bigint,
): Decided {
  const heads = new Map<string, Head>();
  const changed = new Set<string>();
  const versions: { versionId: bigint; record: PreparedRecord }[] = [];
  for (const record of records) {
    const head = heads.get(record.sourceKey) ?? known.get(record.sourceKey);
    if (head !== undefined && head.lastVersionId === head.versionId && head.lastRecordHash === record.hash) {
      const seenAt = record.observedAt > head.seenAt ? record.observedAt : head.seenAt;
      heads.set(record.sourceKey, { ...head, seenAt });
      continue;
    }
    const versionId = nextVersionId();
    versions.push({ versionId, record });
    const last = { lastRecordHash: record.hash, lastVersionId: versionId };
    if (head === undefined || record.observedAt >= head.seenAt) {
      const { finalClass, hash, op, observedAt: seenAt } = record;
      heads.set(record.sourceKey, { versionId, finalClass, hash, op, seenAt, ...last });
      changed.add(record.sourceKey);
    } else {
      heads.set(record.sourceKey, { ...head, ...last });
    }
  }
  return { versions, heads, changed };
}
