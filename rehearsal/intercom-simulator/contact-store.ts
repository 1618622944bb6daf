import { ApiError, contactMerged, parameterInvalid, userNotFound } from './api-error.ts';
import { dataAttributeValues } from './attribute-values.ts';
import type { Contact } from './objects.ts';
import {
  choiceField,
  type Fields,
  flagField,
  idField,
  isFields,
  textField,
  wholeNumberField,
} from './request-fields.ts';
import { nowSeconds, type Workspace } from './workspace.ts';

export const CONTACT_FIELDS = [
  'role',
  'external_id',
  'email',
  'email_verified',
  'phone',
  'name',
  'avatar',
  'signed_up_at',
  'last_seen_at',
  'owner_id',
  'unsubscribed_from_emails',
  'custom_attributes',
];

/** A new contact from the fields of a request. Throws a 409 when a user holds its e-mail or external id, archived or not. */
export function addContact(workspace: Workspace, fields: Fields): Contact {
  if (fields.email === undefined && fields.external_id === undefined && fields.role === undefined) {
    throw parameterInvalid('One of email, external_id or role is needed');
  }
  const now = nowSeconds();
  const contact: Contact = {
    id: workspace.nextHexId(),
    role: 'user',
    externalId: null,
    email: null,
    phone: null,
    name: null,
    ownerId: null,
    avatar: null,
    unsubscribedFromEmails: false,
    signedUpAt: null,
    lastSeenAt: null,
    createdAt: now,
    updatedAt: now,
    storedAtMs: Date.now(),
    isArchived: false,
    customAttributes: {},
    companyIds: new Set(),
  };
  changeContact(workspace, contact, fields);
  workspace.contacts.set(contact.id, contact);
  return contact;
}

/** Changes the fields that are given, or nothing when one of them is refused. */
export function changeContact(workspace: Workspace, contact: Contact, fields: Fields): void {
  const values = dataAttributeValues(workspace, 'contact', fields.custom_attributes);
  const changes = {
    role: choiceField(fields, 'role', ['user', 'lead']) ?? contact.role,
    externalId: given(fields, 'external_id', contact.externalId, idField),
    email: given(fields, 'email', contact.email, emailField),
    phone: given(fields, 'phone', contact.phone, (from, name) => phoneField(workspace, from, name)),
    name: given(fields, 'name', contact.name, textField),
    ownerId: given(fields, 'owner_id', contact.ownerId, idField),
    avatar: given(fields, 'avatar', contact.avatar, avatarField),
    unsubscribedFromEmails: flagField(fields, 'unsubscribed_from_emails') ?? contact.unsubscribedFromEmails,
    signedUpAt: given(fields, 'signed_up_at', contact.signedUpAt, wholeNumberField),
    lastSeenAt: given(fields, 'last_seen_at', contact.lastSeenAt, wholeNumberField),
  };
  if (changes.ownerId !== null && !workspace.admins.has(changes.ownerId)) {
    throw parameterInvalid('Owner ID is not an admin of this workspace');
  }
  if (changes.role === 'user') refuseTaken(workspace, contact, changes);
  unindex(workspace, contact);
  Object.assign(contact, changes, {
    updatedAt: nowSeconds(),
    customAttributes: { ...contact.customAttributes, ...values },
  });
  index(workspace, contact);
}

/** Takes a contact out for good. */
export function removeContact(workspace: Workspace, contact: Contact): void {
  unindex(workspace, contact);
  workspace.contacts.delete(contact.id);
}

/** Merges a contact into another one: its conversations and companies are the other's from now on. */
export function mergeContact(workspace: Workspace, contact: Contact, into: Contact): void {
  unindex(workspace, contact);
  contact.isArchived = true;
  contact.mergedInto = into.id;
  for (const id of contact.companyIds) into.companyIds.add(id);
  for (const conversation of workspace.conversations.values()) {
    const place = conversation.contactIds.indexOf(contact.id);
    if (place !== -1) conversation.contactIds.splice(place, 1, into.id);
  }
}

/** The contact of an id, archived ones too. Throws a 404, or a 410 with the way to the contact it was merged into. */
export function requireContact(workspace: Workspace, id: string): Contact {
  const contact = workspace.contacts.get(id);
  if (contact === undefined) throw userNotFound();
  if (contact.mergedInto !== undefined) throw contactMerged(contact.mergedInto);
  return contact;
}

function refuseTaken(
  workspace: Workspace,
  contact: Contact,
  wanted: { readonly email: string | null; readonly externalId: string | null },
): void {
  const byEmail =
    workspace.switches.sameEmail === 'accept'
      ? []
      : [...(workspace.contactsByEmail.get(wanted.email?.toLowerCase() ?? '') ?? [])];
  const byExternalId = wanted.externalId === null ? undefined : workspace.contactByExternalId.get(wanted.externalId);
  const other = [...byEmail, byExternalId].find(
    (candidate) =>
      candidate !== undefined &&
      candidate !== contact &&
      (candidate.role === 'user' || workspace.switches.leadEmails === 'conflict'),
  );
  if (other === undefined) return;
  const kind = other.isArchived ? 'An archived contact' : 'A contact';
  throw new ApiError(409, 'conflict', `${kind} matching those details already exists with id=${other.id}`);
}

function index(workspace: Workspace, contact: Contact): void {
  if (contact.externalId !== null) workspace.contactByExternalId.set(contact.externalId, contact);
  if (contact.email === null) return;
  const key = contact.email.toLowerCase();
  const same = workspace.contactsByEmail.get(key);
  if (same === undefined) workspace.contactsByEmail.set(key, new Set([contact]));
  else same.add(contact);
}

function unindex(workspace: Workspace, contact: Contact): void {
  if (contact.externalId !== null && workspace.contactByExternalId.get(contact.externalId) === contact) {
    workspace.contactByExternalId.delete(contact.externalId);
  }
  workspace.contactsByEmail.get(contact.email?.toLowerCase() ?? '')?.delete(contact);
}

function emailField(fields: Fields, name: string): string | undefined {
  const email = textField(fields, name);
  if (email === undefined) return undefined;
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw parameterInvalid(`The e-mail '${email}' is invalid`);
  return email.toLowerCase();
}

/** Help article 6311200: blanks, brackets and dashes are stripped; with validation on, what is no E.164 number is refused. */
function phoneField({ switches }: Workspace, fields: Fields, name: string): string | undefined {
  const phone = textField(fields, name);
  if (phone === undefined || phone === '' || switches.phones === 'kept') return phone;
  const stripped = phone.replaceAll(/[\s().\-/]/g, '');
  if (switches.phones === 'validated' && !/^\+[1-9]\d{6,14}$/.test(stripped)) {
    throw parameterInvalid(`phone '${phone}' is not a valid phone number`);
  }
  return stripped;
}

function avatarField(fields: Fields, name: string): string | undefined {
  const avatar = fields[name];
  return isFields(avatar) ? textField(avatar, 'image_url') : textField(fields, name);
}

/** What a field becomes: null empties it, leaving it out keeps what is there. */
function given<T>(
  fields: Fields,
  name: string,
  current: T | null,
  read: (fields: Fields, name: string) => T | undefined,
): T | null {
  return fields[name] === undefined ? current : (read(fields, name) ?? null);
}
