import { writeVerdicts } from '../platform/verdict-writer.ts';
import type { LoadContext } from './context.ts';
import { conversationTarget } from './conversation-steps.ts';
import { findConversations } from './find-conversation.ts';
import { conversationSelect } from './load-conversations.ts';
import type { ConversationRow } from './thread.ts';
import { verdictsOf } from './verdicts.ts';

/**
 * Searches once more for the conversations whose creation was repeated because a search had shown nothing: where the search
 * lagged behind longer than its bound there are two of them, and that is never silent. One call a repeated creation.
 */
export async function checkDuplicates(context: LoadContext): Promise<void> {
  const { rows } = await context.pool.query<ConversationRow & { conversation_id: string }>(
    `select repeated.*, made.target_id as conversation_id
     from (${conversationSelect}) repeated
     join load.identity made
       on made.workspace_id_code = $1 and made.target_type = 'conversation' and made.target_key = repeated.target_key
     where exists (
       select from load.journal lost
       where lost.workspace_id_code = $1 and lost.source_key = repeated.source_key
         and lost.operation = 'createConversation' and lost.state = 'abandoned' and lost.reason_code = 'NoTrace')`,
    [context.workspaceIdCode],
  );
  for (const row of rows) {
    if (row.contact_id === null || context.stop.signal.aborted) continue;
    const found = await findConversations(context, row, row.contact_id);
    const others = found.map((conversation) => conversation.id).filter((id) => id !== row.conversation_id);
    await writeVerdicts(
      context.pool,
      verdictsOf(context, conversationTarget(row), 'single', 'fresh_read', [
        ['conversations', row.conversation_id, [row.conversation_id, ...others].join(' ')],
      ]),
    );
  }
}
