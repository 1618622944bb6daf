import { compareAttributes } from './compare-attributes.ts';
import type { ExpectedAttributes } from './expected-attributes.ts';
import type { ExpectedContact } from './expected-contacts.ts';
import type { Findings } from './findings.ts';
import type { LoadedContact } from './intercom-objects.ts';
import type { Tally } from './tally.ts';

const SOURCE_KEY = 'itop_source_key';

/** Compares contacts and gives Intercom's id of each expected contact's key, as far as there is one. */
export function compareContacts(
  expected: readonly ExpectedContact[],
  loaded: Iterable<LoadedContact>,
  attributes: ExpectedAttributes,
  companyIds: ReadonlyMap<string, string>,
  findings: Findings,
  tally: Tally,
): Map<string, string> {
  const byIdentity = new Map(expected.map((contact) => [identityOf(contact.email, contact.externalId), contact]));
  const ids = new Map<string, string>();
  for (const contact of loaded) {
    const match = byIdentity.get(identityOf(contact.email?.toLowerCase(), contact.externalId));
    if (match === undefined || ids.has(match.key)) {
      tally.add(isPlaceholderId(contact.externalId) ? 'placeholder contacts' : 'contacts', 'found');
      const finding = { check: 'unexpected contact', sourceKey: String(contact.attributes[SOURCE_KEY] ?? '') };
      const actual = contact.email ?? contact.externalId ?? contact.name ?? '';
      findings.add({ ...finding, targetId: contact.id, field: 'contact', expected: 'no such contact', actual });
      continue;
    }
    ids.set(match.key, contact.id);
    tally.add(classOf(match), 'found');
    const before = findings.total;
    compareFields(match, contact, findings);
    const about = { ...contact, sourceKey: match.key };
    tally.leaveOut('values of contacts', compareAttributes(about, attributes, findings));
    if (findings.total === before) tally.add(classOf(match), 'equal');
    compareLinks(match, contact, companyIds, findings, tally);
  }
  for (const contact of expected) {
    tally.add(classOf(contact), 'expected');
    tally.add('contact-company links', 'expected', contact.organizationIds.size);
    if (ids.has(contact.key)) continue;
    const finding = { check: 'missing contact', sourceKey: contact.key, field: 'contact' };
    findings.add({ ...finding, expected: contact.email ?? contact.externalId ?? '', actual: 'no such contact' });
  }
  return ids;
}

/** A contact with an e-mail is known by it, one without by the external id that its source key gives. */
function identityOf(email: string | undefined, externalId: string | undefined): string {
  return email === undefined ? `external_id ${externalId ?? ''}` : `email ${email}`;
}

function isPlaceholderId(externalId: string | undefined): boolean {
  return externalId?.endsWith('-placeholder') ?? false;
}

function classOf(contact: ExpectedContact): 'contacts' | 'placeholder contacts' {
  return isPlaceholderId(contact.externalId) ? 'placeholder contacts' : 'contacts';
}

function compareFields(expected: ExpectedContact, contact: LoadedContact, findings: Findings): void {
  const fields: [string, string, string][] = [
    ['role', 'user', contact.role],
    ['email', expected.email ?? '', contact.email?.toLowerCase() ?? ''],
    ['external_id', expected.externalId ?? '', contact.externalId ?? ''],
    [SOURCE_KEY, expected.key, String(contact.attributes[SOURCE_KEY] ?? '')],
  ];
  if (expected.name !== undefined) fields.push(['name', collapse(expected.name), collapse(contact.name ?? '')]);
  const { invalidEmail } = expected;
  if (invalidEmail !== undefined) {
    const kept = Object.values(contact.attributes).find((value) => value === invalidEmail);
    fields.push(['attribute with the invalid address', invalidEmail, String(kept ?? '')]);
  }
  const different = fields.filter(([, want, have]) => want !== have);
  for (const [field, want, have] of different) {
    const finding = { check: 'contact', sourceKey: expected.key, targetId: contact.id, field };
    findings.add({ ...finding, expected: want, actual: have });
  }
}

/** A placeholder belongs to its organization by its key; no rule tells whether it is attached to the company. */
function compareLinks(
  expected: ExpectedContact,
  contact: LoadedContact,
  companyIds: ReadonlyMap<string, string>,
  findings: Findings,
  tally: Tally,
): void {
  if (classOf(expected) === 'placeholder contacts') return;
  const wanted = [...expected.organizationIds];
  const found = new Set(contact.companyIds);
  tally.add('contact-company links', 'found', found.size);
  for (const organizationId of wanted) {
    const companyId = companyIds.get(organizationId);
    if (companyId === undefined) continue;
    if (found.delete(companyId)) {
      tally.add('contact-company links', 'equal');
      continue;
    }
    const sourceKey = `${expected.key}/Organization::${organizationId}`;
    const finding = { check: 'missing link', sourceKey, targetId: contact.id, field: 'companies' };
    findings.add({ ...finding, expected: companyId, actual: contact.companyIds.join(', ') });
  }
  const isEveryCompanyKnown = wanted.every((organizationId) => companyIds.has(organizationId));
  for (const companyId of isEveryCompanyKnown ? found : []) {
    const finding = { check: 'unexpected link', sourceKey: expected.key, targetId: contact.id, field: 'companies' };
    findings.add({ ...finding, expected: 'no such link', actual: companyId });
  }
}

function collapse(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
