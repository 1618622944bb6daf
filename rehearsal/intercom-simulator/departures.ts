import { ApiError } from './api-error.ts';
import { type Handler, type Operation, parameter } from './call.ts';
import { requireCompany } from './companies.ts';
import { showContact } from './contact-view.ts';
import { showConversationAttribute } from './conversation-attributes.ts';
import { numberedPage } from './pages.ts';

/** Archives the company and detaches its contacts, which stay. The real one does so after its answer. */
const deleteCompany: Handler = (call) => {
  const { workspace } = call;
  const company = requireCompany(workspace, parameter(call, 'company_id'));
  for (const contact of workspace.contacts.values()) contact.companyIds.delete(company.id);
  workspace.companies.delete(company.id);
  workspace.companyByCompanyId.delete(company.companyId);
  return { id: company.id, object: 'company', deleted: true };
};

const listAttachedContacts: Handler = (call) => {
  const { workspace } = call;
  const company = requireCompany(workspace, parameter(call, 'company_id'));
  const attached = [...workspace.contacts.values()].filter((contact) => contact.companyIds.has(company.id));
  const page = numberedPage(attached, call, { usual: 50, most: 150 });
  return {
    type: 'list',
    data: page.items.map((contact) => showContact(workspace, contact)),
    pages: page.pages,
    total_count: page.total,
  };
};

/** Archives the attribute: Intercom calls it a soft delete. */
const deleteConversationAttribute: Handler = (call) => {
  const { workspace } = call;
  const attribute = workspace.conversationAttributes.get(Number(parameter(call, 'attribute_id')));
  if (attribute === undefined) {
    throw new ApiError(404, 'conversation_attribute_not_found', 'Conversation attribute not found');
  }
  attribute.archived = true;
  return showConversationAttribute(workspace, attribute);
};

/** What a rollback calls. */
export const departureOperations: readonly Operation[] = [
  {
    name: 'deleteCompany',
    method: 'DELETE',
    path: '/companies/{company_id}',
    isMutating: true,
    handle: deleteCompany,
  },
  {
    name: 'ListAttachedContacts',
    method: 'GET',
    path: '/companies/{company_id}/contacts',
    isMutating: false,
    handle: listAttachedContacts,
  },
  {
    name: 'deleteConversationAttribute',
    method: 'DELETE',
    path: '/conversations/attributes/{attribute_id}',
    isMutating: true,
    handle: deleteConversationAttribute,
  },
];
