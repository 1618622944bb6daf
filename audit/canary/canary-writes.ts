import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type pg from 'pg';
import type { Call } from '../../intercom/call.ts';
import type { Intercom } from '../../intercom/client.ts';
import { Conflict, IntercomError, NotFound, RateLimited, Rejected } from '../../intercom/errors.ts';
import { FailedError } from '../../platform/errors.ts';
import { LeaseLost, type Moment, moment, requireWithin } from '../../platform/process-lease.ts';
import { warehouse } from '../../platform/warehouse.ts';

/** One canary on its way: every call it makes is written down before it is sent. */
export interface CanaryContext {
  readonly pool: pg.Pool;
  readonly intercom: Intercom;
  readonly canaryId: string;
  readonly workspaceIdCode: string;
  /** How long a call that was cleared may still be sent, in milliseconds. */
  readonly leaseMs: number;
  readonly signal: AbortSignal | undefined;
}

export interface CanaryWrite {
  readonly canary_id: string;
  readonly write_id: string;
  readonly target_type: string;
  readonly label: string;
  readonly state: 'intent' | 'done' | 'refused' | 'uncertain';
  readonly target_id: string | null;
  readonly payload: Readonly<Record<string, unknown>> | null;
  readonly detail: string | null;
  readonly sent_by: Date | null;
  readonly removed_at: Date | null;
}

export type Written<T> = { readonly value: T } | { readonly refusal: IntercomError };

interface WriteRequest<T> {
  readonly label: string;
  readonly targetType:
    | 'contact'
    | 'company'
    | 'conversation'
    | 'part'
    | 'conversation_attribute'
    | 'contact_attribute'
    | 'company_attribute'
    | 'change';
  readonly call: Call<T>;
  /** Intercom's id of what was made, from the answer. */
  readonly idOf: (value: T) => string | null;
  /** A contact made a moment ago may not be known everywhere: a 404 is asked again for a while. */
  readonly isOfFreshContact?: boolean;
  /** Only to see what happens: a lost answer, or a right that is missing, ends the trial and not the canary. */
  readonly isTrial?: boolean;
}

const freshContactAttempts = 15;
const longestWaits = 6;

/** Makes one call: intent, call, outcome. What Intercom refuses is an answer too; a lost answer ends the canary. */
export async function write<T>(context: CanaryContext, request: WriteRequest<T>): Promise<Written<T>> {
  const { pool, canaryId, intercom, leaseMs } = context;
  const { write_id: writeId } = await warehouse(pool)
    .insertInto('load.canary_write')
    .values({
      canary_id: canaryId,
      operation: request.call.operation,
      target_type: request.targetType,
      label: request.label,
      payload: JSON.stringify(request.call.body ?? null),
    })
    .returning('write_id')
    .executeTakeFirstOrThrow();
  const close = (state: 'done' | 'refused' | 'uncertain', targetId: string | null, detail: string | null) =>
    warehouse(pool)
      .updateTable('load.canary_write')
      .set({ state, target_id: targetId, detail, sent_by: sql<Date>`least(sent_by, clock_timestamp())` })
      .where('write_id', '=', writeId)
      .execute();
  for (let attempt = 1; ; attempt++) {
    context.signal?.throwIfAborted();
    const clearedAt = await clear(context, writeId);
    if (clearedAt === undefined) {
      await close('refused', null, 'not sent: the canary was removed meanwhile');
      throw removedMeanwhile();
    }
    try {
      const { value } = await intercom.checkedBy(() => requireWithin(leaseMs, clearedAt)).send(request.call);
      await close('done', request.idOf(value), null);
      return { value };
    } catch (error) {
      // Not sent, because this process slept: the canary may have been removed since, and is asked for again.
      if (error instanceof LeaseLost) continue;
      if (!(error instanceof IntercomError)) throw error;
      if (error instanceof RateLimited && attempt <= longestWaits) {
        await pause(10_000, undefined, { signal: context.signal });
      } else if (error instanceof NotFound && request.isOfFreshContact === true && attempt < freshContactAttempts) {
        await pause(Math.min(200 * attempt, 2_000), undefined, { signal: context.signal });
      } else if (error instanceof Rejected || error instanceof Conflict || error instanceof NotFound) {
        await close('refused', error instanceof Conflict ? (error.existingId ?? null) : null, error.message);
        return { refusal: error };
      } else {
        await close('uncertain', null, error.message);
        if (request.isTrial === true) return { refusal: error };
        throw stopped(error.message, `${error.nextStep}\n      Then: itop-to-intercom canary remove`, error);
      }
    }
  }
}

/**
 * Clears a call to be sent within one lease from the moment given back; undefined where the canary is being removed. Whoever removes
 * it shuts this first, and waits until what was cleared before has taken effect.
 */
async function clear({ pool, canaryId, leaseMs }: CanaryContext, writeId: string): Promise<Moment | undefined> {
  // Before the database is asked: the answer may be read long after it was given.
  const clearedAt = moment();
  const { numUpdatedRows } = await warehouse(pool)
    .with('sending', (db) =>
      db
        .selectFrom('load.canary')
        .select('canary_id')
        .where('canary_id', '=', canaryId)
        .where('state', '=', 'sending')
        .forShare(),
    )
    .updateTable('load.canary_write')
    .set({ sent_by: sql<Date>`clock_timestamp() + ${leaseMs} * interval '1 millisecond'` })
    .where('write_id', '=', writeId)
    .where('canary_id', 'in', (db) => db.selectFrom('sending').select('canary_id'))
    .executeTakeFirst();
  return numUpdatedRows === 1n ? clearedAt : undefined;
}

/** Another process began to remove the canary while this one sent it. */
export function removedMeanwhile(): FailedError {
  return stopped(
    'it was removed meanwhile',
    'Send it again: itop-to-intercom canary send --address <a mailbox you own>',
  );
}

function stopped(why: string, nextStep: string, cause?: unknown): FailedError {
  return new FailedError(`The canary was stopped: ${why}`, { stage: 'canary', nextStep, cause });
}

export function isWritten<T>(written: Written<T>): written is { readonly value: T } {
  return 'value' in written;
}

/** What a canary wrote, in order. */
export async function readWrites(pool: pg.Pool, canaryId: string): Promise<CanaryWrite[]> {
  const rows = await warehouse(pool)
    .selectFrom('load.canary_write')
    .selectAll()
    .$narrowType<Pick<CanaryWrite, 'payload'>>()
    .where('canary_id', '=', canaryId)
    .orderBy('write_id')
    .execute();
  return rows;
}

/** The word that only this canary's texts hold. */
export function canaryToken(canaryId: string): string {
  return `itopcanary${canaryId}`;
}
