import { z } from 'zod';
import { type Call, path } from './call.ts';
import { anyText, customAttributes, id } from './fields.ts';

export interface CompanyFacts {
  /** Intercom's own id (24 hexadecimal digits). */
  readonly id: string;
  /** The customer's id, unchangeable once set. */
  readonly companyId: string | null;
  readonly name: string | null;
  readonly customAttributes: Readonly<Record<string, unknown>>;
}

export interface CompanyRequest {
  readonly company_id: string;
  readonly name?: string;
  readonly custom_attributes?: Readonly<Record<string, unknown>>;
}

const company = z.object({ id, company_id: anyText, name: anyText, custom_attributes: customAttributes }).transform(
  (raw): CompanyFacts => ({
    id: raw.id,
    companyId: raw.company_id ?? null,
    name: raw.name ?? null,
    customAttributes: raw.custom_attributes,
  }),
);
const companyList = z.object({ companies: z.array(company) });

/** `retrieveCompany` by company_id; 404 when there is none. The description's schema is a list, its words say one company. */
export function retrieveCompany(companyId: string): Call<CompanyFacts> {
  return {
    operation: 'retrieveCompany',
    method: 'GET',
    path: path`/companies?company_id=${companyId}`,
    effect: 'read',
    read(body) {
      const list = z.object({ data: z.array(company).min(1) }).safeParse(body);
      return list.data?.data[0] ?? company.parse(body);
    },
  };
}

/** `createOrUpdateCompany`: an upsert by company_id that changes only the fields named. */
export function createOrUpdateCompany(request: CompanyRequest): Call<CompanyFacts> {
  return {
    operation: 'createOrUpdateCompany',
    method: 'POST',
    path: '/companies',
    body: { ...request },
    effect: 'repeatable',
    read: (body) => company.parse(body),
  };
}

/** `RetrieveACompanyById`, by Intercom's id. */
export function retrieveCompanyById(companyId: string): Call<CompanyFacts> {
  return {
    operation: 'RetrieveACompanyById',
    method: 'GET',
    path: path`/companies/${companyId}`,
    effect: 'read',
    read: (body) => company.parse(body),
  };
}

/** `UpdateCompany`, by Intercom's id: changes only the fields named. */
export function updateCompany(companyId: string, request: Omit<CompanyRequest, 'company_id'>): Call<CompanyFacts> {
  return {
    operation: 'UpdateCompany',
    method: 'PUT',
    path: path`/companies/${companyId}`,
    body: { ...request },
    effect: 'once',
    read: (body) => company.parse(body),
  };
}

/** `listCompaniesForAContact`. */
export function listCompaniesForAContact(contactId: string): Call<CompanyFacts[]> {
  return {
    operation: 'listCompaniesForAContact',
    method: 'GET',
    path: path`/contacts/${contactId}/companies?per_page=150`,
    effect: 'read',
    read: (body) => {
      const parsed = z.union([companyList, z.object({ data: z.array(company) })]).parse(body);
      return 'companies' in parsed ? parsed.companies : parsed.data;
    },
  };
}

/** `attachContactToACompany`, with Intercom's id of the company. Attaching twice is attaching once. */
export function attachContactToACompany(contactId: string, companyId: string): Call<CompanyFacts> {
  return {
    operation: 'attachContactToACompany',
    method: 'POST',
    path: path`/contacts/${contactId}/companies`,
    body: { id: companyId },
    effect: 'repeatable',
    read: (body) => company.parse(body),
  };
}
