import { attachContactToACompany, type CompanyFacts, listCompaniesForAContact } from '../../intercom/companies.ts';
import type { Identity } from '../../platform/identity.ts';
import type { Target } from '../../platform/journal.ts';
import { verdictsOf } from '../desired-state/verdicts.ts';
import type { LoadContext } from '../engine/context.ts';
import { RecordBlocked } from '../engine/errors.ts';
import { type Evidence, executeStep, type Step } from '../engine/execute-step.ts';
import { type Loaded, type PendingItem, placeholder } from '../engine/phase.ts';
import { send } from '../engine/send.ts';
import type { LoadedObject } from './loaded-object.ts';

export interface ContactCompanyRow {
  target_key: string;
  contact_key: string;
  company_key: string;
  contact_id: string | null;
  contact_origin: Identity['origin'] | null;
  company_id: string | null;
}

/** Which contact belongs to which companies. A membership that an existing contact had before is linked, not made. */
export const contactCompany: LoadedObject<ContactCompanyRow> = {
  name: 'contact_companies',
  targetType: 'contact_company',
  doneType: 'contact_company',
  pageSize: 100,
  select: `select o.target_key, o.contact_key, o.company_key,
           contact.target_id as contact_id, contact.origin as contact_origin, company.target_id as company_id
    from (select *, null::bytea as payload_hash from intercom.contact_company) o
    left join load.identity contact
      on contact.workspace_id_code = $1 and contact.target_type = 'contact' and contact.target_key = o.contact_key
    left join load.identity company
      on company.workspace_id_code = $1 and company.target_type = 'company' and company.target_key = o.company_key`,
  orderBy: 'o.target_key',
  targetOf,
  planned: {
    kind: 'membership',
    call: (row) =>
      attachContactToACompany(
        row.contact_id ?? placeholder(row.contact_key),
        row.company_id ?? placeholder(row.company_key),
      ),
  },
  load: loadContactCompany,
  async readBack(context, { row, target }) {
    const companies = await companiesOf(context, row.contact_id ?? '');
    const held = companies.find((company) => company.id === row.company_id);
    return verdictsOf(context, target, 'contact_company', 'fresh_read', [['company', row.company_id, held?.id]]);
  },
  forecast: { calls: 1 },
  adopt: 'by the next load',
  // A company shows its contacts.
  list: undefined,
  undo: { detach: { DELETE: 'detachContactFromACompany' } },
};

async function loadContactCompany(context: LoadContext, item: PendingItem<ContactCompanyRow>): Promise<Loaded> {
  const { row, target } = item;
  const { contact_id: contactId, company_id: companyId } = row;
  const lost = item.open.find((intent) => intent.targetKey === target.key);
  if (contactId === null) throw blockedBy(row.contact_key);
  if (companyId === null) throw blockedBy(row.company_key);
  if (row.contact_origin === 'linked' && lost === undefined) {
    const companies = await companiesOf(context, contactId);
    if (companies.some((company) => company.id === companyId)) {
      await context.link(
        { targetType: target.type, targetKey: target.key, targetId: companyId, origin: 'linked' },
        verdictsOf(context, target, 'contact_company', 'list', [['company', companyId, companyId]]),
      );
      return 'linked';
    }
  }
  const step: Step<CompanyFacts> = {
    target,
    call: attachContactToACompany(contactId, companyId),
    // Attaching twice is attaching once: repeating it is the look-up.
    lookUp: () => Promise.resolve(undefined),
    accept: (facts, evidence: Evidence) => ({
      response: { id: facts.id },
      identities: [{ targetType: target.type, targetKey: target.key, targetId: companyId, origin: 'created' }],
      verdicts: verdictsOf(context, target, 'contact_company', evidence, [['company', companyId, facts.id]]),
    }),
  };
  await executeStep(context, step, lost);
  return 'written';
}

async function companiesOf(context: LoadContext, contactId: string): Promise<CompanyFacts[]> {
  return (await send(context, listCompaniesForAContact(contactId))).value;
}

function blockedBy(key: string): RecordBlocked {
  return new RecordBlocked(`${key} is not loaded.`, `Look up why ${key} is not loaded, then start the load again.`);
}

function targetOf(row: ContactCompanyRow): Target {
  return {
    phase: 'contact_companies',
    type: 'contact_company',
    key: row.target_key,
    sourceKey: row.contact_key,
    rawVersion: null,
    payloadHash: null,
  };
}
