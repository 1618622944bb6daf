import type { ConversationFacts } from '../../intercom/conversation-facts.ts';
import { retrieveConversation } from '../../intercom/conversations.ts';
import { inPlainForm } from '../../intercom/plain-form.ts';
import type { Identity } from '../../platform/identity.ts';
import type { OpenIntent, Target } from '../../platform/journal.ts';
import { readQuery } from '../../platform/query-file.ts';
import type { LoadContext } from '../engine/context.ts';
import { RecordBlocked } from '../engine/errors.ts';
import { executeStep } from '../engine/execute-step.ts';
import type { Loaded, PendingItem, Phase } from '../engine/phase.ts';
import { send } from '../engine/send.ts';
import { refuseDoubledAttributes } from '../object/doubled-attribute.ts';
import { changeConversation } from './change-conversation.ts';
import { firstRepresentation } from './conversation-fields.ts';
import { createConversationStep } from './create-step.ts';
import { requireBytes } from './files.ts';
import { partTarget, partToSend, partVerdicts } from './part-step.ts';
import { remainingSteps } from './remaining-steps.ts';
import { resolveUnplanned } from './resolve-unplanned.ts';
import { checkSilence } from './silence.ts';
import { type ConversationStep, conversationTarget, executeConversationStep } from './steps.ts';
import { type ConversationRow, fetchThreads, keepBehind, type Thread } from './thread.ts';
import { conversationVerdicts } from './verdicts.ts';

export const conversationSelect = readQuery(import.meta.dirname, 'conversations.sql');

/** The identity that says a conversation is complete. */
const completeType = 'conversation_state';

/** Conversations with their parts, many at once; the parts of one strictly in order. */
export function conversationPhase(): Phase<ConversationRow, Thread> {
  return {
    name: 'conversations',
    targetType: 'conversation',
    doneType: completeType,
    pageSize: 25,
    hasMessages: true,
    select: conversationSelect,
    orderBy: 'o.created_at, o.target_key',
    targetOf: conversationTarget,
    async prepare(context, rows, former) {
      if (former === undefined) await refuseDoubledAttributes(context);
      const threads = await fetchThreads(
        context.pool,
        context.workspaceIdCode,
        rows,
        context.intercom.clock.earliest(),
      );
      return ({ target_key: key }) => {
        const thread = threads.get(key);
        if (thread === undefined) throw new Error(`The thread of ${key} was not fetched.`);
        return thread;
      };
    },
    load: loadConversation,
    async change(context, { prepared: thread, open }) {
      requireDependencies(thread);
      await requireBytes(context, thread.files);
      return changeConversation(context, thread, open);
    },
    readBack: (context, { prepared: thread }) => readThreadBack(context, thread),
  };
}

async function loadConversation(context: LoadContext, item: PendingItem<ConversationRow, Thread>): Promise<Loaded> {
  const { prepared: thread } = item;
  const { row } = thread;
  const contactId = requireDependencies(thread);
  await requireBytes(context, thread.files);
  const lostFor = ({ target }: { readonly target: Target }): OpenIntent | undefined =>
    item.open.find((intent) => intent.targetType === target.type && intent.targetKey === target.key);

  if (thread.conversationId === undefined) {
    const creation = createConversationStep(context, item.target, row, contactId);
    const lost = lostFor(creation);
    const { conversationId, asSent } = await executeStep(context, creation, lost);
    thread.conversationId = conversationId;
    // It was opened at Intercom's now of then, where its time lay ahead (rule T10).
    if (asSent !== undefined) row.created_at = new Date(asSent.createdAt * 1000);
    if (asSent !== undefined && lost?.payloadHash?.equals(row.payload_hash) === false) {
      thread.opening = { body: inPlainForm(asSent.body, context.seen.plain.opening), payloadHash: lost.payloadHash };
      thread.participants.clear();
      thread.participants.add(asSent.contactId);
      thread.openedAt = new Date(asSent.createdAt * 1000);
      keepBehind(thread.openedAt, thread.parts);
    }
  }
  thread.lostSettings = new Set(item.open.map(({ targetType }) => targetType));
  const steps = remainingSteps(context, thread, thread.conversationId);
  const planned = new Set(steps.map(lostFor));
  const unplanned = item.open.filter((intent) => intent.targetType !== item.target.type && !planned.has(intent));
  if (unplanned.length > 0) {
    const { value: facts } = await send(context, retrieveConversation(thread.conversationId));
    await resolveUnplanned(context, thread, facts, unplanned);
  }
  const knownParts = thread.partIds.length;
  for (const [index, step] of steps.entries()) {
    const isLast = index === steps.length - 1;
    const facts = await executeConversationStep(
      context,
      isLast ? completing(context, thread, step) : step,
      lostFor(step),
    );
    if (facts !== null)
      checkSilence(facts, { own: thread.partIds.slice(knownParts), notifiedAtTells: context.notifiedAtTells });
  }
  if (steps.length === 0) await completeWithoutCall(context, thread, thread.conversationId);
  return 'written';
}

/** Everything that a conversation names must be there before its first call: a thread is never begun that cannot be ended. */
function requireDependencies(thread: Thread): string {
  const { row } = thread;
  if (row.contact_id === null) throw blockedBy(row.contact_key, 'its contact');
  if (row.company_key !== null && row.company_id === null) throw blockedBy(row.company_key, 'its company');
  for (const part of thread.parts) {
    if (part.author_kind === 'contact' && part.author_key !== null && part.author_id === null) {
      throw blockedBy(part.author_key, `the author of ${part.target_key}`);
    }
  }
  for (const tag of thread.tags) if (tag.tag_id === null) throw blockedBy(tag.tag_key, 'one of its tags');
  for (const relation of thread.relations) {
    const missing = relation.instance_keys.find((_, place) => relation.instance_ids[place] === null);
    if (missing !== undefined) throw blockedBy(missing, `named by ${relation.attribute}`);
  }
  return row.contact_id;
}

function blockedBy(key: string, role: string): RecordBlocked {
  return new RecordBlocked(
    `${key}, ${role}, is not loaded.`,
    `Look up why ${key} is not loaded, then start the load again.`,
  );
}

/** The last step also says, in the transaction of its outcome, that the conversation is complete, and judges it. */
function completing(context: LoadContext, thread: Thread, step: ConversationStep): ConversationStep {
  return {
    ...step,
    accept(facts, evidence) {
      const acceptance = step.accept(facts, evidence);
      if (facts === null) return acceptance;
      return {
        ...acceptance,
        identities: [...acceptance.identities, ...completeIdentities(context, thread, facts)],
        verdicts: [...acceptance.verdicts, ...conversationVerdicts(context, thread, facts, evidence)],
      };
    },
  };
}

/** All calls were made, but the mark of completeness is missing: what was planned changed between two loads. */
async function completeWithoutCall(context: LoadContext, thread: Thread, conversationId: string): Promise<void> {
  const facts = (await send(context, retrieveConversation(conversationId))).value;
  const verdicts = conversationVerdicts(context, thread, facts, 'fresh_read');
  for (const identity of completeIdentities(context, thread, facts)) await context.link(identity, verdicts);
}

/** The conversation with what it holds now, then the mark that it is complete. */
export function completeIdentities(context: LoadContext, thread: Thread, facts: ConversationFacts): Identity[] {
  const common = { targetKey: thread.row.target_key, origin: 'created' as const, payloadHash: thread.row.payload_hash };
  return [
    {
      ...common,
      // The ticket changed since the conversation was opened: the next change tells it.
      payloadHash: thread.opening?.payloadHash ?? common.payloadHash,
      targetType: 'conversation',
      targetId: facts.id,
      representation: firstRepresentation(context, thread, facts),
    },
    { ...common, targetType: completeType, targetId: facts.state },
  ];
}

async function readThreadBack(context: LoadContext, thread: Thread) {
  const facts = (await send(context, retrieveConversation(thread.conversationId ?? ''))).value;
  const partVerdictsOfThread = thread.sent.flatMap(({ row, files, partId }) =>
    partVerdicts(
      context,
      partTarget(thread.row, row),
      partToSend(context, row, files),
      facts.parts.find((part) => part.id === partId),
      'fresh_read',
    ),
  );
  return [...partVerdictsOfThread, ...conversationVerdicts(context, thread, facts, 'fresh_read')];
}
