import { type Call, journalBody } from '../../intercom/call.ts';
import { ForeignAnswer, IntercomError, NotFound, Rejected, UncertainOutcome } from '../../intercom/errors.ts';
import type { Identity } from '../../platform/identity.ts';
import { type OpenIntent, processEnded, type Target } from '../../platform/journal.ts';
import { LeaseLost } from '../../platform/process-lease.ts';
import type { Verdict } from '../../platform/verdict-writer.ts';
import type { LoadContext } from './context.ts';
import { LoadStopped } from './errors.ts';
import { send } from './send.ts';
import { waitForEffect } from './uncertain-calls.ts';

/** Where the facts about an object come from: a call's own answer, a list, or a read made to look. */
export type Evidence = 'response' | 'list' | 'fresh_read';

/** What is written down once a step is known to have taken effect. */
export interface Acceptance {
  /** Ids and states worth keeping. */
  readonly response: unknown;
  readonly identities: readonly Identity[];
  readonly verdicts: readonly Verdict[];
  readonly resolution?: string | undefined;
}

/** One writing call with all that belongs to doing it exactly once in effect. */
export interface Step<T> {
  readonly target: Target;
  readonly call: Call<T>;
  readonly sentCreatedAt?: Date;
  readonly beforeImage?: unknown;
  readonly mayBeTooFresh?: boolean;
  /** Whether only search finds what the call made: search lags behind. */
  readonly isFoundBySearch?: boolean;
  /** Whether `lookUp` finds what the lost call made, which is as iTop was then; else it finds what the step is to achieve now. */
  readonly isFoundAsSent?: boolean;
  /**
   * Looks in Intercom whether the call took effect; undefined when it left no trace and may be repeated. Asked once it can take
   * effect no more. What is sought is what `lost` sent: iTop, and with it the step, may have changed since. Throws AmbiguousEffect
   * where more than one thing may be its effect.
   */
  readonly lookUp: (lost: OpenIntent) => Promise<T | undefined>;
  readonly accept: (value: T, evidence: Evidence) => Acceptance;
}

/**
 * Executes a step: intent, call, outcome. An answer that gets lost is looked up before anything is repeated; `open` is
 * the intent that an earlier process left behind.
 *
 * Throws the IntercomError that ended it, with the journal row closed: `failed` when refused, `abandoned` when without
 * effect, `uncertain` when nobody can say.
 */
export async function executeStep<T>(context: LoadContext, step: Step<T>, open: OpenIntent | undefined): Promise<T> {
  let lost = open;
  let lastError: UncertainOutcome | undefined;
  for (let attempt = 1; ; attempt += 1) {
    if (lost !== undefined) {
      const found = await resolveUncertain(context, step, lost);
      if (found !== undefined) return found;
      lost = undefined;
    }
    if (lastError !== undefined && attempt > context.retry.attempts) throw lastError;
    try {
      return await attemptOnce(context, step);
    } catch (error) {
      if (!(error instanceof LostCall)) throw error;
      lastError = error.uncertain;
      lost = error.intent;
    }
  }
}

/** The answer was lost and the journal says so. */
class LostCall extends Error {
  readonly uncertain: UncertainOutcome;
  readonly intent: OpenIntent;

  constructor(uncertain: UncertainOutcome, intent: OpenIntent) {
    super(uncertain.message);
    this.uncertain = uncertain;
    this.intent = intent;
  }
}

async function attemptOnce<T>(context: LoadContext, step: Step<T>): Promise<T> {
  context.abort.check();
  // The permit comes first: an intent that waits for the next window would be uncertain after a crash without need.
  await context.intercom.pace.acquire(context.abort.signal);
  const journalId = await context.journal.intend({
    target: step.target,
    operation: step.call.operation,
    method: step.call.method,
    path: step.call.path,
    payload: journalBody(step.call),
    sentCreatedAt: step.sentCreatedAt,
    beforeImage: step.beforeImage,
  });
  try {
    const answer = await send(context, step.call, {
      hasPermit: true,
      mayBeTooFresh: step.mayBeTooFresh ?? false,
    });
    await context.journal.close({
      journalId,
      state: 'done',
      httpStatus: answer.status,
      requestId: answer.requestId,
      ...step.accept(answer.value, 'response'),
    });
    return answer.value;
  } catch (error) {
    if (error instanceof LoadStopped) {
      // Between two attempts, of which each certainly had no effect.
      await context.journal.close({ journalId, state: 'abandoned', reasonCode: error.name, reason: error.message });
    }
    // An unsent call whose lease was lost stays an intent: who has the object next resolves it.
    if (error instanceof LeaseLost || !(error instanceof IntercomError)) throw error;
    const state = stateAfter(error);
    await context.journal.close({
      journalId,
      state,
      httpStatus: error.failure.status,
      requestId: error.failure.requestId,
      reasonCode: error.name,
      reason: error.message,
      nextStep: error.nextStep,
      ...(state === 'uncertain'
        ? { sentAgoMs: error instanceof UncertainOutcome ? performance.now() - error.sentAtMs : 0 }
        : {}),
    });
    if (!(error instanceof UncertainOutcome)) throw error;
    context.lostCalls.calls += 1;
    throw new LostCall(error, {
      journalId,
      sourceKey: step.target.sourceKey,
      targetType: step.target.type,
      targetKey: step.target.key,
      operation: step.call.operation,
      state: 'uncertain',
      payload: journalBody(step.call),
      payloadHash: step.target.payloadHash,
      beforeImage: step.beforeImage ?? null,
      sentAtMs: error.sentAtMs,
    });
  }
}

function stateAfter(error: IntercomError): 'failed' | 'uncertain' | 'abandoned' {
  if (error instanceof UncertainOutcome || error instanceof ForeignAnswer) return 'uncertain';
  if (error instanceof Rejected || error instanceof NotFound) return 'failed';
  return 'abandoned';
}

async function resolveUncertain<T>(context: LoadContext, step: Step<T>, lost: OpenIntent): Promise<T | undefined> {
  if (lost.state === 'intent') {
    await context.journal.close({
      journalId: lost.journalId,
      state: 'uncertain',
      reasonCode: processEnded,
      reason: 'The process ended, or lost its lease, before it wrote down the outcome.',
      sentAgoMs: performance.now() - lost.sentAtMs,
    });
  }
  await waitForEffect(context, [lost], step.isFoundBySearch === true ? context.searchLagMs : 0);
  const found = await step.lookUp(lost);
  if (found === undefined) {
    await closeWithoutTrace(context, lost);
    return undefined;
  }
  const accepted = step.accept(found, 'fresh_read');
  const acceptance = step.isFoundAsSent === true ? asSent(accepted, step.target, lost) : accepted;
  await context.journal.close({
    journalId: lost.journalId,
    state: 'done',
    ...acceptance,
    resolution: acceptance.resolution ?? 'looked up: there',
  });
  return found;
}

/** Closes a lost call that had no effect. */
export async function closeWithoutTrace({ journal }: LoadContext, lost: OpenIntent): Promise<void> {
  await journal.close({
    journalId: lost.journalId,
    state: 'abandoned',
    reasonCode: 'NoTrace',
    reason: 'The answer was lost and Intercom shows no trace of the call.',
    resolution: 'looked up: not there',
    sentAgoMs: performance.now() - lost.sentAtMs,
  });
}

/**
 * What is written down of a thing that a lost call made. Where iTop changed since the call, the thing is as iTop was then: it counts
 * as changed, and whatever differs of what Intercom shows is written to it.
 */
function asSent(acceptance: Acceptance, { payloadHash }: Target, lost: OpenIntent): Acceptance {
  if (payloadHash === null || lost.payloadHash === null || payloadHash.equals(lost.payloadHash)) return acceptance;
  const identities = acceptance.identities.map((identity) =>
    identity.payloadHash?.equals(payloadHash) === true ? asSentBefore(identity, lost.payloadHash) : identity,
  );
  return { ...acceptance, identities };
}

/** A thing that was made from an earlier state of its row; the hash of that state is null where nobody knows it any more. */
export function asSentBefore(identity: Identity, payloadHash: Buffer | null): Identity {
  const { representation, ...rest } = { ...identity, payloadHash };
  return representation === undefined ? rest : { ...rest, representation: { ...representation, lastApplied: {} } };
}
