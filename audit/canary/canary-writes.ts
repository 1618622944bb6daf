import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Call } from '../../intercom/call.ts';
import type { Intercom } from '../../intercom/client.ts';
import { Conflict, IntercomError, NotFound, RateLimited, Rejected } from '../../intercom/errors.ts';
import { FailedError } from '../../platform/errors.ts';
import { defaultLeaseMs, LeaseLost, moment, requireWithin } from '../../platform/process-lease.ts';
import { warehouse } from '../../platform/warehouse.ts';

/** One canary on its way: every call it makes is written down before it is sent. */
export interface CanaryContext {
  readonly pool: pg.Pool;
  readonly intercom: Intercom;
  readonly canaryId: string;
  readonly workspaceIdCode: string;
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
  const { pool, canaryId, intercom } = context;
  const { rows } = await pool.query<{ write_id: string }>(
    `insert into load.canary_write (canary_id, operation, target_type, label, payload)
     select $1, $2, $3, $4, $5 from load.canary where canary_id = $1 and state <> 'removed' returning write_id`,
    [canaryId, request.call.operation, request.targetType, request.label, JSON.stringify(request.call.body ?? null)],
  );
  const writeId = rows[0]?.write_id;
  if (writeId === undefined)
    throw stopped(
      'it was removed meanwhile',
      'Send it again: itop-to-intercom canary send --address <a mailbox you own>',
    );
  const settle = (state: string, targetId: string | null, detail: string | null): Promise<unknown> =>
    pool.query('update load.canary_write set state = $2, target_id = $3, detail = $4 where write_id = $1', [
      writeId,
      state,
      targetId,
      detail,
    ]);
  for (let attempt = 1; ; attempt++) {
    context.signal?.throwIfAborted();
    const checkedAt = moment();
    try {
      const { value } = await intercom.checkedBy(() => requireWithin(defaultLeaseMs, checkedAt)).send(request.call);
      await settle('done', request.idOf(value), null);
      return { value };
    } catch (error) {
      if (error instanceof LeaseLost) {
        // Not sent: somebody may have removed the canary while this process slept.
        await settle('refused', null, error.message);
        throw stopped(error.message, 'itop-to-intercom canary remove', error);
      }
      if (!(error instanceof IntercomError)) throw error;
      if (error instanceof RateLimited && attempt <= longestWaits) {
        await pause(10_000, undefined, { signal: context.signal });
      } else if (error instanceof NotFound && request.isOfFreshContact === true && attempt < freshContactAttempts) {
        await pause(Math.min(200 * attempt, 2_000), undefined, { signal: context.signal });
      } else if (error instanceof Rejected || error instanceof Conflict || error instanceof NotFound) {
        await settle('refused', error instanceof Conflict ? (error.existingId ?? null) : null, error.message);
        return { refusal: error };
      } else {
        await settle('uncertain', null, error.message);
        if (request.isTrial === true) return { refusal: error };
        throw stopped(error.message, `${error.nextStep}\n      Then: itop-to-intercom canary remove`, error);
      }
    }
  }
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
