import {
  Conflict,
  Forbidden,
  ForeignAnswer,
  IntercomError,
  RateLimited,
  ServerFailed,
  TimeRefused,
  TokenRefused,
  UncertainOutcome,
  Unreachable,
} from '../../intercom/errors.ts';
import { FailedError, messageOf } from '../../platform/errors.ts';
import { LoadStopped, RecordBlocked, RecordRefused } from './errors.ts';

/** What an error means for the object at hand; `stop` for what concerns all of them. */
export type FailureKind = 'failed' | 'blocked' | 'uncertain' | 'stop';

export function kindOf(error: unknown): FailureKind {
  if (error instanceof RecordBlocked) return 'blocked';
  if (error instanceof UncertainOutcome) return 'uncertain';
  if (error instanceof TokenRefused || error instanceof Unreachable || error instanceof RateLimited) return 'stop';
  if (error instanceof ForeignAnswer) return 'stop';
  if (error instanceof IntercomError || error instanceof RecordRefused || isOfOneRecord(error)) return 'failed';
  return 'stop';
}

/**
 * Failures that say nothing against the record: each load takes it up again without being asked. As `load.outcome.reason_code` names
 * them, which is the name of the error's class.
 */
export const retriedReasons: readonly string[] = [TimeRefused, ServerFailed].map(({ name }) => name);

/**
 * Reason of a change whose value another object holds. Each load of changes tries it once more, for a person or a later change may have
 * freed the value; one that a person accepted only once something of its kind was written since.
 */
export const heldReason: string = Conflict.name;

/** Whether many such failures in a row would show that the fault is not the records'. */
export function isSuspicious(error: unknown): boolean {
  return (
    error instanceof UncertainOutcome ||
    error instanceof ServerFailed ||
    error instanceof Forbidden ||
    isOfOneRecord(error)
  );
}

/**
 * Whether an unforeseen error can only come from the values of the object at hand: a fault of this program, or a value that Postgres
 * refuses (data exceptions, limits). The record fails, the rest goes on; many in a row stop the load all the same.
 */
function isOfOneRecord(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) return true;
  const { code } = (error ?? {}) as { code?: unknown };
  return error instanceof Error && typeof code === 'string' && /^(22|23|54)[0-9A-Z]{3}$/.test(code);
}

/** Next step of a failure that no rule of this program expects. */
export const unforeseen =
  'This was not expected: report the message with what explain shows of the record. The others were loaded without it.';

/** The error that a person sees when something stopped the load. */
export function stoppedError(reason: unknown): Error {
  if (reason instanceof IntercomError) {
    return new FailedError(reason.message, {
      stage: 'load',
      nextStep: reason.nextStep,
      isRetriable: true,
      cause: reason,
    });
  }
  if (reason instanceof LoadStopped || reason === undefined) return new LoadStopped();
  return reason instanceof Error ? reason : new Error(messageOf(reason));
}
