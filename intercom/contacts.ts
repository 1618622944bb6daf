import { z } from 'zod';
import { type Call, path } from './call.ts';
import { anyText, customAttributes, id } from './fields.ts';

export interface ContactFacts {
  readonly id: string;
  readonly role: string | null;
  readonly email: string | null;
  readonly externalId: string | null;
  readonly name: string | null;
  readonly phone: string | null;
  readonly customAttributes: Readonly<Record<string, unknown>>;
}

export interface ContactRequest {
  readonly role?: 'user' | 'lead';
  readonly email?: string;
  readonly external_id?: string;
  readonly name?: string;
  readonly phone?: string;
  readonly custom_attributes?: Readonly<Record<string, unknown>>;
}

const contactSchema = z
  .object({
    id,
    role: anyText,
    email: anyText,
    external_id: anyText,
    name: anyText,
    phone: anyText,
    custom_attributes: customAttributes,
  })
  .transform(
    (raw): ContactFacts => ({
      id: raw.id,
      role: raw.role ?? null,
      email: raw.email ?? null,
      externalId: raw.external_id ?? null,
      name: raw.name ?? null,
      phone: raw.phone ?? null,
      customAttributes: raw.custom_attributes,
    }),
  );

export function readContact(body: unknown): ContactFacts {
  return contactSchema.parse(body);
}

/** `CreateContact`. 409 when the e-mail or external id is taken, also by an archived contact. */
export function createContact(request: ContactRequest): Call<ContactFacts> {
  return {
    operation: 'CreateContact',
    method: 'POST',
    path: '/contacts',
    body: { ...request },
    effect: 'once',
    read: (body) => contactSchema.parse(body),
  };
}

/** `ShowContact`: a direct read, unlike search without lag. 410 when it was merged away. */
export function showContact(contactId: string): Call<ContactFacts> {
  return {
    operation: 'ShowContact',
    method: 'GET',
    path: path`/contacts/${contactId}`,
    effect: 'read',
    read: (body) => contactSchema.parse(body),
  };
}

/** `ShowContactByExternalId`: a direct read; it finds users, not leads. */
export function showContactByExternalId(externalId: string): Call<ContactFacts> {
  return {
    operation: 'ShowContactByExternalId',
    method: 'GET',
    path: path`/contacts/find_by_external_id/${externalId}`,
    effect: 'read',
    read: (body) => contactSchema.parse(body),
  };
}

/** `UpdateContact`: changes only the fields named. */
export function updateContact(contactId: string, request: ContactRequest): Call<ContactFacts> {
  return {
    operation: 'UpdateContact',
    method: 'PUT',
    path: path`/contacts/${contactId}`,
    body: { ...request },
    effect: 'once',
    read: (body) => contactSchema.parse(body),
  };
}

const contactList = z.object({ data: z.array(contactSchema) });

/** `SearchContacts` by e-mail: lags a few minutes behind creations and never shows archived ones. */
export function searchContactsByEmail(email: string): Call<ContactFacts[]> {
  return {
    operation: 'SearchContacts',
    method: 'POST',
    path: '/contacts/search',
    body: { query: { field: 'email', operator: '=', value: email }, pagination: { per_page: 50 } },
    effect: 'read',
    read: (body) => contactList.parse(body).data,
  };
}
