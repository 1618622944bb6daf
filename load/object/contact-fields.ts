import type { ContactFacts, ContactRequest } from '../../intercom/contacts.ts';
import type { Identity } from '../../platform/identity.ts';
import { type Fields, flatAttributes } from '../desired-state/three-way.ts';

export interface ContactRow {
  target_key: string;
  source_key: string;
  raw_version: string | null;
  role: 'user';
  email: string | null;
  external_id: string | null;
  name: string | null;
  phone: string | null;
  custom_attributes: Record<string, unknown>;
  payload_hash: Buffer;
}

/** Attribute that every created contact carries from its first moment (RULES P2). Never written to an existing one. */
export const sourceKeyAttribute = 'itop_source_key';

/** What the creation of a contact sends. */
export function contactRequest(row: ContactRow): ContactRequest {
  return {
    role: row.role,
    ...(row.email === null ? {} : { email: row.email }),
    ...(row.external_id === null ? {} : { external_id: row.external_id }),
    ...(row.name === null ? {} : { name: row.name }),
    ...(row.phone === null ? {} : { phone: row.phone }),
    custom_attributes: row.custom_attributes,
  };
}

export function plainFields(row: ContactRow) {
  return { email: row.email?.toLowerCase() ?? null, external_id: row.external_id, name: row.name, phone: row.phone };
}

export function desiredOf(row: ContactRow): Fields {
  return { ...plainFields(row), ...flatAttributes(row.custom_attributes) };
}

export function observedOf(facts: ContactFacts): Fields {
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

export function heldFields({ name, phone, customAttributes }: ContactFacts) {
  return { fields: { name, phone }, customAttributes };
}

export function contactIdentity(row: ContactRow, facts: ContactFacts, origin: Identity['origin']): Identity {
  return {
    targetType: 'contact',
    targetKey: row.target_key,
    targetId: facts.id,
    origin,
    payloadHash: row.payload_hash,
    representation: { targetType: 'contact', lastApplied: desiredOf(row), observed: observedOf(facts) },
  };
}
