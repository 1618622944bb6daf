import type { ConversationFacts } from '../../intercom/conversation-facts.ts';
import type { OpenIntent } from '../../platform/journal.ts';
import { closeObsoleteIntents } from '../desired-state/change-object.ts';
import type { LoadContext } from '../engine/context.ts';
import { findLostPart } from './find-sent-part.ts';
import { sentReply } from './sent-reply.ts';
import type { Thread } from './thread.ts';

/**
 * Resolves lost calls that no step of the conversation repeats, because iTop changed since. A part that stands there is known as ours
 * from here on: it would be taken for a teammate's. What an assignment, a closing or an update did is compared with what is planned by the
 * steps and changes themselves; a tag or participant stays, as one does that iTop drops later.
 */
export async function resolveUnplanned(
  context: LoadContext,
  thread: Thread,
  facts: ConversationFacts,
  lost: readonly OpenIntent[],
): Promise<void> {
  const isPart = (intent: OpenIntent) => intent.operation === 'replyConversation' && intent.payload !== null;
  for (const intent of lost.filter(isPart)) await resolvePart(context, thread, facts, intent);
  await closeObsoleteIntents(
    context,
    lost.filter((intent) => !isPart(intent)),
  );
}

async function resolvePart(
  context: LoadContext,
  thread: Thread,
  facts: ConversationFacts,
  intent: OpenIntent,
): Promise<void> {
  const { partType, ...sent } = sentReply(context, intent.payload);
  const found = findLostPart(
    facts,
    { ...sent, row: { target_key: intent.targetKey, part_type: partType } },
    thread.partIds,
  );
  const common = { journalId: intent.journalId, sentAgoMs: performance.now() - intent.sentAtMs };
  if (found === undefined) {
    await context.journal.close({ ...common, state: 'abandoned', resolution: 'looked up: not there' });
    return;
  }
  thread.partIds.push(found.id);
  await context.journal.close({
    ...common,
    state: 'done',
    resolution: 'looked up: there, and planned no more',
    identities: [
      {
        targetType: 'part',
        targetKey: intent.targetKey,
        targetId: found.id,
        origin: 'created',
        payloadHash: intent.payloadHash,
        bodyForm: sent.bodyForm,
        sentCreatedAt: new Date(sent.createdAt * 1000),
      },
    ],
  });
}
