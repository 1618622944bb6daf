import { ApiError, companyNotFound, parameterInvalid } from './api-error.ts';
import { dataAttributeValues } from './attribute-values.ts';
import { type Handler, type Operation, parameter } from './call.ts';
import type { Company } from './objects.ts';
import { numberedPage } from './pages.ts';
import { type Fields, fieldsOf, requiredText, textField, wholeNumberField } from './request-fields.ts';
import { nowSeconds, type Workspace } from './workspace.ts';

const FIELDS = [
  'company_id',
  'name',
  'plan',
  'size',
  'website',
  'industry',
  'remote_created_at',
  'monthly_spend',
  'custom_attributes',
];

const createOrUpdateCompany: Handler = ({ workspace, body }) => {
  const company = saveCompany(workspace, fieldsOf(body, FIELDS));
  return showCompany(workspace, company);
};

/** Creates the company of this company_id, or changes the fields that are given. */
export function saveCompany(workspace: Workspace, fields: Fields): Company {
  const companyId = requiredText(fields, 'company_id');
  const values = dataAttributeValues(workspace, 'company', fields.custom_attributes);
  const now = nowSeconds();
  const existing = workspace.companyByCompanyId.get(companyId) ?? revived(workspace, companyId);
  const company: Company = existing ?? {
    id: workspace.nextHexId(),
    companyId,
    name: '',
    plan: null,
    size: null,
    website: null,
    industry: null,
    monthlySpend: 0,
    remoteCreatedAt: null,
    createdAt: now,
    updatedAt: now,
    customAttributes: {},
  };
  const changes = {
    name: textField(fields, 'name') ?? company.name,
    plan: textField(fields, 'plan') ?? company.plan,
    size: wholeNumberField(fields, 'size') ?? company.size,
    website: textField(fields, 'website') ?? company.website,
    industry: textField(fields, 'industry') ?? company.industry,
    monthlySpend: wholeNumberField(fields, 'monthly_spend') ?? company.monthlySpend,
    remoteCreatedAt: wholeNumberField(fields, 'remote_created_at') ?? company.remoteCreatedAt,
  };
  // Everything is checked by now: a refused request must leave no half-written company behind.
  Object.assign(company, changes, {
    updatedAt: now,
    customAttributes: { ...company.customAttributes, ...values },
  });
  workspace.companies.set(company.id, company);
  workspace.companyByCompanyId.set(companyId, company);
  return company;
}

/** The archived company of a company_id, where a later POST brings it back. */
function revived(workspace: Workspace, companyId: string): Company | undefined {
  const archived = workspace.archivedCompanies.get(companyId);
  if (archived === undefined || workspace.switches.companyIdReuse === 'recreates') return undefined;
  if (workspace.switches.companyIdReuse === 'refuse') throw parameterInvalid(`company_id ${companyId} was deleted`);
  workspace.archivedCompanies.delete(companyId);
  return archived;
}

const retrieveCompany: Handler = (call) => {
  const { workspace, query } = call;
  const companyId = query.get('company_id');
  const name = query.get('name');
  if (companyId === null && name === null) return listCompanies(call);
  const found =
    companyId === null
      ? [...workspace.companies.values()].find((company) => company.name === name)
      : workspace.companyByCompanyId.get(companyId);
  if (found === undefined) throw companyNotFound();
  return showCompany(workspace, found);
};

const retrieveCompanyById: Handler = (call) =>
  showCompany(call.workspace, requireCompany(call.workspace, parameter(call, 'company_id')));

/** Leaves out companies without contacts, as Intercom does. */
const listCompanies: Handler = (call) => {
  const { workspace } = call;
  const counts = countContacts(workspace);
  const visible = [...workspace.companies.values()].filter((company) => counts.has(company.id));
  if (visible.length > 10_000) throw new ApiError(400, 'bad_request', 'page limit reached, please use scroll API');
  const { items, pages, total } = numberedPage(visible, call, { usual: 15, most: 60 });
  return {
    type: 'list',
    data: items.map((company) => ({ ...showCompany(workspace, company), user_count: counts.get(company.id) ?? 0 })),
    pages,
    total_count: total,
  };
};

function countContacts(workspace: Workspace): Map<string, number> {
  const counts = new Map<string, number>();
  for (const contact of workspace.contacts.values()) {
    for (const id of contact.companyIds) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

/** The company of Intercom's id. Throws a 404. */
export function requireCompany(workspace: Workspace, id: string): Company {
  const company = workspace.companies.get(id);
  if (company === undefined) throw companyNotFound();
  return company;
}

export function showCompany(workspace: Workspace, company: Company) {
  return {
    type: 'company',
    company_id: company.companyId,
    id: company.id,
    app_id: workspace.idCode,
    name: company.name,
    ...(company.remoteCreatedAt === null ? {} : { remote_created_at: company.remoteCreatedAt }),
    created_at: company.createdAt,
    updated_at: company.updatedAt,
    ...(company.size === null ? {} : { size: company.size }),
    ...(company.website === null ? {} : { website: company.website }),
    ...(company.industry === null ? {} : { industry: company.industry }),
    monthly_spend: company.monthlySpend,
    session_count: 0,
    user_count: 0,
    tags: { type: 'tag.list', tags: [] },
    segments: { type: 'segment.list', segments: [] },
    plan: company.plan === null ? {} : { type: 'plan', name: company.plan },
    custom_attributes: company.customAttributes,
  };
}

const updateCompany: Handler = (call) => {
  const { workspace } = call;
  const company = requireCompany(workspace, parameter(call, 'company_id'));
  const fields = fieldsOf(call.body, FIELDS);
  if (fields.company_id !== undefined) throw parameterInvalid('company_id cannot be changed');
  return showCompany(workspace, saveCompany(workspace, { ...fields, company_id: company.companyId }));
};

export const companyOperations: readonly Operation[] = [
  {
    name: 'createOrUpdateCompany',
    method: 'POST',
    path: '/companies',
    isMutating: true,
    handle: createOrUpdateCompany,
  },
  { name: 'retrieveCompany', method: 'GET', path: '/companies', isMutating: false, handle: retrieveCompany },
  { name: 'listAllCompanies', method: 'POST', path: '/companies/list', isMutating: false, handle: listCompanies },
  {
    name: 'RetrieveACompanyById',
    method: 'GET',
    path: '/companies/{company_id}',
    isMutating: false,
    handle: retrieveCompanyById,
  },
  { name: 'UpdateCompany', method: 'PUT', path: '/companies/{company_id}', isMutating: true, handle: updateCompany },
];
