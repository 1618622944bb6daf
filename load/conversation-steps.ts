import { z } from 'zod';
import type { Call } from '../intercom/call.ts';
import type { ConversationFacts } from '../intercom/conversation-facts.ts';
import {
  assignConversation,
  attachContactToConversation,
  closeConversation,
  retrieveConversation,
  snoozeConversation,
  updateConversation,
} from '../intercom/conversations.ts';
import { id, unixSeconds } from '../intercom/fields.ts';
import { attachTagToConversation, type TagFacts } from '../intercom/tags.ts';
import type { Target } from '../platform/journal.ts';
import type { Step } from './carry-out.ts';
import type { LoadContext } from './context.ts';
import { partsToSend } from './conversation-files.ts';
import { type PartToSend, partStep, partToSend } from './part-step.ts';
import { sendPatiently } from './send-patiently.ts';
import type { ConversationRow, RelationRow, Thread } from './thread.ts';

/** A call on a conversation. Its answer shows the conversation, except that a new participant's may not (null). */
export type ConversationStep = Step<ConversationFacts | null>;

/** What a step sets, and how to see in the conversation that it is set. */
interface Setting {
  readonly targetType: string;
  readonly targetKey: string;
  readonly targetId: string;
  readonly call: Call<ConversationFacts | null>;
  readonly isSet: (facts: ConversationFacts) => boolean;
}

/**
 * The calls that are still missing for a created conversation, in the order that costs the fewest and keeps it right:
 * parts strictly one after the other, then title, attributes and company in one call, then assignment, then close or
 * snooze (assigning a closed conversation would reopen it).
 */
export function remainingSteps(context: LoadContext, thread: Thread, conversationId: string): ConversationStep[] {
  const { row } = thread;
  const steps: ConversationStep[] = [];
  const participants = new Set(thread.participants);
  for (const { row: part, files } of partsToSend(context, thread)) {
    const toSend = partToSend(context, part, files);
    if (toSend.authorType === 'contact' && !participants.has(toSend.authorId)) {
      participants.add(toSend.authorId);
      steps.push(settingStep(context, thread, conversationId, participation(context, row, conversationId, toSend)));
    }
    steps.push(partStep(context, thread, conversationId, toSend));
  }
  const settings = [
    ...tagging(context, thread, conversationId),
    update(thread, conversationId),
    ...assignments(context, row, conversationId),
    ...closing(context, row, conversationId),
  ];
  for (const setting of settings) {
    if (setting.targetType === 'conversation_tag' || !thread.stepsDone.has(setting.targetType)) {
      steps.push(settingStep(context, thread, conversationId, setting));
    }
  }
  return steps;
}

function settingStep(context: LoadContext, thread: Thread, conversationId: string, setting: Setting): ConversationStep {
  const target: Target = { ...conversationTarget(thread.row), type: setting.targetType, key: setting.targetKey };
  return {
    target,
    call: setting.call,
    quietMs: context.intercom.timeoutMs,
    async lookUp() {
      const facts = (await sendPatiently(context, retrieveConversation(conversationId))).value;
      return setting.isSet(facts) ? facts : undefined;
    },
    accept: (facts) => ({
      response: { conversationId, state: facts?.state ?? null },
      identities: [
        {
          targetType: setting.targetType,
          targetKey: setting.targetKey,
          targetId: setting.targetId,
          origin: 'created',
          payloadHash: thread.row.payload_hash,
        },
      ],
      verdicts: [],
    }),
  };
}

/** An author who is no participant is made one first. */
function participation(context: LoadContext, row: ConversationRow, conversationId: string, part: PartToSend): Setting {
  return {
    targetType: 'participant',
    targetKey: `${row.target_key}/${part.row.author_key ?? ''}`,
    targetId: part.authorId,
    call: attachContactToConversation(conversationId, { adminId: context.fallbackAdminId, contactId: part.authorId }),
    isSet: (facts) => facts.contactIds.includes(part.authorId),
  };
}

/** One call a tag, before everything whose answer shows the conversation. */
function tagging(context: LoadContext, thread: Thread, conversationId: string): Setting[] {
  return thread.tags.flatMap((tag) => {
    if (tag.is_attached || tag.tag_id === null) return [];
    const { tag_id: tagId } = tag;
    const call = attachTagToConversation(conversationId, { adminId: context.fallbackAdminId, tagId });
    return [
      {
        targetType: 'conversation_tag',
        targetKey: tag.target_key,
        targetId: tagId,
        call: { ...call, read: readTagged(call) },
        isSet: (facts: ConversationFacts) => facts.tagIds.includes(tagId),
      },
    ];
  });
}

/** The answer is the tag: it must be one, and says nothing of the conversation. */
function readTagged(call: Call<TagFacts>): (body: unknown) => null {
  return (body) => {
    call.read(body);
    return null;
  };
}

function update(thread: Thread, conversationId: string): Setting {
  const { row, relations } = thread;
  const attributes = { ...row.custom_attributes, ...relationValues(relations) };
  return {
    targetType: 'conversation_update',
    targetKey: row.target_key,
    targetId: conversationId,
    call: updateConversation(conversationId, {
      ...(row.title === null ? {} : { title: row.title }),
      ...(Object.keys(attributes).length === 0 ? {} : { custom_attributes: attributes }),
      ...(row.company_id === null ? {} : { company_id: row.company_id }),
    }),
    isSet: (facts) =>
      facts.title === row.title &&
      Object.entries(row.custom_attributes).every(
        ([name, value]) => String(facts.customAttributes[name]) === String(value),
      ) &&
      relations.every(
        ({ attribute, instance_ids }) => instanceIds(facts.customAttributes[attribute]) === sortedIds(instance_ids),
      ) &&
      (facts.companyId === null || facts.companyId === row.company_id),
  };
}

/** The full set of each relation: whether Intercom replaces or adds is unknown, and the full set is right either way. */
export function relationValues(relations: readonly RelationRow[]): Record<string, string[]> {
  return Object.fromEntries(
    relations.map(({ attribute, instance_ids }) => [attribute, instance_ids.filter((id) => id !== null)]),
  );
}

/** The instances that a relationship attribute of an answer shows, by id. */
export function instanceIds(held: unknown): string {
  const parsed = relationship.safeParse(held);
  return sortedIds(parsed.data?.instances.map((instance) => instance.id) ?? []);
}

export function sortedIds(ids: readonly (string | null)[]): string {
  return [...new Set(ids)].sort().join(' ');
}

const relationship = z.object({ instances: z.array(z.object({ id })) });

/** A closed conversation gets its agent, or its team where there is no agent; one that is still worked on gets both. */
function assignments(context: LoadContext, row: ConversationRow, conversationId: string): Setting[] {
  const agent = row.assignee_id;
  const team = row.state === 'closed' && agent !== null && !context.assignsClosedToBoth ? null : row.team_id;
  const settings: Setting[] = [];
  if (agent !== null) {
    settings.push({
      targetType: 'conversation_assignee',
      targetKey: row.target_key,
      targetId: agent,
      call: assignConversation(conversationId, {
        adminId: context.fallbackAdminId,
        assigneeType: 'admin',
        assigneeId: agent,
      }),
      isSet: (facts) => facts.adminAssigneeId === agent,
    });
  }
  if (team !== null) {
    settings.push({
      targetType: 'conversation_team',
      targetKey: row.target_key,
      targetId: team,
      call: assignConversation(conversationId, {
        adminId: context.fallbackAdminId,
        assigneeType: 'team',
        assigneeId: team,
      }),
      isSet: (facts) => facts.teamAssigneeId === team,
    });
  }
  return settings;
}

function closing(context: LoadContext, row: ConversationRow, conversationId: string): Setting[] {
  const base = { targetType: 'conversation_closing', targetKey: row.target_key, targetId: row.state };
  if (row.state === 'closed') {
    return [
      {
        ...base,
        call: closeConversation(conversationId, context.fallbackAdminId),
        isSet: (facts) => facts.state === 'closed',
      },
    ];
  }
  if (row.state === 'snoozed' && row.snoozed_until !== null) {
    const until = unixSeconds(row.snoozed_until);
    return [
      {
        ...base,
        call: snoozeConversation(conversationId, context.fallbackAdminId, until),
        isSet: (facts) => facts.state === 'snoozed' && facts.snoozedUntil === until,
      },
    ];
  }
  return [];
}

export function conversationTarget(row: ConversationRow): Target {
  return {
    phase: 'conversations',
    type: 'conversation',
    key: row.target_key,
    sourceKey: row.source_key,
    rawVersion: row.raw_version,
    payloadHash: row.payload_hash,
  };
}
