import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Call } from '../intercom/call.ts';
import { NotFound, RateLimited, ServerFailed, Unreachable } from '../intercom/errors.ts';
import type { LoadContext } from './context.ts';
import { WrongWorkspace } from './errors.ts';

/** A window lasts ten seconds: so many in a row are refused only when others use the whole limit. */
const rateLimitedAttempts = 60;

export interface SendOptions {
  /** The caller took the permit of the first attempt already. */
  readonly hasPermit?: boolean;
  /** A 404 may mean that Intercom has not finished indexing a contact created moments ago. */
  readonly mayBeTooFresh?: boolean;
}

/** What sending needs of a load. */
export type Sender = Pick<LoadContext, 'intercom' | 'stop' | 'patience'> &
  Partial<Pick<LoadContext, 'workspaceIdCode'>>;

/**
 * Sends a call and repeats it while it certainly had no effect: 429 in the next window; no connection, and no answer to a
 * read, after growing waits; 404 on a fresh contact likewise. Everything else, and the last failure, is thrown. Each attempt takes a permit.
 */
export async function sendPatiently<T>(context: Sender, call: Call<T>, options: SendOptions = {}): Promise<Answer<T>> {
  let failures = 0;
  let refusals = 0;
  let hasPermit = options.hasPermit ?? false;
  for (;;) {
    if (!hasPermit) await context.intercom.pace.acquire(context.stop.signal);
    hasPermit = false;
    try {
      const answer = await context.intercom.send(call);
      requireSameWorkspace(context, answer.workspaceIdCode);
      return answer;
    } catch (error) {
      if (error instanceof RateLimited) {
        refusals += 1;
        if (refusals >= rateLimitedAttempts) throw error;
        await pause(context, waitAfterRefusal(context, error));
      } else if (isWorthRepeating(error, options)) {
        failures += 1;
        if (failures >= context.patience.attempts) throw error;
        await pause(context, context.patience.firstWaitMs * 2 ** (failures - 1));
      } else {
        throw error;
      }
    }
  }
}

function requireSameWorkspace({ workspaceIdCode }: Sender, answered: string | undefined): void {
  if (answered === undefined || workspaceIdCode === undefined || answered === workspaceIdCode) return;
  throw new WrongWorkspace(`Workspace ${answered} answers, but the load was let into ${workspaceIdCode}.`, {
    stage: 'load',
    nextStep: `Find out what stands between the tool and Intercom (token, proxy, address), look in ${answered} for what was written there, then start the load again.`,
  });
}

function isWorthRepeating(error: unknown, options: SendOptions): boolean {
  if (error instanceof Unreachable || error instanceof ServerFailed) return true;
  return error instanceof NotFound && options.mayBeTooFresh === true;
}

/** The pace waits for the window that the headers named; without headers Retry-After or a second must do. */
function waitAfterRefusal(context: Sender, error: RateLimited): number {
  if (error.retryAfterSeconds !== undefined) return error.retryAfterSeconds * 1000;
  const seen = context.intercom.pace.lastObservation;
  if (seen === undefined) return 1000;
  return seen.remaining === 0 ? 0 : 1000;
}

async function pause(context: Sender, milliseconds: number): Promise<void> {
  // An abort ends the wait early; `check` then says so in the load's own words.
  await sleep(milliseconds, undefined, { signal: context.stop.signal }).catch(() => undefined);
  context.stop.check();
}
