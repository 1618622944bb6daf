import type { Call } from './call.ts';
import { type ConversationPage, readConversationPage } from './conversation-facts.ts';

/**
 * `searchConversations` of one contact created in one second. Search lags behind creation by an undocumented time.
 *
 * Asks for the bracket around the second, because `>` and `<` are described as "or equal" here and as strict elsewhere;
 * the caller filters by the exact second and by the text.
 */
export function searchConversations(
  contactId: string,
  createdAt: number,
  startingAfter?: string,
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
      pagination: { per_page: 150, ...(startingAfter === undefined ? {} : { starting_after: startingAfter }) },
    },
    effect: 'read',
    read: readConversationPage,
  };
}
