import type { Call } from './call.ts';
import { type ConversationPage, readConversationPage } from './conversation-facts.ts';

/** Most that a page of a search may hold. */
const largestPage = 150;

/**
 * `searchConversations` of one contact created in one second. Search lags behind creation by an undocumented time, and large pages
 * take long (18 s for 100 in a public report): after a timeout the half is asked for.
 *
 * Asks for the bracket around the second, because `>` and `<` are described as "or equal" here and as strict elsewhere;
 * the caller filters by the exact second and by the text.
 */
export function searchConversations(
  contactId: string,
  createdAt: number,
  startingAfter?: string,
  perPage = largestPage,
): Call<ConversationPage> {
  return {
    operation: 'searchConversations',
    method: 'POST',
    path: '/conversations/search',
    body: {
      query: {
        operator: 'AND',
        value: [
          { field: 'contact_ids', operator: '=', value: contactId },
          { field: 'created_at', operator: '>', value: createdAt - 1 },
          { field: 'created_at', operator: '<', value: createdAt + 1 },
        ],
      },
      pagination: { per_page: perPage, ...(startingAfter === undefined ? {} : { starting_after: startingAfter }) },
    },
    effect: 'read',
    smaller: () =>
      perPage === 1 ? undefined : searchConversations(contactId, createdAt, startingAfter, Math.floor(perPage / 2)),
    read: readConversationPage,
  };
}
