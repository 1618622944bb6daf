import type { Conversation, Part } from './objects.ts';
import type { Workspace } from './workspace.ts';

/** Writes into the ledger what a real workspace would have sent. */
export function notify(
  workspace: Workspace,
  to: 'customer' | 'teammate',
  conversation: Conversation,
  part: Part,
  reason: string,
): void {
  workspace.ledger[to].push({ conversationId: conversation.id, partId: part.id, reason, body: part.body });
}
