import { storedNote, storedText } from './bodies.ts';
import { saveCompany } from './companies.ts';
import { addContact, mergeContact, requireContact } from './contact-store.ts';
import { addConversationAttribute } from './conversation-attributes.ts';
import { addContactReply } from './conversation-reply.ts';
import { addPart, removeConversation, requireAdmin, requireConversation } from './conversation-store.ts';
import { changeConversation } from './conversations.ts';
import { addObjectType } from './custom-objects.ts';
import { addDataAttribute } from './data-attributes.ts';
import { addCollection } from './help-center.ts';
import type { Fields } from './request-fields.ts';
import { saveTag } from './tags.ts';
import { nowSeconds, type Workspace } from './workspace.ts';

/**
 * What others do in the workspace beside the loader. `fields` are those of the matching API request; texts become parts of
 * now. `archived` plants a contact and archives it.
 */
export type Action =
  | { readonly do: 'plant-contact'; readonly fields: Fields; readonly archived?: boolean }
  | { readonly do: 'plant-company'; readonly fields: Fields }
  | { readonly do: 'plant-data-attribute'; readonly fields: Fields; readonly archived?: boolean }
  | { readonly do: 'plant-conversation-attribute'; readonly fields: Fields; readonly archived?: boolean }
  | { readonly do: 'plant-object-type'; readonly fields: Fields }
  | { readonly do: 'plant-tag'; readonly name: string }
  | { readonly do: 'plant-collection'; readonly fields: Fields }
  | { readonly do: 'edit-conversation'; readonly conversation_id: string; readonly fields: Fields }
  | {
      readonly do: 'teammate-writes';
      readonly conversation_id: string;
      readonly admin_id: string;
      readonly kind: 'comment' | 'note';
      /** Type of the part where it is another than its kind: `note_and_reopen`, `assign_and_unsnooze`, ... */
      readonly part_type?: string;
      readonly body: string;
    }
  | {
      readonly do: 'customer-replies';
      readonly conversation_id: string;
      readonly contact_id?: string;
      readonly body: string;
    }
  | { readonly do: 'bot-answers'; readonly conversation_id: string; readonly body: string }
  | { readonly do: 'delete-conversation'; readonly conversation_id: string }
  | { readonly do: 'merge-contact'; readonly contact_id: string; readonly into: string };

/** Carries an action out at once, without lag, limit or ledger. Gives the id of what it made or changed. */
export function perform(workspace: Workspace, action: Action): string {
  switch (action.do) {
    case 'plant-contact': {
      const contact = addContact(workspace, action.fields);
      contact.isArchived = action.archived ?? false;
      return contact.id;
    }
    case 'plant-company':
      return saveCompany(workspace, action.fields).id;
    case 'plant-data-attribute': {
      const attribute = addDataAttribute(workspace, action.fields);
      attribute.archived = action.archived ?? false;
      return String(attribute.id);
    }
    case 'plant-conversation-attribute': {
      const attribute = addConversationAttribute(workspace, action.fields);
      attribute.archived = action.archived ?? false;
      return String(attribute.id);
    }
    case 'plant-object-type':
      return addObjectType(workspace, action.fields).identifier;
    case 'plant-tag':
      return saveTag(workspace, action.name).id;
    case 'plant-collection':
      return addCollection(workspace, action.fields).id;
    case 'edit-conversation':
      changeConversation(workspace, requireConversation(workspace, action.conversation_id), action.fields);
      return action.conversation_id;
    case 'teammate-writes': {
      const author = workspace.adminAuthor(requireAdmin(workspace, { admin_id: action.admin_id }));
      const body = action.kind === 'note' ? storedNote(action.body) : storedText(action.body);
      const conversation = requireConversation(workspace, action.conversation_id);
      return addPart(workspace, conversation, { partType: action.part_type ?? action.kind, author, body }).id;
    }
    case 'customer-replies': {
      const conversation = requireConversation(workspace, action.conversation_id);
      const contact = requireContact(workspace, action.contact_id ?? conversation.contactIds[0] ?? '');
      const content = { text: action.body, attachments: [], createdAt: nowSeconds() };
      return addContactReply(workspace, conversation, contact, content).id;
    }
    case 'bot-answers': {
      const conversation = requireConversation(workspace, action.conversation_id);
      const body = storedText(action.body);
      return addPart(workspace, conversation, { partType: 'comment', author: workspace.bot, body }).id;
    }
    case 'delete-conversation':
      removeConversation(workspace, requireConversation(workspace, action.conversation_id), true);
      return action.conversation_id;
    case 'merge-contact':
      mergeContact(workspace, requireContact(workspace, action.contact_id), requireContact(workspace, action.into));
      return action.into;
    default:
      throw new Error(`Unknown action "${(action as { do: string }).do}"`);
  }
}
