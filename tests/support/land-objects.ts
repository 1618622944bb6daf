import type pg from 'pg';
import { openInlineBroker } from '../../extract/landing/inline-broker.ts';
import { canonicalPayload, type Envelope } from '../../extract/topics/envelope.ts';

/** An iTop object as a test writes it down. */
export interface GivenObject {
  readonly class: string;
  /** Null where iTop does not hold it any more. */
  readonly fields: Readonly<Record<string, unknown>> | null;
}

export interface LandingTimes {
  readonly observedAt?: Date;
}

/** Lands objects by source key through the inline broker, as an extraction would. `null` fields mean the object was deleted. */
export async function landObjects(
  pool: pg.Pool,
  objects: Readonly<Record<string, GivenObject>>,
  { observedAt = new Date('2026-01-01T12:00:00Z') }: LandingTimes = {},
): Promise<void> {
  const run = await pool.query<{ run_id: string }>(
    `insert into ops.run (command, fingerprint, fingerprint_detail, state) values ('test', '', '{}', 'done') returning run_id`,
  );
  const runId = run.rows[0]?.run_id ?? '';
  const chunk = await pool.query<{ chunk_id: string }>(
    `insert into ops.chunk (run_id, class, lower_id, upper_id) values ($1, 'test', 0, 1) returning chunk_id`,
    [runId],
  );
  const envelopes = Object.entries(objects).map(([key, object]): Envelope => {
    const [rootClass = '', id = ''] = key.split('::');
    return {
      schemaVersion: 1,
      rootClass,
      finalClass: object.class,
      id,
      op: object.fields === null ? 'delete' : 'upsert',
      channel: 'rest',
      runId,
      chunkId: chunk.rows[0]?.chunk_id ?? '',
      observedAt,
      payload: canonicalPayload(object.fields ?? {}),
    };
  });
  const broker = openInlineBroker(pool);
  try {
    await broker.ensureTopics([...new Set(envelopes.map((envelope) => envelope.rootClass))]);
    await broker.publish(envelopes);
  } finally {
    await broker.close();
  }
}
