import type { ConversationFacts } from '../../intercom/conversation-facts.ts';
import type { OpenIntent } from '../../platform/journal.ts';
import { visibleText } from '../../platform/visible-text.ts';
import { closeObsoleteIntents } from '../desired-state/change-object.ts';
import type { LoadContext } from '../engine/context.ts';
import { findLostPart } from './find-sent-part.ts';
import type { Thread } from './thread.ts';

/** What a reply sends; `intercom/conversations.ts` makes it. */
interface ReplyPayload {
  readonly type: 'admin' | 'user';
  readonly admin_id?: string;
  readonly intercom_user_id?: string;
  readonly message_type: 'comment' | 'note';
  readonly body: string;
  readonly created_at: number;
}

/**
 * Settles lost calls that no step of the conversation repeats, because iTop changed since. A part that stands there is known as ours
 * from here on: it would be taken for a teammate's. What a setting did, the comparison with `facts` has seen.
 */
export async function settleUnplanned(
  context: LoadContext,
  thread: Thread,
  facts: ConversationFacts,
  lost: readonly OpenIntent[],
): Promise<void> {
  const isPart = (intent: OpenIntent) => intent.operation === 'replyConversation' && intent.payload !== null;
  for (const intent of lost.filter(isPart)) await settlePart(context, thread, facts, intent);
  await closeObsoleteIntents(
    context,
    lost.filter((intent) => !isPart(intent)),
  );
}

async function settlePart(
  context: LoadContext,
  thread: Thread,
  facts: ConversationFacts,
  intent: OpenIntent,
): Promise<void> {
  const sent = intent.payload as ReplyPayload;
  const found = findLostPart(
    facts,
    {
      row: { target_key: intent.targetKey, part_type: sent.message_type },
      authorType: sent.type === 'admin' ? 'admin' : 'contact',
      authorId: sent.admin_id ?? sent.intercom_user_id ?? '',
      visibleBody: visibleText(sent.body),
      createdAt: sent.created_at,
    },
    thread.partIds,
  );
  const settled = { journalId: intent.journalId, sentAgoMs: performance.now() - intent.sentAtMs };
  if (found === undefined) {
    await context.journal.close({ ...settled, state: 'abandoned', resolution: 'looked up: not there' });
    return;
  }
  thread.partIds.push(found.id);
  await context.journal.close({
    ...settled,
    state: 'done',
    resolution: 'looked up: there, and planned no more',
    identities: [
      {
        targetType: 'part',
        targetKey: intent.targetKey,
        targetId: found.id,
        origin: 'created',
        payloadHash: intent.payloadHash,
        sentCreatedAt: new Date(sent.created_at * 1000),
      },
    ],
  });
}
