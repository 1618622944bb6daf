import type { ExpectedAuthor } from './expected-authors.ts';
import type { LoadedAuthor } from './intercom-objects.ts';

/** Ids that only Intercom knows, found while contacts and companies were compared. */
export interface KnownIds {
  /** Intercom's ids of contacts by source key; a missing contact is a finding of its own. */
  readonly contacts: ReadonlyMap<string, string>;
  /** Intercom's ids of companies by organization. */
  readonly companies: ReadonlyMap<string, string>;
  /** The teammate who stands in for authors without a teammate. */
  readonly fallbackTeammate: string;
}

/** Whether a part's author is the expected one; a contact that was never found is not held against the part. */
export function isAuthor(expected: ExpectedAuthor, actual: LoadedAuthor, ids: KnownIds): boolean {
  switch (expected.kind) {
    case 'contact': {
      const id = ids.contacts.get(expected.contact.key);
      if (expected.namedAs !== undefined && actual.id === ids.fallbackTeammate) return true;
      return isContact(actual) && (id === undefined || id === actual.id);
    }
    case 'teammate':
      return !isContact(actual) && actual.id === expected.adminId;
    case 'fallback':
      return !isContact(actual) && actual.id === ids.fallbackTeammate;
  }
}

export function describeAuthor(expected: ExpectedAuthor, ids: KnownIds): string {
  switch (expected.kind) {
    case 'contact':
      return `contact ${ids.contacts.get(expected.contact.key) ?? '?'} (${expected.contact.key})`;
    case 'teammate':
      return `admin ${expected.adminId}`;
    case 'fallback':
      return `admin ${ids.fallbackTeammate} (the fallback teammate, for "${expected.shownName}")`;
  }
}

export function isContact(author: LoadedAuthor): boolean {
  return author.type === 'user' || author.type === 'contact' || author.type === 'lead';
}
