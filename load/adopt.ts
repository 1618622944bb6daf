import { adoptConversations } from './conversation/adopt-conversations.ts';
import type { OpenStep } from './desired-state/adoption.ts';
import type { LoadContext } from './engine/context.ts';
import { adoptCompanies } from './object/company.ts';
import { adoptContacts } from './object/contact.ts';
import { adoptInstances } from './object/custom-object.ts';
import { adoptTags } from './object/tag.ts';

/** What was found in the workspace and is known as ours again. */
export interface Adopted {
  readonly companies: number;
  readonly contacts: number;
  readonly customObjects: number;
  readonly tags: number;
  readonly conversations: number;
  /** Conversations of which parts or steps are missing: the next load goes on with them. */
  readonly incomplete: number;
  readonly parts: number;
  /** Tickets that have more than one conversation. */
  readonly duplicates: readonly string[];
}

/**
 * Rebuilds `load.identity` from what the workspace shows, when the database was lost and filled again from iTop: companies
 * and contacts by the source key they carry, instances by external id, conversations by the marker, their parts by time,
 * author and words, tags by name. Only reads. Attributes, collections and articles carry no key of ours: the next load links those of
 * the same name.
 */
export async function adopt(context: LoadContext, progress: OpenStep): Promise<Adopted> {
  const companies = await adoptCompanies(context, progress);
  const contacts = await adoptContacts(context, progress);
  const customObjects = await adoptInstances(context, progress);
  const tags = await adoptTags(context);
  return { companies, contacts, customObjects, tags, ...(await adoptConversations(context, progress)) };
}
