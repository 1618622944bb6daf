import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from '../../intercom/call.ts';
import { msUntilEffect } from '../../intercom/effect-wait.ts';
import { NotFound, Rejected, UncertainOutcome } from '../../intercom/errors.ts';
import type { ObjectKind } from '../../intercom/object-kind.ts';
import { type Sender, sendCall } from '../../intercom/send-call.ts';
import { type Undo, type UndoAction, undoCall } from '../../intercom/undo.ts';
import { FailedError } from '../../platform/errors.ts';
import type { GroupCommit } from '../../platform/group-commit.ts';
import type { Journal } from '../../platform/journal.ts';
import { LeaseLost } from '../../platform/process-lease.ts';
import type { ItemOutcome } from './item-outcomes.ts';
import { type Guard, lookBefore, type RollbackItem } from './look-before.ts';

/** What taking one thing back works with. */
export interface Execution {
  readonly sender: Sender;
  readonly hash: string;
  readonly kinds: readonly ObjectKind[];
  readonly retainsMetrics: boolean;
  readonly journal: Journal;
  readonly guard: Guard;
  readonly outcomes: GroupCommit<ItemOutcome, void>;
}

/** Attempts at a thing whose answers get lost. */
const attempts = 3;

/**
 * Takes one thing back, after a last look. A call whose answer is lost is resolved by another look, once it can take effect no
 * more: what is gone then is done, what stands as planned is tried again.
 */
export async function takeBack(execution: Execution, item: RollbackItem): Promise<void> {
  const { sender, outcomes } = execution;
  // A contact that no list shows may have been merged into another one: only asking for it says so.
  if (item.action === 'forget' || (item.action === 'gone' && item.target_type !== 'contact')) {
    await outcomes.submit({ item, state: item.action === 'gone' ? 'gone' : 'done', outcome: null });
    return;
  }
  for (let attempt = 1; ; attempt += 1) {
    sender.signal?.throwIfAborted();
    const found = await lookBefore(execution.guard, item);
    if (item.action === 'gone' && found.is !== 'gone') {
      await outcomes.submit({ item, state: 'kept', outcome: 'was not there when the plan was made, and is there now' });
      return;
    }
    if (found.is !== 'as planned') {
      // After a call of ours it is gone because of us.
      const isOurs = attempt > 1 && found.is === 'gone';
      await outcomes.submit({ item, state: isOurs ? 'done' : found.is, outcome: isOurs ? null : found.why });
      return;
    }
    const lost = await callOnce(execution, item, found);
    if (lost === undefined) return;
    if (attempt === attempts) throw stopped(execution, item, lost);
    const waitMs = msUntilEffect(sender.intercom, lost.sentAtMs);
    await sleep(Math.max(0, waitMs), undefined, { signal: sender.signal });
  }
}

/** Makes the call once; gives the error when its answer was lost. */
async function callOnce(
  execution: Execution,
  item: RollbackItem,
  { body, present }: { readonly body?: Undo['body'] | undefined; readonly present?: unknown },
): Promise<UncertainOutcome | undefined> {
  const { sender, journal, outcomes } = execution;
  const undo: Undo = {
    ...operationOf(execution.kinds, item),
    path: item.path ?? '',
    body: body ?? item.body,
  };
  const call = undoCall(undo, execution.retainsMetrics);
  const journalId = await journal.intend({ ...intentOf(item, call), beforeImage: present });
  try {
    const answer = await sendCall(sender, call);
    await journal.close({ journalId, state: 'done', httpStatus: answer.status, requestId: answer.requestId });
    await outcomes.submit({ item, state: 'done', outcome: null });
    return undefined;
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    if (error instanceof NotFound) {
      await journal.close({ journalId, state: 'done', httpStatus: error.failure.status, resolution: 'it was gone' });
      await outcomes.submit({ item, state: 'gone', outcome: 'not in the workspace any more' });
      return undefined;
    }
    const message = error instanceof Error ? error.message : String(error);
    const isLost = error instanceof UncertainOutcome;
    await journal.close({
      journalId,
      // Its next look decides, not this row.
      state: isLost ? 'abandoned' : 'failed',
      reasonCode: (error as Error).name,
      reason: message,
      ...(isLost ? { sentAgoMs: performance.now() - error.sentAtMs } : {}),
    });
    if (isLost) return error;
    if (!(error instanceof Rejected)) throw stopped(execution, item, error);
    await outcomes.submit({ item, state: 'failed', outcome: message });
    return undefined;
  }
}

/** The operation that takes an item back. */
function operationOf(kinds: readonly ObjectKind[], { target_type: type, action, method: planned }: RollbackItem) {
  const method = planned === 'PUT' ? 'PUT' : 'DELETE';
  const operation = kinds.find(({ targetType }) => targetType === type)?.undo[action as UndoAction]?.[method];
  if (operation === undefined) throw new Error(`No call is known to ${action} a ${type}.`);
  return { operation, method } as const;
}

function intentOf(item: RollbackItem, call: Call<unknown>) {
  return {
    target: {
      phase: 'rollback',
      type: item.target_type,
      key: item.target_key,
      sourceKey: item.source_key,
      rawVersion: null,
      payloadHash: null,
    },
    operation: call.operation,
    method: call.method,
    path: call.path,
    payload: call.body ?? null,
  };
}

function stopped({ hash }: Execution, item: RollbackItem, cause: unknown): FailedError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new FailedError(`The rollback stopped at ${item.target_type} ${item.target_key}: ${message}`, {
    stage: 'rollback',
    nextStep: `Start it again, it continues at item ${item.position}: itop-to-intercom rollback execute ${hash}`,
    isRetriable: true,
    cause,
  });
}
