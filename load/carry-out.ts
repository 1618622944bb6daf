import { setTimeout as sleep } from 'node:timers/promises';
import { type Call, journalBody } from '../intercom/call.ts';
import { IntercomError, NotFound, Rejected, ServerFailed, UncertainOutcome } from '../intercom/errors.ts';
import type { Identity } from '../platform/identity.ts';
import type { OpenIntent, Target } from '../platform/journal.ts';
import type { Verdict } from '../platform/verdict-writer.ts';
import type { LoadContext } from './context.ts';
import { LoadStopped } from './errors.ts';
import { sendPatiently } from './send-patiently.ts';

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
  /** How long after it was sent a call without answer may still take effect or stay invisible, in milliseconds. */
  readonly quietMs: number;
  /** Looks in Intercom whether the call took effect; undefined when it left no trace and may be repeated. */
  readonly lookUp: (lost: OpenIntent) => Promise<T | undefined>;
  readonly accept: (value: T, evidence: Evidence) => Acceptance;
}

/**
 * Carries out a step: intent, call, outcome. An answer that gets lost is looked up before anything is repeated; `open` is
 * the intent that an earlier process left behind.
 *
 * Throws the IntercomError that ended it, with the journal row settled: `failed` when refused, `abandoned` when without
 * effect, `uncertain` when nobody can say.
 */
export async function carryOut<T>(context: LoadContext, step: Step<T>, open: OpenIntent | undefined): Promise<T> {
  let lost = open;
  let lastError: UncertainOutcome | undefined;
  for (let attempt = 1; ; attempt += 1) {
    if (lost !== undefined) {
      const found = await settleLost(context, step, lost);
      if (found !== undefined) return found;
      lost = undefined;
    }
    if (lastError !== undefined && attempt > context.patience.attempts) throw lastError;
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
  context.stop.check();
  // The permit comes first: an intent that waits for the next window would be uncertain after a crash without need.
  await context.intercom.pace.acquire(context.stop.signal);
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
    const answer = await sendPatiently(context, step.call, {
      hasPermit: true,
      mayBeTooFresh: step.mayBeTooFresh ?? false,
    });
    await context.journal.settle({
      journalId,
      state: 'done',
      httpStatus: answer.status,
      requestId: answer.requestId,
      ...step.accept(answer.value, 'response'),
    });
    return answer.value;
  } catch (error) {
    if (error instanceof LoadStopped) {
      // Between two attempts: without effect so far, except that a repeatable call may have been executed behind a 5xx.
      const ended =
        step.call.effect === 'repeatable'
          ? ({ state: 'uncertain', sentAt: new Date() } as const)
          : ({ state: 'abandoned' } as const);
      await context.journal.settle({ journalId, ...ended, reasonCode: error.name, reason: error.message });
    }
    if (!(error instanceof IntercomError)) throw error;
    const state = stateAfter(error);
    const sentAt = error instanceof UncertainOutcome ? error.sentAt : new Date();
    await context.journal.settle({
      journalId,
      state,
      httpStatus: error.failure.status,
      requestId: error.failure.requestId,
      reasonCode: error.name,
      reason: error.message,
      nextStep: error.nextStep,
      ...(state === 'uncertain' ? { sentAt } : {}),
    });
    if (!(error instanceof UncertainOutcome)) throw error;
    throw new LostCall(error, {
      journalId,
      sourceKey: step.target.sourceKey,
      targetType: step.target.type,
      targetKey: step.target.key,
      operation: step.call.operation,
      state: 'uncertain',
      payload: journalBody(step.call),
      beforeImage: step.beforeImage ?? null,
      sentAt,
    });
  }
}

function stateAfter(error: IntercomError): 'failed' | 'uncertain' | 'abandoned' {
  if (error instanceof UncertainOutcome || error instanceof ServerFailed) return 'uncertain';
  if (error instanceof Rejected || error instanceof NotFound) return 'failed';
  return 'abandoned';
}

async function settleLost<T>(context: LoadContext, step: Step<T>, lost: OpenIntent): Promise<T | undefined> {
  // The process that wrote the intent is gone: it cannot have sent the call later than now.
  const sentAt = lost.sentAt ?? new Date();
  if (lost.state === 'intent') {
    await context.journal.settle({
      journalId: lost.journalId,
      state: 'uncertain',
      reasonCode: 'ProcessEnded',
      reason: 'The process ended before it wrote down the outcome.',
      sentAt,
    });
  }
  const wait = sentAt.getTime() + step.quietMs - Date.now();
  if (wait > 0) {
    await context.slots.park(async () => {
      await sleep(wait, undefined, { signal: context.stop.signal }).catch(() => undefined);
    });
  }
  context.stop.check();
  const found = await step.lookUp(lost);
  if (found === undefined) {
    await context.journal.settle({
      journalId: lost.journalId,
      state: 'abandoned',
      reasonCode: 'NoTrace',
      reason: 'The answer was lost and Intercom shows no trace of the call.',
      resolution: 'looked up: not there',
    });
    return undefined;
  }
  const acceptance = step.accept(found, 'fresh_read');
  await context.journal.settle({
    journalId: lost.journalId,
    state: 'done',
    ...acceptance,
    resolution: acceptance.resolution ?? 'looked up: there',
  });
  return found;
}
