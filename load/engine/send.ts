import type { Answer, Call } from '../../intercom/call.ts';
import { type Sender as CallSender, type SendOptions, sendCall } from '../../intercom/send-call.ts';
import type { LoadContext } from './context.ts';

/** What sending needs of a load. */
export type Sender = Pick<LoadContext, 'intercom' | 'abort' | 'retry'> & Partial<Pick<LoadContext, 'workspaceIdCode'>>;

/** Sends a call of a load (`sendCall`): with its retries, until it is stopped, and to no other workspace than its own. */
export function send<T>(context: Sender, call: Call<T>, options: SendOptions = {}): Promise<Answer<T>> {
  return sendCall(senderOf(context), call, options);
}

/** How a load sends. */
export function senderOf({ intercom, abort, retry, workspaceIdCode }: Sender): CallSender {
  return { intercom, signal: abort.signal, ...retry, workspaceIdCode };
}
