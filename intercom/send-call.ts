import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Call } from './call.ts';
import type { Intercom } from './client.ts';
import { NotFound, RateLimited, ServerFailed, Unreachable, WrongWorkspace } from './errors.ts';

/** What sending needs to know of the work that a call belongs to. */
export interface Sender {
  readonly intercom: Intercom;
  /** Aborting it ends the waiting between two attempts; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Attempts at one call that certainly has no effect. */
  readonly attempts?: number;
  /** Wait before the second attempt, in milliseconds; it doubles with each further one. */
  readonly firstWaitMs?: number;
  /** Workspace that the work is meant for; undefined while nobody asked which one the token leads to. */
  readonly workspaceIdCode?: string | undefined;
}

export interface SendOptions {
  /** The caller took the permit of the first attempt already. */
  readonly hasPermit?: boolean;
  /** A 404 may mean that Intercom has not finished indexing a contact created moments ago. */
  readonly mayBeTooFresh?: boolean;
}

/** A window lasts ten seconds: so many refusals in a row mean that others use the whole limit. */
const refusalsInARow = 60;

/**
 * Sends a call and repeats it while it certainly had no effect, or while repeating does no harm: 429 in the next window; no connection,
 * and no answer to a read, after growing waits, for half as much at once where the call can ask for less; 404 on a fresh contact likewise. Each attempt takes a permit. Loads and rollbacks
 * both send by it.
 *
 * Throws the last IntercomError, WrongWorkspace where another workspace answers, or the signal's reason.
 */
export async function sendCall<T>(sender: Sender, first: Call<T>, options: SendOptions = {}): Promise<Answer<T>> {
  let call = first;
  const { intercom, attempts = 7, firstWaitMs = 250, workspaceIdCode } = sender;
  let failures = 0;
  let refusals = 0;
  let hasPermit = options.hasPermit ?? false;
  for (;;) {
    if (!hasPermit) await intercom.pace.acquire(sender.signal);
    hasPermit = false;
    try {
      const answer = await intercom.send(call);
      requireSameWorkspace(workspaceIdCode, answer.workspaceIdCode);
      return answer;
    } catch (error) {
      if (error instanceof RateLimited) {
        refusals += 1;
        if (refusals >= refusalsInARow) throw error;
        await pause(sender, waitAfterRefusal(intercom, error));
      } else if (isWorthRepeating(error, options)) {
        failures += 1;
        if (failures >= attempts) throw error;
        if (error instanceof ServerFailed) call = call.smaller?.() ?? call;
        await pause(sender, firstWaitMs * 2 ** (failures - 1));
      } else {
        throw error;
      }
    }
  }
}

function requireSameWorkspace(expected: string | undefined, answered: string | undefined): void {
  if (answered === undefined || expected === undefined || answered === expected) return;
  throw new WrongWorkspace(answered, expected);
}

function isWorthRepeating(error: unknown, options: SendOptions): boolean {
  if (error instanceof Unreachable || error instanceof ServerFailed) return true;
  return error instanceof NotFound && options.mayBeTooFresh === true;
}

/** The pace waits for the window that the headers named; without headers Retry-After or a second must do. */
function waitAfterRefusal({ pace }: Intercom, error: RateLimited): number {
  if (error.retryAfterSeconds !== undefined) return error.retryAfterSeconds * 1000;
  const seen = pace.lastObservation;
  if (seen === undefined) return 1000;
  return seen.remaining === 0 ? 0 : 1000;
}

async function pause({ signal }: Sender, milliseconds: number): Promise<void> {
  // An abort ends the wait early; then its reason is thrown in the words of the work that was stopped.
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
  signal?.throwIfAborted();
}
