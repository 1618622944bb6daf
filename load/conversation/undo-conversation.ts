import type { ObjectKind } from '../../intercom/object-kind.ts';

/** How a rollback takes conversations back, and the tags of those that stay. Conversations are listed apart from all other objects. */
export const conversationKinds: readonly ObjectKind[] = [
  { targetType: 'conversation', list: undefined, undo: { delete: { DELETE: 'deleteConversation' } } },
  { targetType: 'conversation_tag', list: undefined, undo: { detach: { DELETE: 'detachTagFromConversation' } } },
];
