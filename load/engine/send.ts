import type { Answer, Call } from '../../intercom/call.ts';
import { type SendOptions, sendCall } from '../../intercom/send-call.ts';
import type { LoadContext } from './context.ts';

/** What sending needs of a load. */
export type Sender = Pick<LoadContext, 'intercom' | 'stop' | 'patience'> &
  Partial<Pick<LoadContext, 'workspaceIdCode'>>;

/** Sends a call of a load (`sendCall`): with its patience, until it is stopped, and to no other workspace than its own. */
export function sendPatiently<T>(context: Sender, call: Call<T>, options: SendOptions = {}): Promise<Answer<T>> {
  const { intercom, stop, patience, workspaceIdCode } = context;
  return sendCall({ intercom, signal: stop.signal, ...patience, workspaceIdCode }, call, options);
}
