import type { Contact, Conversation } from './objects.ts';

/** Objects of somebody else as the description's words permit them and captures show them: with little that can be relied on. */

/** A conversation from a social channel. Lists and searches show it; its parts are of kinds that no list of kinds holds. */
export const ODD_CONVERSATION = {
  type: 'conversation',
  id: '1',
  title: null,
  created_at: 1_600_000_000,
  updated_at: 1_600_000_000,
  state: 'open',
  open: true,
  read: true,
  source: { type: 'facebook', id: '1', body: '', author: { type: 'user', name: null, email: '' } },
  company: {},
  contacts: { type: 'contact.list', contacts: [] },
  admin_assignee_id: 0,
  team_assignee_id: null,
  custom_attributes: {},
  tags: { type: 'tag.list', tags: [] },
};

/** A contact of whom nothing is known. */
export const ODD_CONTACT = {
  type: 'contact',
  id: 'ffffffffffffffffffffffff',
  role: 'lead',
  email: '',
  custom_attributes: null,
};

/** What a search compares of the odd conversation: it is found like any other. */
export const SEARCHED_ODD_CONVERSATION = {
  id: ODD_CONVERSATION.id,
  createdAt: ODD_CONVERSATION.created_at,
  updatedAt: ODD_CONVERSATION.updated_at,
  state: 'open',
  contactIds: [] as readonly string[],
  adminAssigneeId: null,
  teamAssigneeId: null,
  source: { id: ODD_CONVERSATION.source.id, body: '', author: { type: 'user', id: '' } },
} as unknown as Conversation;

/** What a search compares of the odd contact. */
export const SEARCHED_ODD_CONTACT = {
  id: ODD_CONTACT.id,
  role: ODD_CONTACT.role,
  email: ODD_CONTACT.email,
  name: null,
  phone: null,
  externalId: null,
  createdAt: 1_600_000_000,
  updatedAt: 1_600_000_000,
} as unknown as Contact;
