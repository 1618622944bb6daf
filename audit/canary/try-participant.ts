import { createContact } from '../../intercom/contacts.ts';
import { attachContactToConversation, replyAsContact } from '../../intercom/conversations.ts';
import { Conflict } from '../../intercom/errors.ts';
import { type Answer, answerAccepted } from './answers.ts';
import { type CanaryContext, canaryToken, isWritten, write } from './canary-writes.ts';
import { writePart } from './write-part.ts';

/**
 * Adds a second mailbox of the operator's to the thread and lets it write: threads of iTop have several authors, and nobody may be
 * notified of what the others wrote.
 */
export async function trySecondParticipant(
  context: CanaryContext,
  thread: { readonly conversationId: string; readonly adminId: string; readonly createdAt: number },
  address: string,
  answer: Answer,
): Promise<void> {
  const made = await write(context, {
    label: 'second contact',
    targetType: 'contact',
    call: createContact({ role: 'user', email: address, name: 'Second canary of the migration' }),
    idOf: (contact) => contact.id,
  });
  const known = isWritten(made) || !(made.refusal instanceof Conflict) ? undefined : made.refusal.existingId;
  const contactId = isWritten(made) ? made.value.id : known;
  if (contactId === undefined) return;
  const attached = await write(context, {
    label: 'second participant',
    targetType: 'change',
    call: attachContactToConversation(thread.conversationId, { adminId: thread.adminId, contactId }),
    idOf: () => null,
    isOfFreshContact: true,
  });
  if (!isWritten(attached)) return answer('second_participant', 'no', attached.refusal.message);
  const body = `Reply of the second person in ${canaryToken(context.canaryId)}`;
  const written = await writePart(
    context,
    'reply of the second participant',
    replyAsContact(thread.conversationId, { contactId, body, createdAt: thread.createdAt }),
  );
  if (isWritten(written)) await answer('second_participant', 'yes', 'added by its id, and replied');
  else await answer('second_participant', 'no', written.refusal.message);
}

/** Adds a contact that has no e-mail: many people of iTop have none. */
export async function tryParticipantWithoutEmail(
  context: CanaryContext,
  thread: { readonly conversationId: string; readonly adminId: string },
  answer: Answer,
): Promise<void> {
  const externalId = `${canaryToken(context.canaryId)}-without-email`;
  const made = await write(context, {
    label: 'contact without e-mail',
    targetType: 'contact',
    call: createContact({ role: 'user', external_id: externalId, name: 'Canary without e-mail' }),
    idOf: (contact) => contact.id,
  });
  if (!isWritten(made)) return;
  const { conversationId, adminId } = thread;
  const attached = await write(context, {
    label: 'participant without e-mail',
    targetType: 'change',
    call: attachContactToConversation(conversationId, { adminId, contactId: made.value.id }),
    idOf: () => null,
    isOfFreshContact: true,
  });
  await answerAccepted(attached, 'participant_without_email', answer);
}

/** Another address of the same mailbox, for a mail server that knows plus addresses. */
export function plusAddress(address: string): string {
  const place = address.lastIndexOf('@');
  return `${address.slice(0, place)}+second${address.slice(place)}`;
}
