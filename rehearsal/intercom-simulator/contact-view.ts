import type { Contact } from './objects.ts';
import type { Workspace } from './workspace.ts';

/** Companies that a contact's own answer lists at most. */
const LISTED = 10;

export function showContact(workspace: Workspace, contact: Contact) {
  const companies = [...contact.companyIds];
  return {
    type: 'contact',
    id: contact.id,
    workspace_id: workspace.idCode,
    external_id: contact.externalId,
    role: contact.role,
    email: contact.email,
    phone: contact.phone,
    name: contact.name,
    avatar: contact.avatar === null ? null : { type: 'avatar', image_url: contact.avatar },
    owner_id: contact.ownerId,
    social_profiles: { type: 'list', data: [] },
    has_hard_bounced: false,
    marked_email_as_spam: false,
    unsubscribed_from_emails: contact.unsubscribedFromEmails,
    created_at: contact.createdAt,
    updated_at: contact.updatedAt,
    signed_up_at: contact.signedUpAt,
    last_seen_at: contact.lastSeenAt,
    last_replied_at: null,
    last_contacted_at: null,
    last_email_opened_at: null,
    last_email_clicked_at: null,
    language_override: null,
    browser: null,
    browser_version: null,
    browser_language: null,
    os: null,
    location: { type: 'location', country: null, region: null, city: null, country_code: null, continent_code: null },
    custom_attributes: contact.customAttributes,
    tags: sublist(contact, 'tags', []),
    notes: sublist(contact, 'notes', []),
    companies: sublist(
      contact,
      'companies',
      companies.map((id) => ({ id, type: 'company', url: `/companies/${id}` })),
    ),
  };
}

function sublist(contact: Contact, name: string, all: readonly unknown[]) {
  return {
    type: 'list',
    data: all.slice(0, LISTED),
    url: `/contacts/${contact.id}/${name}`,
    total_count: all.length,
    has_more: all.length > LISTED,
  };
}
