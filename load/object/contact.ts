import {
  type ContactFacts,
  type ContactRequest,
  createContact,
  searchContactsByEmail,
  showContact,
  showContactByExternalId,
  updateContact,
} from '../../intercom/contacts.ts';
import { Conflict, namesField } from '../../intercom/errors.ts';
import { listContacts } from '../../intercom/workspace-lists.ts';
import { findIdentities } from '../../platform/identity.ts';
import type { OpenIntent, Target } from '../../platform/journal.ts';
import { adoptableRows, type OpenStep, orNothing } from '../desired-state/adoption.ts';
import { changeObject } from '../desired-state/change-object.ts';
import { attributesIn, flatAttributes } from '../desired-state/three-way.ts';
import type { LoadContext } from '../engine/context.ts';
import { type Evidence, executeStep, type Step } from '../engine/execute-step.ts';
import type { Loaded, PendingItem } from '../engine/phase.ts';
import { send } from '../engine/send.ts';
import {
  type ContactRow,
  contactIdentity,
  contactRequest,
  desiredOf,
  observedOf,
  plainFields,
  sourceKeyAttribute,
} from './contact-fields.ts';
import { attributeText, phoneAttribute, sendKeepingPhone, withoutFormerPhone } from './contact-phone.ts';
import { contactVerdicts } from './contact-verdicts.ts';
import { existingIdOf, linkExisting, writeToExisting } from './existing-contact.ts';
import type { LoadedObject } from './loaded-object.ts';

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
    context.seen.sameContactTwice && lostCreate === undefined ? await userOfAddress(context, row.email) : undefined;
  if (present !== undefined) return await linkExisting(context, row, target, present.id);
  try {
    await sendKeepingPhone(contactRequest(row), lostCreate, (request, open) =>
      executeStep(context, creation(context, row, target, request, open), open),
    );
    return 'written';
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return await resolveConflict(context, row, target, error);
  }
}

function creation(
  context: LoadContext,
  row: ContactRow,
  target: Target,
  request: ContactRequest,
  lost: OpenIntent | undefined,
): Step<ContactFacts> {
  // Repeating the create is the look-up where contacts are unique: a second one is refused with the id of the first. Under
  // another address, or with one for the first time, it would not be refused.
  const sent = (lost?.payload ?? request) as ContactRequest;
  const isLookedFor =
    context.seen.sameContactTwice || sent.email !== request.email || sent.external_id !== request.external_id;
  return {
    target,
    call: createContact(request),
    isFoundBySearch: isLookedFor,
    isFoundAsSent: true,
    lookUp: async () => (isLookedFor ? await contactAsSent(context, sent, target) : undefined),
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

/** The contact that a creation made, by the address or else the external id that it sent. Whoever else bears that was there before. */
async function contactAsSent(
  context: LoadContext,
  { email, external_id }: ContactRequest,
  target: Target,
): Promise<ContactFacts | undefined> {
  if (email !== undefined) return await userOfAddress(context, email, target);
  if (external_id === undefined) return undefined;
  const found = await orNothing(async () => (await send(context, showContactByExternalId(external_id))).value);
  return found?.customAttributes[sourceKeyAttribute] === target.key ? found : undefined;
}

/** The user with the address of a contact; of several, the one that bears the key of `own`, if that is given, or none. */
async function userOfAddress(
  context: LoadContext,
  email: string | null,
  own?: Target,
): Promise<ContactFacts | undefined> {
  if (email === null) return undefined;
  const found = (await send(context, searchContactsByEmail(email.toLowerCase()))).value;
  const users = found.filter((contact) => contact.role === 'user');
  return own === undefined
    ? users[0]
    : users.find((contact) => contact.customAttributes[sourceKeyAttribute] === own.key);
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
    const page = (await send(context, listContacts(after))).value;
    for (const { facts } of page.items) {
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
