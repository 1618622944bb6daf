import type { Answer, Call } from '../../intercom/call.ts';
import { type SendOptions, sendCall } from '../../intercom/send-call.ts';
import type { LoadContext } from './context.ts';

/** What sending needs of a load. */
export type Sender = Pick<LoadContext, 'intercom' | 'abort' | 'retry'> & Partial<Pick<LoadContext, 'workspaceIdCode'>>;

/** Sends a call of a load (`sendCall`): with its retries, until it is stopped, and to no other workspace than its own. */
export function send<T>(context: Sender, call: Call<T>, options: SendOptions = {}): Promise<Answer<T>> {
  const { intercom, abort, retry, workspaceIdCode } = context;
  return sendCall({ intercom, signal: abort.signal, ...retry, workspaceIdCode }, call, options);
}
