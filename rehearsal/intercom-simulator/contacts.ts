import { userNotFound } from './api-error.ts';
import { type Call, type Handler, type Operation, parameter } from './call.ts';
import { addContact, CONTACT_FIELDS, changeContact, removeContact, requireContact } from './contact-store.ts';
import { showContact } from './contact-view.ts';
import type { Contact } from './objects.ts';
import { ODD_CONTACT, SEARCHED_ODD_CONTACT } from './odd-objects.ts';
import { cursorPage, pageFromBody, pageFromQuery } from './pages.ts';
import { fieldsOf } from './request-fields.ts';
import { matcherOf } from './search-query.ts';

const createContact: Handler = ({ workspace, body }) =>
  showContact(workspace, addContact(workspace, fieldsOf(body, CONTACT_FIELDS)));

const showContactById: Handler = (call) => showContact(call.workspace, contactOf(call));

const showContactByExternalId: Handler = (call) => {
  const contact = call.workspace.contactByExternalId.get(parameter(call, 'external_id'));
  if (contact === undefined || contact.isArchived || contact.role === 'lead') throw userNotFound();
  return showContact(call.workspace, contact);
};

const updateContact: Handler = (call) => {
  const contact = contactOf(call);
  changeContact(call.workspace, contact, fieldsOf(call.body, CONTACT_FIELDS));
  return showContact(call.workspace, contact);
};

const deleteContact: Handler = (call) => {
  const contact = contactOf(call);
  removeContact(call.workspace, contact);
  return { ...reference(contact), deleted: true };
};

const archiveContact: Handler = (call) => {
  const contact = contactOf(call);
  contact.isArchived = true;
  return { ...reference(contact), archived: true };
};

const unarchiveContact: Handler = (call) => {
  const contact = contactOf(call);
  contact.isArchived = false;
  return { ...reference(contact), archived: false };
};

const BOUNDS = { usual: 50, most: 150 };

const listContacts: Handler = (call) => {
  const live = [...call.workspace.contacts.values()].filter((contact) => !contact.isArchived);
  const page = cursorPage(live, pageFromQuery(call, BOUNDS));
  const list = listOf(call, page);
  const isOdd = call.workspace.switches.foreignObjects === 'odd' && !('next' in page.pages);
  return isOdd ? withOdd(list) : list;
};

function withOdd(list: ReturnType<typeof listOf>) {
  return { ...list, data: [...list.data, ODD_CONTACT] };
}

/** Lags behind creation, and never shows archived contacts. */
const searchContacts: Handler = (call) => {
  const { workspace } = call;
  const fields = fieldsOf(call.body, ['query', 'pagination', 'sort']);
  const matches = matcherOf<Contact>(fields.query, {
    id: (contact) => [contact.id],
    role: (contact) => [contact.role],
    name: (contact) => [contact.name],
    email: (contact) => [contact.email],
    phone: (contact) => [contact.phone],
    external_id: (contact) => [contact.externalId],
    created_at: (contact) => [contact.createdAt],
    updated_at: (contact) => [contact.updatedAt],
  });
  const found = [...workspace.contacts.values()].filter(
    (contact) => !contact.isArchived && workspace.isIndexed(contact) && matches(contact),
  );
  const page = cursorPage(found, pageFromBody(fields.pagination, BOUNDS));
  const list = listOf(call, page);
  const isOdd = workspace.switches.foreignObjects === 'odd' && !('next' in page.pages);
  return isOdd && matches(SEARCHED_ODD_CONTACT) ? withOdd(list) : list;
};

function listOf({ workspace }: Call, page: ReturnType<typeof cursorPage<Contact>>) {
  return {
    type: 'list',
    data: page.items.map((contact) => showContact(workspace, contact)),
    total_count: page.total,
    pages: page.pages,
  };
}

function contactOf(call: Call): Contact {
  return requireContact(call.workspace, parameter(call, 'contact_id'));
}

function reference(contact: Contact) {
  return { type: 'contact', id: contact.id, external_id: contact.externalId };
}

export const contactOperations: readonly Operation[] = [
  { name: 'CreateContact', method: 'POST', path: '/contacts', isMutating: true, handle: createContact },
  { name: 'ListContacts', method: 'GET', path: '/contacts', isMutating: false, handle: listContacts },
  { name: 'SearchContacts', method: 'POST', path: '/contacts/search', isMutating: false, handle: searchContacts },
  {
    name: 'ShowContactByExternalId',
    method: 'GET',
    path: '/contacts/find_by_external_id/{external_id}',
    isMutating: false,
    handle: showContactByExternalId,
  },
  { name: 'ShowContact', method: 'GET', path: '/contacts/{contact_id}', isMutating: false, handle: showContactById },
  { name: 'UpdateContact', method: 'PUT', path: '/contacts/{contact_id}', isMutating: true, handle: updateContact },
  { name: 'DeleteContact', method: 'DELETE', path: '/contacts/{contact_id}', isMutating: true, handle: deleteContact },
  {
    name: 'ArchiveContact',
    method: 'POST',
    path: '/contacts/{contact_id}/archive',
    isMutating: true,
    handle: archiveContact,
  },
  {
    name: 'UnarchiveContact',
    method: 'POST',
    path: '/contacts/{contact_id}/unarchive',
    isMutating: true,
    handle: unarchiveContact,
  },
];
