import {
  type CompanyFacts,
  type CompanyRequest,
  createOrUpdateCompany,
  retrieveCompany,
  retrieveCompanyById,
  updateCompany,
} from '../../intercom/companies.ts';
import { findIdentities, type Identity } from '../../platform/identity.ts';
import { type OpenIntent, type Target, wasEverUncertain } from '../../platform/journal.ts';
import { adoptableRows, type OpenStep, orNothing } from '../desired-state/adoption.ts';
import { changeObject } from '../desired-state/change-object.ts';
import { comparedWrites, type ExistingPlan, planForExisting } from '../desired-state/existing-policy.ts';
import { attributesIn, type Fields, flatAttributes } from '../desired-state/three-way.ts';
import { attributeFields, type ComparedField, verdictsOf } from '../desired-state/verdicts.ts';
import type { LoadContext } from '../engine/context.ts';
import { closeWithoutTrace, type Evidence, executeStep, type Step } from '../engine/execute-step.ts';
import type { Loaded, PendingItem } from '../engine/phase.ts';
import { send } from '../engine/send.ts';
import type { LoadedObject } from './loaded-object.ts';

export interface CompanyRow {
  target_key: string;
  source_key: string;
  raw_version: string;
  company_id: string;
  name: string;
  custom_attributes: Record<string, unknown>;
  payload_hash: Buffer;
}

/** Attribute that every created company carries from its first moment (RULES P2). Never written to an existing one: `load adopt` knows ours by it. */
const organizationKeyAttribute = 'itop_organization_key';

const companySelect = `
  select o.target_key, o.source_key, o.raw_version::text, o.company_id, o.name, o.custom_attributes, o.payload_hash
  from intercom.company o`;

/**
 * Companies. company_id is looked up before the first write (RULES C1): a company that is there already is linked and
 * written to as the mapping says (P3).
 */
export const company: LoadedObject<CompanyRow> = {
  name: 'companies',
  targetType: 'company',
  doneType: 'company',
  pageSize: 100,
  hasUniqueValues: true,
  select: companySelect,
  orderBy: 'o.target_key',
  targetOf,
  planned: { kind: 'company', call: (row) => createOrUpdateCompany(companyRequest(row)) },
  load: loadCompany,
  change: changeCompany,
  async readBack(context, { row, target }) {
    const identities = await findIdentities(context.pool, context.workspaceIdCode, 'company', [target.key]);
    const id = identities.get(target.key)?.targetId ?? '';
    const found = (await send(context, retrieveCompanyById(id))).value;
    // Once used it is frozen (RULES C1), whatever code iTop holds by now.
    const sent = { ...row, company_id: found.companyId ?? row.company_id };
    return verdictsOf(context, target, 'company', 'fresh_read', comparedFields(sent, found));
  },
  // It is looked up before it is written.
  forecast: { calls: 2, bytes: 'octet_length(custom_attributes::text)' },
  adopt: adoptCompanies,
  // Lists leave out companies without contacts: each of ours is read on its own.
  list: undefined,
  undo: { delete: { DELETE: 'deleteCompany' }, restore: { PUT: 'UpdateCompany' } },
};

async function loadCompany(
  context: LoadContext,
  { row: planned, target, open }: PendingItem<CompanyRow>,
): Promise<Loaded> {
  const lost = open.find((intent) => intent.targetKey === target.key);
  const made = lost === undefined ? undefined : await companyAsSent(context, target, lost);
  // Once used it is frozen (RULES C1), whatever code iTop holds by now.
  const row = { ...planned, company_id: made?.companyId ?? planned.company_id };
  const existing = made ?? (await findCompany(context, row.company_id));
  if (existing === undefined || (await isOwn(context, target, existing, lost))) {
    await executeStep(context, creation(context, row, target), lost);
    return 'written';
  }
  const { [organizationKeyAttribute]: _, ...customAttributes } = row.custom_attributes;
  const plan = planForExisting(
    context.onExisting.company,
    { fields: { name: row.name }, customAttributes },
    heldFields(existing),
  );
  if (plan.write === undefined && (lost === undefined || isCreation(lost))) {
    if (lost !== undefined) await closeWithoutTrace(context, lost);
    await context.link(
      companyIdentity(row, existing, 'linked'),
      linkVerdicts(context, row, target, existing, 'fresh_read'),
    );
  } else {
    await executeStep(context, writingToExisting(context, row, target, plan), lost);
  }
  return 'linked';
}

/** What a lost call wrote to, under the code that it sent: iTop may hold another one since. What a creation made bears our key. */
async function companyAsSent(
  context: LoadContext,
  target: Target,
  lost: OpenIntent,
): Promise<CompanyFacts | undefined> {
  const { company_id: sentId } = (lost.payload ?? {}) as Partial<CompanyRequest>;
  if (sentId === undefined) return undefined;
  const found = await findCompany(context, sentId);
  return found === undefined || !isCreation(lost) || bearsKey(found, target) ? found : undefined;
}

/** Whether a creation of ours, whose outcome was unknown, made this company. */
async function isOwn(
  context: LoadContext,
  target: Target,
  found: CompanyFacts,
  lost: OpenIntent | undefined,
): Promise<boolean> {
  if (!bearsKey(found, target)) return false;
  if (lost !== undefined) return isCreation(lost);
  return await wasEverUncertain(context.pool, context.workspaceIdCode, target, 'createOrUpdateCompany');
}

function bearsKey({ customAttributes }: CompanyFacts, target: Target): boolean {
  return customAttributes[organizationKeyAttribute] === target.key;
}

/** A call for a company that existed keeps what it held. */
function isCreation({ beforeImage }: OpenIntent): boolean {
  return beforeImage === null;
}

function creation(context: LoadContext, row: CompanyRow, target: Target): Step<CompanyFacts> {
  return {
    target,
    call: createOrUpdateCompany(companyRequest(row)),
    // An upsert under the code that was sent: repeating it is the look-up.
    lookUp: () => Promise.resolve(undefined),
    accept: (facts, evidence: Evidence) => ({
      response: { id: facts.id },
      identities: [companyIdentity(row, facts, 'created')],
      verdicts: verdictsOf(context, target, 'company', evidence, comparedFields(row, facts)),
    }),
  };
}

function heldFields({ name, customAttributes }: CompanyFacts) {
  return { fields: { name }, customAttributes };
}

function writingToExisting(
  context: LoadContext,
  row: CompanyRow,
  target: Target,
  plan: ExistingPlan,
): Step<CompanyFacts> {
  const write = plan.write ?? { fields: {}, customAttributes: {} };
  const request: CompanyRequest = {
    company_id: row.company_id,
    ...write.fields,
    ...(Object.keys(write.customAttributes).length === 0 ? {} : { custom_attributes: write.customAttributes }),
  };
  return {
    target,
    call: createOrUpdateCompany(request),
    beforeImage: plan.beforeImage,
    // The plan was made from a read after the lost call: what is not in it any more was written by that call.
    lookUp: (lost) =>
      plan.write === undefined && !isCreation(lost) ? findCompany(context, row.company_id) : Promise.resolve(undefined),
    accept: (facts, evidence: Evidence) => ({
      response: { id: facts.id },
      identities: [companyIdentity(row, facts, 'linked')],
      verdicts: linkVerdicts(context, row, target, facts, evidence, comparedWrites(plan.write, heldFields(facts))),
      resolution: `the company existed: ${context.onExisting.company}`,
    }),
  };
}

/** A changed company. Its company_id is frozen (RULES C1): a later code is a change of an attribute. */
function changeCompany(context: LoadContext, item: PendingItem<CompanyRow>) {
  const { row } = item;
  return changeObject<CompanyFacts>(context, item, {
    desired: desiredOf(row),
    target: desiredOf(row),
    onExisting: context.onExisting.company,
    read: async (id) => (await send(context, retrieveCompanyById(id))).value,
    observe: observedOf,
    update(id, write) {
      const attributes = attributesIn(write);
      const { name } = write;
      return updateCompany(id, {
        ...(typeof name === 'string' ? { name } : {}),
        ...(attributes === undefined ? {} : { custom_attributes: attributes }),
      });
    },
  });
}

function desiredOf(row: CompanyRow): Fields {
  return { name: row.name, ...flatAttributes(row.custom_attributes) };
}

function observedOf(facts: CompanyFacts): Fields {
  return { name: facts.name, ...flatAttributes(facts.customAttributes) };
}

function companyIdentity(row: CompanyRow, facts: CompanyFacts, origin: Identity['origin']): Identity {
  return {
    targetType: 'company',
    targetKey: row.target_key,
    targetId: facts.id,
    origin,
    payloadHash: row.payload_hash,
    representation: { targetType: 'company', lastApplied: desiredOf(row), observed: observedOf(facts) },
  };
}

async function findCompany(context: LoadContext, companyId: string): Promise<CompanyFacts | undefined> {
  return (await orNothing(() => send(context, retrieveCompany(companyId))))?.value;
}

function linkVerdicts(
  context: LoadContext,
  row: CompanyRow,
  target: Target,
  facts: CompanyFacts,
  evidence: Evidence,
  written: readonly ComparedField[] = [],
) {
  return verdictsOf(
    context,
    target,
    'company',
    evidence,
    [['company_id', row.company_id, facts.companyId], ...written],
    {
      verdict: 'passed',
      reasonCode: 'linked',
    },
  );
}

function comparedFields(row: CompanyRow, facts: CompanyFacts | undefined): ComparedField[] {
  return [
    ['company_id', row.company_id, facts?.companyId],
    ['name', row.name, facts?.name],
    ...attributeFields(row.custom_attributes, facts?.customAttributes ?? {}),
  ];
}

function targetOf(row: CompanyRow): Target {
  return {
    phase: 'companies',
    type: 'company',
    key: row.target_key,
    sourceKey: row.source_key,
    rawVersion: row.raw_version,
    payloadHash: row.payload_hash,
  };
}

/** What the creation of a company sends. */
function companyRequest(row: CompanyRow): CompanyRequest {
  return { company_id: row.company_id, name: row.name, custom_attributes: row.custom_attributes };
}

/** Knows companies as ours again by the source key that they carry; gives how many. */
async function adoptCompanies(context: LoadContext, openStep: OpenStep): Promise<number> {
  const rows = await adoptableRows<CompanyRow>(context, companySelect);
  const step = openStep('adopt companies', rows.length);
  let adopted = 0;
  for (const row of rows) {
    step.advance(1);
    const found = await findCompany(context, row.company_id);
    if (found === undefined || !bearsKey(found, targetOf(row))) continue;
    await context.link(companyIdentity(row, found, 'created'), []);
    adopted += 1;
  }
  step.done();
  return adopted;
}
