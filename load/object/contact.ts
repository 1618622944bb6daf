import { listContactsPage } from '../../intercom/adoptable.ts';
import {
  type ContactFacts,
  type ContactRequest,
  createContact,
  searchContactsByEmail,
  showContact,
  updateContact,
} from '../../intercom/contacts.ts';
import { Conflict, namesField } from '../../intercom/errors.ts';
import { isSameValue } from '../../intercom/same-value.ts';
import type { Identity } from '../../platform/identity.ts';
import { findIdentities } from '../../platform/identity.ts';
import { type OpenIntent, type Target, wasEverUncertain } from '../../platform/journal.ts';
import { adoptableRows, type OpenStep } from '../desired-state/adoption.ts';
import { type Base, changeObject } from '../desired-state/change-object.ts';
import { comparedWrites, planForExisting } from '../desired-state/existing-policy.ts';
import { attributesIn, type Fields, flatAttributes } from '../desired-state/three-way.ts';
import { attributeFields, type ComparedField, verdictsOf } from '../desired-state/verdicts.ts';
import type { LoadContext } from '../engine/context.ts';
import { RecordRefused } from '../engine/errors.ts';
import { type Evidence, executeStep, type Step } from '../engine/execute-step.ts';
import type { Loaded, PendingItem } from '../engine/phase.ts';
import { send } from '../engine/send.ts';
import type { LoadedObject } from './loaded-object.ts';

export interface ContactRow {
  target_key: string;
  source_key: string;
  raw_version: string;
  role: 'user';
  email: string | null;
  external_id: string | null;
  name: string | null;
  phone: string | null;
  custom_attributes: Record<string, unknown>;
  payload_hash: Buffer;
}

/** Attribute that every created contact carries from its first moment (RULES P2). Never written to an existing one. */
const sourceKeyAttribute = 'itop_source_key';

/** Attribute that keeps a phone number as iTop has it, where Intercom refuses it as a phone number. */
const phoneAttribute = 'itop_phone';

const contactSelect = `select o.target_key, o.source_key, o.raw_version::text, o.role, o.email, o.external_id, o.name, o.phone,
             o.custom_attributes, o.payload_hash
      from intercom.contact o`;

/**
 * Contacts. A 409 is ours only when an earlier create of ours got no answer and the contact carries our source key (P2);
 * otherwise the contact existed: it is linked and written to as the mapping says (P3).
 */
export const contact: LoadedObject<ContactRow> = {
  name: 'contacts',
  targetType: 'contact',
  doneType: 'contact',
  pageSize: 100,
  hasUniqueValues: true,
  select: contactSelect,
  orderBy: 'o.target_key',
  targetOf,
  planned: { kind: 'contact', call: (row) => createContact(contactRequest(row)) },
  load: loadContact,
  change: changeContact,
  async readBack(context, { row, target }) {
    const identities = await findIdentities(context.pool, context.workspaceIdCode, 'contact', [target.key]);
    const id = identities.get(target.key)?.targetId ?? '';
    const found = (await send(context, showContact(id))).value;
    return contactVerdicts(context, row, target, found, 'fresh_read');
  },
  forecast: { calls: 1, bytes: 'octet_length(custom_attributes::text)' },
  adopt: adoptContacts,
  // Listed with those that are not ours, as conversations are.
  list: undefined,
  // Never archived: an archived contact goes on blocking its address.
  undo: { delete: { DELETE: 'DeleteContact' }, restore: { PUT: 'UpdateContact' } },
};

async function loadContact(context: LoadContext, item: PendingItem<ContactRow>): Promise<Loaded> {
  const { row, target } = item;
  const open = item.open.filter((intent) => intent.targetKey === target.key);
  const lostUpdate = open.find((intent) => intent.operation === 'UpdateContact');
  if (lostUpdate !== undefined) {
    await writeToExisting(context, row, target, existingIdOf(lostUpdate), lostUpdate);
    return 'linked';
  }
  const lostCreate = open.find((intent) => intent.operation === 'CreateContact');
  // Where a second creation makes a second contact, nothing but a look keeps the one that is there from being doubled.
  const present =
    context.seen.sameContactTwice && lostCreate === undefined ? await userOfAddress(context, row) : undefined;
  if (present !== undefined) return await linkExisting(context, row, target, present.id);
  try {
    await sendKeepingPhone(contactRequest(row), lostCreate, (request, open) =>
      executeStep(context, creation(context, row, target, request), open),
    );
    return 'written';
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return await resolveConflict(context, row, target, error);
  }
}

/**
 * Sends a request with a phone number. Where Intercom refuses the number (help article 6311200: with validation on, invalid ones are),
 * the request goes again with the number in an attribute: iTop's are free text.
 */
async function sendKeepingPhone<T>(
  request: ContactRequest,
  lost: OpenIntent | undefined,
  send: (request: ContactRequest, lost: OpenIntent | undefined) => Promise<T>,
): Promise<T> {
  try {
    return await send(request, lost);
  } catch (error) {
    if (request.phone === undefined || !namesField(error, 'phone')) throw error;
    return send(phoneAsAttribute(request), undefined);
  }
}

/** The same request with the phone number in an attribute. */
function phoneAsAttribute({ phone, ...request }: ContactRequest): ContactRequest {
  if (phone === undefined) return request;
  return { ...request, custom_attributes: { ...request.custom_attributes, [phoneAttribute]: attributeText(phone) } };
}

/** Attributes take 255 characters. */
function attributeText(text: string): string {
  return text.slice(0, 255);
}

function creation(context: LoadContext, row: ContactRow, target: Target, request: ContactRequest): Step<ContactFacts> {
  return {
    target,
    call: createContact(request),
    isFoundBySearch: context.seen.sameContactTwice,
    // Repeating the create is the look-up where contacts are unique: a second one is refused with the id of the first.
    lookUp: async () => (context.seen.sameContactTwice ? await userOfAddress(context, row, target) : undefined),
    accept: (facts, evidence: Evidence) => ({
      response: { id: facts.id },
      identities: [contactIdentity(row, facts, 'created')],
      verdicts: contactVerdicts(context, row, target, facts, evidence),
    }),
  };
}

async function resolveConflict(
  context: LoadContext,
  row: ContactRow,
  target: Target,
  conflict: Conflict,
): Promise<Loaded> {
  const { existingId } = conflict;
  if (existingId === undefined || conflict.isArchived) throw conflict;
  return await linkExisting(context, row, target, existingId);
}

/** The user with the address of a contact; of several, the one that bears the key of `own`, if that is given, or none. */
async function userOfAddress(context: LoadContext, row: ContactRow, own?: Target): Promise<ContactFacts | undefined> {
  if (row.email === null) return undefined;
  const found = (await send(context, searchContactsByEmail(row.email.toLowerCase()))).value;
  const users = found.filter((contact) => contact.role === 'user');
  return own === undefined
    ? users[0]
    : users.find((contact) => contact.customAttributes[sourceKeyAttribute] === own.key);
}

async function linkExisting(
  context: LoadContext,
  row: ContactRow,
  target: Target,
  existingId: string,
): Promise<Loaded> {
  const isSuspect = await wasEverUncertain(context.pool, context.workspaceIdCode, target, 'CreateContact');
  if (isSuspect) {
    const existing = (await send(context, showContact(existingId))).value;
    if (existing.customAttributes[sourceKeyAttribute] === target.key) {
      await context.link(
        contactIdentity(row, existing, 'created'),
        contactVerdicts(context, row, target, existing, 'fresh_read'),
      );
      return 'written';
    }
  }
  await writeToExisting(context, row, target, existingId, undefined);
  return 'linked';
}

async function writeToExisting(
  context: LoadContext,
  row: ContactRow,
  target: Target,
  existingId: string,
  lost: OpenIntent | undefined,
): Promise<void> {
  const existing = (await send(context, showContact(existingId))).value;
  await refuseSharedContact(context, target, existing);
  const { [sourceKeyAttribute]: _, ...customAttributes } = row.custom_attributes;
  const plan = planForExisting(
    context.onExisting.contact,
    { fields: { name: row.name, phone: row.phone }, customAttributes },
    heldFields(existing),
  );
  if (plan.write === undefined && lost === undefined) {
    await context.link(
      contactIdentity(row, existing, 'linked'),
      linkVerdicts(context, row, target, existing, 'fresh_read'),
    );
    return;
  }
  const write = plan.write ?? { fields: {}, customAttributes: {} };
  const request: ContactRequest = {
    ...write.fields,
    ...(Object.keys(write.customAttributes).length === 0 ? {} : { custom_attributes: write.customAttributes }),
  };
  const stepOf = (sent: ContactRequest): Step<ContactFacts> => ({
    target,
    call: updateContact(existing.id, sent),
    beforeImage: { id: existing.id, ...plan.beforeImage },
    // The plan was made from a read after the lost call: an empty plan says that the call filled everything.
    lookUp: () => Promise.resolve(plan.write === undefined ? existing : undefined),
    accept: (facts, evidence: Evidence) => ({
      response: { id: facts.id },
      identities: [contactIdentity(row, facts, 'linked')],
      verdicts: linkVerdicts(context, row, target, facts, evidence, comparedWrites(plan.write, heldFields(facts))),
      resolution: `the contact existed: ${context.onExisting.contact}`,
    }),
  });
  await sendKeepingPhone(request, lost, (sent, open) => executeStep(context, stepOf(sent), open));
}

function heldFields({ name, phone, customAttributes }: ContactFacts) {
  return { fields: { name, phone }, customAttributes };
}

/** Two of our contacts must not become one existing contact silently: their conversations would be mixed. */
async function refuseSharedContact(context: LoadContext, target: Target, existing: ContactFacts): Promise<void> {
  const owner = await context.pool.query<{ target_key: string }>(
    `select target_key from load.identity
     where workspace_id_code = $1 and target_type = 'contact' and target_id = $2 and target_key <> $3`,
    [context.workspaceIdCode, existing.id, target.key],
  );
  const other = owner.rows[0]?.target_key;
  if (other === undefined) return;
  throw new RecordRefused(
    `Contact ${existing.id} in Intercom is already that of ${other}.`,
    `Give ${target.key} or ${other} another e-mail, or let the mapping merge them.`,
  );
}

function existingIdOf(lost: OpenIntent): string {
  const image = lost.beforeImage as { id?: string } | null;
  if (image?.id === undefined) throw new Error(`Journal row ${lost.journalId} of UpdateContact names no contact.`);
  return image.id;
}

/** What the creation of a contact sends. */
function contactRequest(row: ContactRow): ContactRequest {
  return {
    role: row.role,
    ...(row.email === null ? {} : { email: row.email }),
    ...(row.external_id === null ? {} : { external_id: row.external_id }),
    ...(row.name === null ? {} : { name: row.name }),
    ...(row.phone === null ? {} : { phone: row.phone }),
    custom_attributes: row.custom_attributes,
  };
}

/** A changed contact. A changed address that another contact holds is refused (409): nothing is merged silently (RULES D2). */
function changeContact(context: LoadContext, item: PendingItem<ContactRow>) {
  const { row } = item;
  return changeObject<ContactFacts>(context, item, {
    desired: desiredOf(row),
    target: desiredOf(row),
    onExisting: context.onExisting.contact,
    read: async (id) => (await send(context, showContact(id))).value,
    observe: observedOf,
    writeAlong: (base, observed) => withoutFormerPhone(row, base, observed),
    afterRefusal(error, { phone, ...write }) {
      if (typeof phone !== 'string' || !namesField(error, 'phone')) return undefined;
      return { ...write, ...flatAttributes({ [phoneAttribute]: attributeText(phone) }) };
    },
    update(id, write) {
      const fields = Object.fromEntries(Object.entries(write).filter(([name]) => name in plainFields(row)));
      const attributes = attributesIn(write);
      return updateContact(id, { ...fields, ...(attributes === undefined ? {} : { custom_attributes: attributes }) });
    },
  });
}

/** Clears the attribute that keeps a refused phone number, where iTop holds another number now and nobody edited the attribute. */
function withoutFormerPhone(row: ContactRow, { fields }: Base, observed: Fields): Fields {
  const former = fields?.lastApplied.phone;
  if (typeof former !== 'string' || former === row.phone) return {};
  const aside = flatAttributes({ [phoneAttribute]: attributeText(former) });
  const isOurs = Object.entries(aside).every(([name, text]) => observed[name] === text);
  return isOurs ? flatAttributes({ [phoneAttribute]: null }) : {};
}

function plainFields(row: ContactRow) {
  return { email: row.email?.toLowerCase() ?? null, external_id: row.external_id, name: row.name, phone: row.phone };
}

function desiredOf(row: ContactRow): Fields {
  return { ...plainFields(row), ...flatAttributes(row.custom_attributes) };
}

function observedOf(facts: ContactFacts): Fields {
  return {
    // Never written; a conversation names its contact by it.
    role: facts.role,
    email: facts.email?.toLowerCase() ?? null,
    external_id: facts.externalId,
    name: facts.name,
    phone: facts.phone,
    ...flatAttributes(facts.customAttributes),
  };
}

function contactIdentity(row: ContactRow, facts: ContactFacts, origin: Identity['origin']): Identity {
  return {
    targetType: 'contact',
    targetKey: row.target_key,
    targetId: facts.id,
    origin,
    payloadHash: row.payload_hash,
    representation: { targetType: 'contact', lastApplied: desiredOf(row), observed: observedOf(facts) },
  };
}

function linkVerdicts(
  context: LoadContext,
  row: ContactRow,
  target: Target,
  facts: ContactFacts,
  evidence: Evidence,
  written: readonly ComparedField[] = [],
) {
  const key: ComparedField =
    row.email === null
      ? ['external_id', row.external_id, facts.externalId]
      : ['email', row.email.toLowerCase(), facts.email?.toLowerCase()];
  if (isPhoneAside(row, facts)) {
    const others = written.filter(([name]) => name !== 'phone');
    return verdictsOf(context, target, 'contact', evidence, [key, ...others], {
      verdict: 'kept_elsewhere',
      reasonCode: 'phone_refused',
      expected: row.phone,
      actual: `in ${phoneAttribute}`,
    });
  }
  return verdictsOf(context, target, 'contact', evidence, [key, ...written], {
    verdict: 'passed',
    reasonCode: 'linked',
  });
}

/** Verdicts on a contact. A phone number that was refused passes as kept elsewhere, where its attribute holds it. */
function contactVerdicts(
  context: LoadContext,
  row: ContactRow,
  target: Target,
  facts: ContactFacts,
  evidence: Evidence,
) {
  const fields = comparedFields(row, facts);
  if (!isPhoneAside(row, facts)) return verdictsOf(context, target, 'contact', evidence, fields);
  return verdictsOf(
    context,
    target,
    'contact',
    evidence,
    fields.filter(([name]) => name !== 'phone'),
    { verdict: 'kept_elsewhere', reasonCode: 'phone_refused', expected: row.phone, actual: `in ${phoneAttribute}` },
  );
}

/** Whether a phone number was refused and is kept in its attribute. */
function isPhoneAside({ phone }: ContactRow, facts: ContactFacts): boolean {
  if (phone === null || facts.phone !== null) return false;
  return isSameValue(phoneAttribute, attributeText(phone), facts.customAttributes[phoneAttribute]);
}

function comparedFields(row: ContactRow, facts: ContactFacts): ComparedField[] {
  return [
    ['role', row.role, facts.role],
    ['email', row.email?.toLowerCase(), facts.email?.toLowerCase()],
    ['external_id', row.external_id, facts.externalId],
    ['name', row.name, facts.name],
    ['phone', row.phone, facts.phone],
    ...attributeFields(row.custom_attributes, facts.customAttributes),
  ];
}

function targetOf(row: ContactRow): Target {
  return {
    phase: 'contacts',
    type: 'contact',
    key: row.target_key,
    sourceKey: row.source_key,
    rawVersion: row.raw_version,
    payloadHash: row.payload_hash,
  };
}

/** Knows contacts as ours again by the source key that they carry; gives how many. */
async function adoptContacts(context: LoadContext, openStep: OpenStep): Promise<number> {
  const rows = await adoptableRows<ContactRow>(context, contactSelect);
  const byKey = new Map(rows.map((row) => [row.target_key, row]));
  const step = openStep('adopt contacts', rows.length);
  let adopted = 0;
  let after: string | undefined;
  do {
    const page = (await send(context, listContactsPage(after))).value;
    for (const facts of page.items) {
      const row = byKey.get(String(facts.customAttributes[sourceKeyAttribute] ?? ''));
      if (row === undefined) continue;
      await context.link(contactIdentity(row, facts, 'created'), []);
      adopted += 1;
      step.advance(1);
    }
    after = page.startingAfter;
  } while (after !== undefined);
  step.done();
  return adopted;
}
