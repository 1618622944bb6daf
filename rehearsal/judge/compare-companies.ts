import { compareAttributes } from './compare-attributes.ts';
import type { ExpectedAttributes } from './expected-attributes.ts';
import type { ExpectedCompany } from './expected-companies.ts';
import type { Findings } from './findings.ts';
import type { LoadedCompany } from './intercom-objects.ts';
import type { Tally } from './tally.ts';

/** Compares companies and gives Intercom's id of each organization's company, as far as there is one. */
export function compareCompanies(
  expected: ReadonlyMap<string, ExpectedCompany>,
  loaded: Iterable<LoadedCompany>,
  attributes: ExpectedAttributes,
  findings: Findings,
  tally: Tally,
): Map<string, string> {
  const byCompanyId = new Map([...expected.values()].map((company) => [company.companyId, company]));
  const ids = new Map<string, string>();
  for (const company of loaded) {
    tally.add('companies', 'found');
    const match = byCompanyId.get(company.companyId);
    if (match === undefined || ids.has(match.organizationId)) {
      const finding = { check: 'unexpected company', sourceKey: '', targetId: company.id, field: 'company_id' };
      findings.add({ ...finding, expected: 'no such company', actual: company.companyId });
      continue;
    }
    ids.set(match.organizationId, company.id);
    const before = findings.total;
    const sourceKey = `Organization::${match.organizationId}`;
    tally.leaveOut('values of companies', compareAttributes({ ...company, sourceKey }, attributes, findings));
    if (match.name.trim() !== company.name.trim()) {
      const finding = { check: 'company', sourceKey, targetId: company.id, field: 'name' };
      findings.add({ ...finding, expected: match.name, actual: company.name });
    }
    if (findings.total === before) tally.add('companies', 'equal');
  }
  for (const { organizationId, companyId } of expected.values()) {
    tally.add('companies', 'expected');
    if (ids.has(organizationId)) continue;
    const finding = { check: 'missing company', sourceKey: `Organization::${organizationId}`, field: 'company_id' };
    findings.add({ ...finding, expected: companyId, actual: 'no such company' });
  }
  return ids;
}
