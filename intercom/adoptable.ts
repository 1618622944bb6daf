import { z } from 'zod';
import { type Call, path } from './call.ts';
import { type ConversationPage, readConversationPage } from './conversation-facts.ts';
import { type InstanceFacts, instanceSchema } from './custom-objects.ts';
import type { NumberedPage } from './numbered-pages.ts';

/** `listConversations`: all conversations, without their parts. */
export function listConversationsPage(startingAfter?: string): Call<ConversationPage> {
  return {
    operation: 'listConversations',
    method: 'GET',
    path: `/conversations?per_page=150${cursor(startingAfter)}`,
    effect: 'read',
    read: readConversationPage,
  };
}

const instanceList = z.object({
  data: z.array(instanceSchema),
  pages: z.object({ page: z.number().nullish(), total_pages: z.number().nullish() }).nullish(),
});

/**
 * `listCustomObjectInstances` of a type, page by page; 404 when the type is not set up. An answer that names another page than the one
 * asked for cannot be read: a list of which only the first page is ever shown would never end.
 */
export function listInstancesPage(type: string, page: number): Call<NumberedPage<InstanceFacts>> {
  return {
    operation: 'listCustomObjectInstances',
    method: 'GET',
    path: path`/custom_object_instances/${type}?page=${String(page)}&per_page=150`,
    effect: 'read',
    read(body) {
      const list = instanceList.parse(body);
      const shown = list.pages?.page ?? page;
      if (shown !== page) throw new Error(`page ${page} was asked for, and page ${shown} answered`);
      return { items: list.data, hasMore: page < (list.pages?.total_pages ?? 1) };
    },
  };
}

function cursor(startingAfter: string | undefined): string {
  return startingAfter === undefined ? '' : `&starting_after=${encodeURIComponent(startingAfter)}`;
}
