import type { Organization } from './itop-objects.ts';

export interface ExpectedCompany {
  readonly organizationId: string;
  readonly companyId: string;
  readonly name: string;
}

/** C1: the code where it is present and no other organization has it in any case, else an id of our own. */
export function expectCompanies(organizations: ReadonlyMap<string, Organization>): Map<string, ExpectedCompany> {
  const uses = new Map<string, number>();
  for (const { code } of organizations.values()) uses.set(code.toLowerCase(), (uses.get(code.toLowerCase()) ?? 0) + 1);
  const companies = new Map<string, ExpectedCompany>();
  for (const { id, name, code } of organizations.values()) {
    const isOwn = code !== '' && uses.get(code.toLowerCase()) === 1;
    companies.set(id, { organizationId: id, companyId: isOwn ? code : `itop-organization-${id}`, name });
  }
  return companies;
}
