import { listConversationsPage } from '../../intercom/adoptable.ts';
import type { ConversationFacts, PartFacts } from '../../intercom/conversation-facts.ts';
import { isWritten } from '../../intercom/conversation-touch.ts';
import { retrieveConversation } from '../../intercom/conversations.ts';
import { textForm } from '../../intercom/same-text.ts';
import type { Identity } from '../../platform/identity.ts';
import type { Verdict } from '../../platform/verdict-writer.ts';
import { visibleText } from '../../platform/visible-text.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { adoptableRows, type OpenStep } from '../desired-state/adoption.ts';
import { verdictsOf } from '../desired-state/verdicts.ts';
import type { LoadContext } from '../engine/context.ts';
import { send } from '../engine/send.ts';
import { completeIdentities, conversationSelect } from './conversation-phase.ts';
import { partsToSend } from './files.ts';
import { hasMarker } from './find-sent-conversation.ts';
import { findPart } from './find-sent-part.ts';
import { partIdentities, partToSend } from './part-step.ts';
import { remainingSettings } from './remaining-steps.ts';
import { conversationTarget } from './steps.ts';
import { type ConversationRow, fetchThreads, type Thread } from './thread.ts';
import { conversationVerdicts } from './verdicts.ts';

/** Rows of one page of tickets that are looked at together. */
const pageSize = 100;

/** Knows conversations as ours again by the marker, their parts by time, author and words. */
export async function adoptConversations(context: LoadContext, openStep: OpenStep) {
  const ids = await conversationsByMarker(context);
  const rows = (await adoptableRows<ConversationRow>(context, conversationSelect)).filter((row) => ids.has(row.marker));
  const step = openStep('adopt conversations', rows.length);
  const duplicates: string[] = [];
  let parts = 0;
  let incomplete = 0;
  for (let from = 0; from < rows.length; from += pageSize) {
    const page = rows.slice(from, from + pageSize);
    const threads = await fetchThreads(context.pool, context.workspaceIdCode, page, context.intercom.clock.earliest());
    for (const row of page) {
      const [oldest, ...others] = ids.get(row.marker) ?? [];
      const thread = threads.get(row.target_key);
      step.advance(1);
      if (oldest === undefined || thread === undefined) continue;
      if (others.length > 0) duplicates.push(row.target_key);
      const facts = (await send(context, retrieveConversation(oldest))).value;
      const adopted = adoptThread(context, thread, facts);
      parts += adopted.parts;
      if (!adopted.isComplete) incomplete += 1;
      const single: Verdict[] = verdictsOf(context, conversationTarget(row), 'single', 'list', [
        ['conversations', oldest, [oldest, ...others].join(' ')],
      ]);
      await context.linkAll(adopted.identities, [...single, ...adopted.verdicts]);
    }
  }
  step.done();
  return { conversations: rows.length, incomplete, parts, duplicates };
}

/** Ids of the conversations that carry a marker, oldest first, from the list of all. */
async function conversationsByMarker(context: LoadContext): Promise<Map<string, string[]>> {
  const markers = await warehouse(context.pool).selectFrom('intercom.conversation').select('marker').execute();
  const wanted = new Set(markers.map((row) => row.marker));
  const found = new Map<string, string[]>();
  let after: string | undefined;
  do {
    const page = (await send(context, listConversationsPage(after))).value;
    for (const conversation of page.conversations) {
      const body = conversation.sourceBody ?? '';
      for (const word of textForm(visibleText(body)).match(/[\p{L}\p{N}]+/gu) ?? []) {
        if (!wanted.has(word) || !hasMarker(body, word)) continue;
        found.set(word, [...(found.get(word) ?? []), conversation.id]);
        break;
      }
    }
    after = page.startingAfter;
  } while (after !== undefined);
  for (const list of found.values()) list.sort((a, b) => Number(a) - Number(b));
  return found;
}

function adoptThread(context: LoadContext, thread: Thread, facts: ConversationFacts) {
  const { row } = thread;
  const identities: Identity[] = [
    {
      targetType: 'conversation',
      targetKey: row.target_key,
      targetId: facts.id,
      origin: 'created',
      payloadHash: row.payload_hash,
      sentCreatedAt: new Date(facts.createdAt * 1000),
    },
  ];
  const planned = partsToSend(context, thread).map((part) => partToSend(context, part.row, part.files));
  const matches = planned.map((part) => {
    const isFree = (candidate: PartFacts) =>
      isWritten(candidate) && candidate.createdAt === part.createdAt && !thread.partIds.includes(candidate.id);
    // A part whose words somebody edited is still the one of that second.
    const found = findPart(facts, part, thread.partIds) ?? facts.parts.find(isFree);
    if (found !== undefined) thread.partIds.push(found.id);
    return found;
  });
  // Parts are sent strictly in order: before the last that is there, none can be missing. One that is not recognised was edited,
  // or is older than what an answer shows.
  const last = matches.findLastIndex((match) => match !== undefined);
  for (const [index, part] of planned.slice(0, last + 1).entries())
    identities.push(...partIdentities(part, matches[index]));
  for (const part of planned) {
    if (part.authorType !== 'contact' || part.authorId === row.contact_id || !facts.contactIds.includes(part.authorId))
      continue;
    identities.push({
      targetType: 'participant',
      targetKey: `${row.target_key}/${part.row.author_key ?? ''}`,
      targetId: part.authorId,
      origin: 'created',
    });
  }
  const settings = remainingSettings(context, thread, facts.id);
  const done = settings.filter((setting) => setting.isSet(facts));
  identities.push(
    ...done.map(({ targetType, targetKey, targetId }) => ({
      targetType,
      targetKey,
      targetId,
      origin: 'created' as const,
    })),
  );
  const isComplete = last === planned.length - 1 && done.length === settings.length;
  if (isComplete) identities.push(...completeIdentities(context, thread, facts));
  return {
    identities,
    isComplete,
    parts: last + 1,
    verdicts: isComplete ? conversationVerdicts(context, thread, facts, 'fresh_read') : [],
  };
}
