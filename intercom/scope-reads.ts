import type { Call } from './call.ts';

/** A read that shows whether the token may look at a kind of thing at all. Answers nothing of it. */
export function readOf(operation: string, path: string): Call<null> {
  return { operation, method: 'GET', path, effect: 'read', read: () => null };
}

/** What a migration reads, and the scope of the Developer Hub that permits it. */
export const scopeReads: readonly { readonly scope: string; readonly call: Call<null> }[] = [
  { scope: 'Read and write users', call: readOf('ListContacts', '/contacts?per_page=1') },
  { scope: 'Read conversations', call: readOf('listConversations', '/conversations?per_page=1') },
  { scope: 'Read and write data attributes', call: readOf('lisDataAttributes', '/data_attributes?model=contact') },
  {
    scope: 'Read and write conversation attributes (version 2.16)',
    call: readOf('listConversationAttributes', '/conversations/attributes'),
  },
  { scope: 'Read and write tags', call: readOf('listTags', '/tags') },
  { scope: 'Read and write articles', call: readOf('listArticles', '/articles?page=1&per_page=1') },
  {
    scope: 'Read and write articles (collections)',
    call: readOf('listAllCollections', '/help_center/collections?page=1&per_page=1'),
  },
];
