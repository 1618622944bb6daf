import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Call } from './call.ts';
import type { Intercom } from './client.ts';
import { RateLimited, ServerFailed, Unreachable } from './errors.ts';

export interface RepeatableSender {
  readonly intercom: Intercom;
  readonly signal?: AbortSignal | undefined;
  /** Attempts at one call that fails without an answer or with a server error. */
  readonly attempts?: number;
  /** Wait before the second attempt, in milliseconds; it doubles with each further one. */
  readonly firstWaitMs?: number;
}

/** A window lasts ten seconds: so many refusals in a row mean that others use the whole limit. */
const refusalsInARow = 60;

/**
 * Sends a call whose repetition does no harm: a read, a deletion, a write of the same values. Each attempt takes a permit;
 * refusals of the rate limit, lost answers and server errors are repeated. Throws the last IntercomError, or the signal's reason.
 */
export async function sendRepeatable<T>(sender: RepeatableSender, call: Call<T>): Promise<Answer<T>> {
  const { intercom, signal, attempts = 7, firstWaitMs = 250 } = sender;
  let failures = 0;
  let refusals = 0;
  for (;;) {
    await intercom.pace.acquire(signal);
    try {
      return await intercom.send(call);
    } catch (error) {
      if (error instanceof RateLimited) {
        refusals += 1;
        if (refusals >= refusalsInARow) throw error;
        await sleep((error.retryAfterSeconds ?? 1) * 1000, undefined, { signal });
      } else if (error instanceof ServerFailed || error instanceof Unreachable) {
        failures += 1;
        if (failures >= attempts) throw error;
        await sleep(firstWaitMs * 2 ** (failures - 1), undefined, { signal });
      } else {
        throw error;
      }
    }
  }
}
