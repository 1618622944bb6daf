import type { Conversation, Part } from './objects.ts';
import { nowSeconds, type Workspace } from './workspace.ts';

/** Writes into the ledger what a real workspace would have sent. */
export function notify(
  workspace: Workspace,
  to: 'customer' | 'teammate',
  conversation: Conversation,
  part: Part,
  reason: string,
): void {
  if (to === 'customer') part.notifiedAt = nowSeconds();
  workspace.ledger[to].push({ conversationId: conversation.id, partId: part.id, reason, body: part.body });
}
