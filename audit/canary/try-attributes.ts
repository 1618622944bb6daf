import { createAttribute, listAttributes, unarchiveDataAttribute } from '../../intercom/attributes.ts';
import { showContact, updateContact } from '../../intercom/contacts.ts';
import { updateConversation } from '../../intercom/conversations.ts';
import { type Answer, answerAccepted, change, needed } from './answers.ts';
import { type CanaryContext, canaryToken, isWritten, write } from './canary-writes.ts';

/** Names of the attributes that a canary makes and removes. */
export const conversationAttributeName = 'itop_canary';
export const contactAttributeName = 'itop_canary_text';

/** Titles the thread, makes an attribute of each kind that a load makes, and sees what becomes of names and long texts. */
export async function tryAttributes(
  context: CanaryContext,
  contactId: string,
  conversationId: string,
  answer: Answer,
): Promise<void> {
  const title = `Thread ${canaryToken(context.canaryId)}`;
  const present = (await context.intercom.send(listAttributes('conversation'))).value.custom.some(
    (one) => one.name === conversationAttributeName && !one.isArchived,
  );
  const made = present
    ? undefined
    : await write(context, {
        label: conversationAttributeName,
        targetType: 'conversation_attribute',
        call: createAttribute('conversation', {
          name: conversationAttributeName,
          dataType: 'string',
          description: 'Of a test',
        }),
        idOf: (attribute) => attribute.id,
      });
  const isThere = made === undefined || isWritten(made);
  if (made !== undefined) await answerAccepted(made, 'version_accepted', answer);
  needed(
    await change(
      context,
      'title',
      updateConversation(conversationId, {
        title,
        ...(isThere ? { custom_attributes: { [conversationAttributeName]: canaryToken(context.canaryId) } } : {}),
      }),
    ),
    'a title',
  );
  const known = (await context.intercom.send(listAttributes('contact'))).value.custom.find(
    (one) => one.name === contactAttributeName,
  );
  if (known === undefined || known.isArchived) {
    const attribute = await write(context, {
      label: contactAttributeName,
      targetType: 'contact_attribute',
      // An earlier canary's, archived when it was removed, is taken out of the archive.
      call:
        known === undefined
          ? createAttribute('contact', { name: contactAttributeName, dataType: 'string', description: 'Of a test' })
          : unarchiveDataAttribute(known.id),
      idOf: (one) => one.id,
    });
    await answerAccepted(attribute, 'underscore_in_attribute', answer);
    if (!isWritten(attribute)) return;
  }
  const long = await change(
    context,
    'long attribute',
    updateContact(contactId, { custom_attributes: { [contactAttributeName]: 'x'.repeat(256) } }),
  );
  if (!isWritten(long)) return answer('long_attribute', 'refused', long.refusal.message);
  const { value } = await context.intercom.send(showContact(contactId));
  const kept = String(value.customAttributes[contactAttributeName] ?? '').length;
  return answer('long_attribute', kept === 256 ? 'kept' : 'cut', `${kept} of 256 characters were kept`);
}
