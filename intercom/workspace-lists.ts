import { z } from 'zod';
import { type Call, path } from './call.ts';
import { type ContactFacts, readContact } from './contacts.ts';
import { type ConversationFacts, readConversation } from './conversation-facts.ts';
import { anyNumber, id } from './fields.ts';
import type { NumberedPage } from './numbered-pages.ts';

/** One page of a list of everything that a workspace holds of a kind. */
export interface ListPage<T> {
  readonly items: readonly { readonly facts: T; readonly updatedAt: Date | null }[];
  readonly total: number | null;
  /** Cursor of the next page; undefined on the last one. */
  readonly startingAfter: string | undefined;
}

const cursorPages = z
  .object({ next: z.object({ starting_after: z.string().nullish() }).nullish() })
  .nullish()
  .transform((pages) => pages?.next?.starting_after ?? undefined);
const updated = z.object({ updated_at: anyNumber });

function itemOf<T>(raw: unknown, read: (body: unknown) => T): { facts: T; updatedAt: Date | null } {
  const seconds = updated.parse(raw).updated_at ?? null;
  return { facts: read(raw), updatedAt: seconds === null ? null : new Date(seconds * 1000) };
}

/** `listConversations`: without their parts. */
export function listConversations(startingAfter?: string): Call<ListPage<ConversationFacts>> {
  const schema = z.object({
    conversations: z.array(z.unknown()),
    pages: cursorPages,
    total_count: anyNumber,
  });
  return {
    operation: 'listConversations',
    method: 'GET',
    path: pageOf('/conversations', startingAfter),
    effect: 'read',
    read(body) {
      const list = schema.parse(body);
      return {
        items: list.conversations.map((raw) => itemOf(raw, readConversation)),
        total: list.total_count ?? null,
        startingAfter: list.pages,
      };
    },
  };
}

/** `ListContacts`: never archived ones. */
export function listContacts(startingAfter?: string): Call<ListPage<ContactFacts>> {
  const schema = z.object({ data: z.array(z.unknown()), pages: cursorPages, total_count: anyNumber });
  return {
    operation: 'ListContacts',
    method: 'GET',
    path: pageOf('/contacts', startingAfter),
    effect: 'read',
    read(body) {
      const list = schema.parse(body);
      return {
        items: list.data.map((raw) => itemOf(raw, readContact)),
        total: list.total_count ?? null,
        startingAfter: list.pages,
      };
    },
  };
}

/** `ListAttachedContacts`: ids of a company's contacts, one numbered page. */
export function listAttachedContacts(companyId: string, page: number): Call<NumberedPage<string>> {
  const schema = z.object({
    data: z.array(z.object({ id })),
    pages: z.object({ total_pages: z.number().nullish(), next: z.unknown().optional() }).nullish(),
  });
  return {
    operation: 'ListAttachedContacts',
    method: 'GET',
    path: `${path`/companies/${companyId}`}/contacts?per_page=50&page=${page}`,
    effect: 'read',
    read(body) {
      const list = schema.parse(body);
      return { items: list.data.map((contact) => contact.id), hasMore: page < (list.pages?.total_pages ?? 1) };
    },
  };
}

/** `listDeletedConversationIds`: the newest deletions first, one numbered page. */
export function listDeletedConversations(page: number): Call<NumberedPage<string>> {
  const schema = z.object({
    conversations: z.array(z.object({ id })),
    pages: z.object({ total_pages: z.number().nullish() }).nullish(),
  });
  return {
    operation: 'listDeletedConversationIds',
    method: 'GET',
    path: `/conversations/deleted?order=desc&per_page=60&page=${page}`,
    effect: 'read',
    read(body) {
      const list = schema.parse(body);
      return {
        items: list.conversations.map((conversation) => conversation.id),
        hasMore: page < (list.pages?.total_pages ?? 1),
      };
    },
  };
}

function pageOf(list: string, startingAfter: string | undefined): string {
  const cursor = startingAfter === undefined ? '' : `&starting_after=${encodeURIComponent(startingAfter)}`;
  return `${list}?per_page=150${cursor}`;
}
