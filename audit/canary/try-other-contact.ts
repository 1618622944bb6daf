import { createContact } from '../../intercom/contacts.ts';
import { replyAsContact } from '../../intercom/conversations.ts';
import { type Answer, answerAccepted, plain } from './answers.ts';
import { type CanaryContext, canaryToken, isWritten, write } from './canary-writes.ts';

/** Replies as a contact who did not open the thread: threads of iTop hold such messages. */
export async function tryOtherContact(
  context: CanaryContext,
  conversationId: string,
  openedAt: number,
  answer: Answer,
): Promise<void> {
  const other = await write(context, {
    label: 'other contact',
    targetType: 'contact',
    call: createContact({ role: 'user', external_id: `${canaryToken(context.canaryId)}-other`, name: 'Second canary' }),
    idOf: (contact) => contact.id,
  });
  if (!isWritten(other)) return;
  const reply = {
    contactId: other.value.id,
    body: `Other contact of ${canaryToken(context.canaryId)}`,
    createdAt: openedAt + 240,
  };
  const written = await write(context, {
    label: 'reply of another contact',
    targetType: 'part',
    call: replyAsContact(conversationId, reply),
    idOf: (facts) => facts.parts.find((part) => plain(part.body ?? '').includes(reply.body))?.id ?? null,
    isOfFreshContact: true,
  });
  await answerAccepted(written, 'reply_by_other_contact', answer);
}
