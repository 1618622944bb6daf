import type { Call } from '../../intercom/call.ts';
import type { ConversationFacts } from '../../intercom/conversation-facts.ts';
import { type CanaryContext, type Written, write } from './canary-writes.ts';

/** Writes a part. It is known by its time: each of a canary's parts has one of its own, and what it shows may differ from what was sent. */
export function writePart(
  context: CanaryContext,
  label: string,
  call: Call<ConversationFacts>,
  isTrial = false,
): Promise<Written<ConversationFacts>> {
  return write(context, {
    label,
    targetType: 'part',
    call,
    idOf: (facts) =>
      facts.parts.findLast((part) => part.createdAt === call.body?.created_at && part.body !== null)?.id ?? null,
    isOfFreshContact: true,
    isTrial,
  });
}
