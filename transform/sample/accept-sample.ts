import { sql } from 'kysely';
import type pg from 'pg';
import { RefusedError } from '../../platform/errors.ts';
import { warehouse } from '../../platform/warehouse.ts';

export interface Acceptance {
  readonly acceptedBy: string;
  /** Target keys he looked at; empty means all of the sample. */
  readonly lookedAt: readonly string[];
  /** Why nobody looked; makes it a waiver. */
  readonly waiverReason?: string;
}

/** Records who looked at which objects of the sample, or who waived it and why. Throws RefusedError where that cannot be. */
export async function acceptSample(pool: pg.Pool, acceptance: Acceptance): Promise<{ lookedAt: number }> {
  const sample = await warehouse(pool)
    .selectFrom('ops.sample')
    .select('target_key')
    .orderBy('target_type')
    .orderBy('position')
    .execute();
  const keys = sample.map((row) => row.target_key);
  const isWaiver = acceptance.waiverReason !== undefined;
  if (keys.length === 0 && !isWaiver) throw refused('There is no sample to accept.', 'itop-to-intercom sample');
  const unknown = acceptance.lookedAt.filter((key) => !keys.includes(key));
  if (unknown.length > 0) {
    throw refused(
      `Not in the sample: ${unknown.join(', ')}.`,
      'Name keys that "itop-to-intercom sample" lists, e.g. Ticket::83.',
    );
  }
  const lookedAt = isWaiver ? [] : acceptance.lookedAt.length === 0 ? keys : acceptance.lookedAt;
  await warehouse(pool)
    .insertInto('ops.sample_acceptance')
    .values({
      accepted_by: acceptance.acceptedBy,
      fingerprint: sql`ops.mapping_fingerprint()`,
      looked_at: [...lookedAt],
      waiver_reason: acceptance.waiverReason ?? null,
    })
    .execute();
  return { lookedAt: lookedAt.length };
}

/** Refuses unless somebody accepted, or waived, a sample of the present mapping. */
export async function requireAcceptedSample(pool: pg.Pool): Promise<void> {
  const rows = await warehouse(pool)
    .selectFrom('ops.sample_acceptance')
    .select(sql<boolean>`fingerprint = ops.mapping_fingerprint()`.as('is_present'))
    .orderBy('acceptance_id', 'desc')
    .limit(1)
    .execute();
  const latest = rows[0];
  if (latest?.is_present === true) return;
  throw refused(
    latest === undefined
      ? 'Nobody looked at a sample yet. Nothing was written.'
      : 'The mapping changed since the sample was accepted. Nothing was written.',
    'itop-to-intercom sample, preview, load --sample into a workspace for it; then: itop-to-intercom sample accept --by "Your Name". Or waive it: sample accept --by "Your Name" --waive "reason"',
  );
}

function refused(message: string, nextStep: string): RefusedError {
  return new RefusedError(message, { stage: 'sample', nextStep });
}
