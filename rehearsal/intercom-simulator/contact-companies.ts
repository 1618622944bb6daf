import { ApiError, parameterNotFound } from './api-error.ts';
import { type Handler, type Operation, parameter } from './call.ts';
import { requireCompany, showCompany } from './companies.ts';
import { requireContact } from './contact-store.ts';
import { numberedPage } from './pages.ts';
import { fieldsOf, idField } from './request-fields.ts';

const MOST_COMPANIES = 1_000;

/** Attaching twice is attaching once. */
const attachContactToACompany: Handler = (call) => {
  const { workspace } = call;
  const contact = requireContact(workspace, parameter(call, 'contact_id'));
  const id = idField(fieldsOf(call.body, ['id']), 'id');
  if (id === undefined) throw parameterNotFound('company not specified');
  const company = requireCompany(workspace, id);
  if (contact.companyIds.size >= MOST_COMPANIES && !contact.companyIds.has(id)) {
    const message = `Contact has reached the maximum of ${MOST_COMPANIES} company associations`;
    throw new ApiError(400, 'contact_company_limit_exceeded', message);
  }
  contact.companyIds.add(company.id);
  return showCompany(workspace, company);
};

const detachContactFromACompany: Handler = (call) => {
  const { workspace } = call;
  const contact = requireContact(workspace, parameter(call, 'contact_id'));
  const company = requireCompany(workspace, parameter(call, 'company_id'));
  contact.companyIds.delete(company.id);
  return showCompany(workspace, company);
};

const listCompaniesForAContact: Handler = (call) => {
  const { workspace } = call;
  const contact = requireContact(workspace, parameter(call, 'contact_id'));
  const page = numberedPage([...contact.companyIds], call, { usual: 50, most: 150 });
  return {
    type: 'list',
    data: page.items.map((id) => showCompany(workspace, requireCompany(workspace, id))),
    pages: page.pages,
    total_count: page.total,
  };
};

export const contactCompanyOperations: readonly Operation[] = [
  {
    name: 'attachContactToACompany',
    method: 'POST',
    path: '/contacts/{contact_id}/companies',
    isMutating: true,
    handle: attachContactToACompany,
  },
  {
    name: 'listCompaniesForAContact',
    method: 'GET',
    path: '/contacts/{contact_id}/companies',
    isMutating: false,
    handle: listCompaniesForAContact,
  },
  {
    name: 'detachContactFromACompany',
    method: 'DELETE',
    path: '/contacts/{contact_id}/companies/{company_id}',
    isMutating: true,
    handle: detachContactFromACompany,
  },
];
