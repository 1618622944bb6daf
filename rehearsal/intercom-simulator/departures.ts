import { type Handler, type Operation, parameter } from './call.ts';
import { requireCompany } from './companies.ts';
import { showContact } from './contact-view.ts';
import { requireAttribute, showConversationAttribute } from './conversation-attributes.ts';
import type { Company } from './objects.ts';
import { numberedPage } from './pages.ts';
import type { Workspace } from './workspace.ts';

/** Archives the company and detaches its contacts, which stay. It answers at once and does so a little later. */
const deleteCompany: Handler = (call) => {
  const { workspace } = call;
  const company = requireCompany(workspace, parameter(call, 'company_id'));
  const { companyDeletionMs } = workspace.switches;
  if (companyDeletionMs === 0) removeCompany(workspace, company);
  else setTimeout(() => removeCompany(workspace, company), companyDeletionMs).unref();
  return { id: company.id, object: 'company', deleted: true };
};

function removeCompany(workspace: Workspace, company: Company): void {
  for (const contact of workspace.contacts.values()) contact.companyIds.delete(company.id);
  workspace.companies.delete(company.id);
  workspace.companyByCompanyId.delete(company.companyId);
  workspace.archivedCompanies.set(company.companyId, company);
}

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
  const attribute = requireAttribute(call);
  attribute.archived = true;
  return showConversationAttribute(call.workspace, attribute);
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
