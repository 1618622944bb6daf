import type { ProbeName } from '../../intercom/probes.ts';
import { FailedError } from '../../platform/errors.ts';
import { type CanaryContext, isWritten, type Written, write } from './canary-writes.ts';

/** Records what a probe showed. */
export type Answer = (name: ProbeName, text: string, detail: string) => Promise<void>;

/** The value of a call that every load needs; its refusal ends the canary, with another next step than usual where one is known. */
export function needed<T>(written: Written<T>, what: string, nextStep?: string): T {
  if (isWritten(written)) return written.value;
  throw new FailedError(`The workspace refuses ${what}: ${written.refusal.message}`, {
    stage: 'canary',
    nextStep: `${nextStep ?? written.refusal.nextStep}\n      Then: itop-to-intercom canary remove`,
    cause: written.refusal,
  });
}

/** Makes a call that makes no object of its own. */
export function change<T>(
  context: CanaryContext,
  label: string,
  call: Parameters<typeof write<T>>[1]['call'],
): Promise<Written<T>> {
  return write(context, { label, targetType: 'change', call, idOf: () => null });
}

export async function answerAccepted(written: Written<unknown>, name: ProbeName, answer: Answer): Promise<void> {
  if (isWritten(written)) await answer(name, 'yes', 'accepted');
  else await answer(name, 'no', written.refusal.message);
}
