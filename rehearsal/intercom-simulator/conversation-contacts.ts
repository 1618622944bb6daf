import { parameterInvalid, userNotFound } from './api-error.ts';
import { type Handler, type Operation, parameter } from './call.ts';
import { addContact } from './contact-store.ts';
import { addPart, addParticipant, requireAdmin, requireConversation } from './conversation-store.ts';
import { showConversation } from './conversation-view.ts';
import type { Contact } from './objects.ts';
import { type Fields, fieldsOf, textField } from './request-fields.ts';
import type { Workspace } from './workspace.ts';

/** The ways in which a request names a contact. */
export const CONTACT_NAMES = ['intercom_user_id', 'user_id', 'email'] as const;

/** The contact that a request names in exactly one way, if there is one. */
export function namedContact(workspace: Workspace, fields: Fields): Contact | undefined {
  const given = CONTACT_NAMES.filter((name) => fields[name] !== undefined);
  if (given.length !== 1) throw parameterInvalid(`exactly one of ${CONTACT_NAMES.join(', ')} is needed`);
  const id = textField(fields, 'intercom_user_id');
  const externalId = textField(fields, 'user_id');
  const email = textField(fields, 'email');
  if (id !== undefined) return live(workspace.contacts.get(id));
  if (externalId !== undefined) return live(workspace.contactByExternalId.get(externalId));
  const [first] = workspace.contactsByEmail.get((email ?? '').toLowerCase()) ?? [];
  return live(first);
}

function live(contact: Contact | undefined): Contact | undefined {
  return contact === undefined || contact.isArchived ? undefined : contact;
}

/** Makes a contact a participant. An unknown e-mail becomes a lead, as it does in Intercom. */
const attachContactToConversation: Handler = (call) => {
  const { workspace } = call;
  const conversation = requireConversation(workspace, parameter(call, 'conversation_id'));
  const fields = fieldsOf(call.body, ['admin_id', 'customer']);
  const admin = requireAdmin(workspace, fields);
  const customer = fieldsOf(fields.customer, CONTACT_NAMES, 'customer');
  const known = namedContact(workspace, customer);
  if (known === undefined && customer.email === undefined) throw userNotFound();
  const contact = known ?? addContact(workspace, { role: 'lead', email: customer.email });
  if (!conversation.contactIds.includes(contact.id)) {
    if (workspace.switches.furtherParticipants === 'refuse')
      throw parameterInvalid('No further contact can be added to a conversation');
    if (contact.email === null && workspace.switches.noEmailParticipants === 'refuse') {
      throw parameterInvalid('A contact without an email cannot be added to a conversation');
    }
    addParticipant(workspace, conversation, contact);
    addPart(workspace, conversation, { partType: 'participant_added', author: workspace.adminAuthor(admin) });
  }
  return showConversation(workspace, conversation);
};

export const conversationContactOperations: readonly Operation[] = [
  {
    name: 'attachContactToConversation',
    method: 'POST',
    path: '/conversations/{conversation_id}/customers',
    isMutating: true,
    handle: attachContactToConversation,
  },
];
