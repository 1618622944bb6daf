import { tokensOf } from './bodies.ts';
import type { Handler, Operation } from './call.ts';
import { showConversationHead } from './conversation-view.ts';
import type { Conversation } from './objects.ts';
import { ODD_CONVERSATION, SEARCHED_ODD_CONVERSATION } from './odd-objects.ts';
import { cursorPage, pageFromBody } from './pages.ts';
import { fieldsOf, isFields } from './request-fields.ts';
import { matcherOf, type SearchFields } from './search-query.ts';
import type { Workspace } from './workspace.ts';

/** The documented fields that a migration uses; custom attributes are not among the documented ones. */
const FIELDS: SearchFields<Conversation> = {
  id: (conversation) => [conversation.id],
  created_at: (conversation) => [conversation.createdAt],
  updated_at: (conversation) => [conversation.updatedAt],
  state: (conversation) => [conversation.state],
  open: (conversation) => [conversation.state !== 'closed'],
  contact_ids: (conversation) => conversation.contactIds,
  admin_assignee_id: (conversation) => [conversation.adminAssigneeId],
  team_assignee_id: (conversation) => [conversation.teamAssigneeId],
  'source.id': (conversation) => [conversation.source.id],
  'source.author.id': (conversation) => [conversation.source.author.id],
  'source.body': (conversation) => tokensOf(conversation.source.body),
};

/** Lags behind creation by an undocumented time. `>` and `<` are "or equal" here. */
const searchConversations: Handler = ({ workspace, body }) => {
  const fields = fieldsOf(body, ['query', 'pagination', 'sort']);
  const matches = matcherOf(fields.query, FIELDS, true);
  const found = candidates(workspace, fields.query).filter(
    (conversation) => workspace.isIndexed(conversation) && matches(conversation),
  );
  const page = cursorPage(found, pageFromBody(fields.pagination, { usual: 20, most: 150 }));
  const isOddFound =
    workspace.switches.foreignObjects === 'odd' && !('next' in page.pages) && matches(SEARCHED_ODD_CONVERSATION);
  return {
    type: 'conversation.list',
    conversations: [
      ...page.items.map((conversation) => showConversationHead(workspace, conversation)),
      ...(isOddFound ? [ODD_CONVERSATION] : []),
    ],
    pages: page.pages,
    total_count: page.total,
  };
};

/** A contact's own conversations where the query names one contact: a search must not read all thousands. */
function candidates(workspace: Workspace, query: unknown): Conversation[] {
  const filters = isFields(query) && query.operator === 'AND' && Array.isArray(query.value) ? query.value : [query];
  for (const filter of filters) {
    if (!isFields(filter) || filter.field !== 'contact_ids' || filter.operator !== '=') continue;
    return [...(workspace.conversationsByContact.get(String(filter.value)) ?? [])];
  }
  return [...workspace.conversations.values()];
}

export const conversationSearchOperations: readonly Operation[] = [
  {
    name: 'searchConversations',
    method: 'POST',
    path: '/conversations/search',
    isMutating: false,
    handle: searchConversations,
  },
];
