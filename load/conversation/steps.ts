import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Call, journalBody } from '../../intercom/call.ts';
import type { ConversationFacts } from '../../intercom/conversation-facts.ts';
import {
  assignConversation,
  attachContactToConversation,
  closeConversation,
  openConversation,
  retrieveConversation,
  snoozeConversation,
  updateConversation,
} from '../../intercom/conversations.ts';
import { id, unixSeconds } from '../../intercom/fields.ts';
import { isSameValue } from '../../intercom/same-value.ts';
import { attachTagToConversation, type TagFacts } from '../../intercom/tags.ts';
import type { OpenIntent, Target } from '../../platform/journal.ts';
import type { LoadContext } from '../engine/context.ts';
import { executeStep, type Step } from '../engine/execute-step.ts';
import { send } from '../engine/send.ts';
import { partsToSend } from './files.ts';
import { partStep, partToSend } from './part-step.ts';
import type { PartToSend } from './part-to-send.ts';
import type { ConversationRow, RelationRow, Thread } from './thread.ts';

/** A call on a conversation. Its answer shows the conversation, except that a new participant's may not (null). */
export interface ConversationStep extends Step<ConversationFacts | null> {
  /** Steps that take its place where Intercom refuses it for a reason that they go around. */
  readonly instead?: (error: unknown) => readonly ConversationStep[] | undefined;
}

/** Executes a step, or what takes its place; `open` is the intent that an earlier process left behind. */
export async function executeConversationStep(
  context: LoadContext,
  step: ConversationStep,
  open: OpenIntent | undefined,
): Promise<ConversationFacts | null> {
  try {
    return await executeStep(context, step, open);
  } catch (error) {
    const others = step.instead?.(error);
    if (others === undefined) throw error;
    let facts: ConversationFacts | null = null;
    for (const other of others) facts = await executeConversationStep(context, other, undefined);
    return facts;
  }
}

/** What a step sets, and how to see in the conversation that it is set. */
export interface Setting {
  readonly targetType: string;
  readonly targetKey: string;
  readonly targetId: string;
  readonly call: Call<ConversationFacts | null>;
  readonly isSet: (facts: ConversationFacts) => boolean;
}

/**
 * The calls that are still missing for a created conversation, in the order that costs the fewest and keeps it right:
 * parts strictly one after the other, then tags, then title, attributes, relations and company in one call, then assignment,
 * then close or snooze (assigning a closed conversation would reopen it).
 */
export function remainingSteps(context: LoadContext, thread: Thread, conversationId: string): ConversationStep[] {
  return [
    ...messageSteps(context, thread, conversationId),
    ...remainingSettings(context, thread, conversationId).map((setting) =>
      settingStep(context, thread, conversationId, setting),
    ),
  ];
}

/** Everything that is set behind the parts and was not executed yet. */
export function remainingSettings(context: LoadContext, thread: Thread, conversationId: string): Setting[] {
  return [
    ...tagging(context, thread, conversationId),
    ...[
      update(context, thread, conversationId),
      ...assignments(context, thread, conversationId),
      ...closing(context, thread, conversationId),
    ].filter((setting) => !thread.stepsDone.has(setting.targetType)),
  ];
}

/** Parts and files that are not sent yet, and the participants that their authors have to be made. */
export function messageSteps(context: LoadContext, thread: Thread, conversationId: string): ConversationStep[] {
  const isPlanned = new Set<string>();
  return partsToSend(context, thread).flatMap(({ row, files }) => {
    const part = partToSend(context, row, files);
    const joining = isPlanned.has(part.authorId) ? [] : participantSteps(context, thread, conversationId, part);
    if (joining.length > 0) isPlanned.add(part.authorId);
    return [...joining, partStep(context, thread, conversationId, part)];
  });
}

/** An author who is no participant is made one first. */
export function participantSteps(
  context: LoadContext,
  thread: Thread,
  conversationId: string,
  part: PartToSend,
): ConversationStep[] {
  if (part.authorType !== 'contact' || thread.participants.has(part.authorId)) return [];
  return [settingStep(context, thread, conversationId, participation(context, thread.row, conversationId, part))];
}

export function settingStep(
  context: LoadContext,
  thread: Thread,
  conversationId: string,
  setting: Setting,
): ConversationStep {
  const target: Target = { ...conversationTarget(thread.row), type: setting.targetType, key: setting.targetKey };
  return {
    target,
    call: setting.call,
    async lookUp({ payload }) {
      // What another value left behind may look as if it was never sent: assigning a team takes a teammate away.
      if (!isDeepStrictEqual(payload, journalBody(setting.call))) return undefined;
      const facts = (await send(context, retrieveConversation(conversationId))).value;
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
export function tagging(context: LoadContext, thread: Thread, conversationId: string): Setting[] {
  return thread.tags.flatMap((tag) => {
    if (tag.is_attached || tag.tag_id === null) return [];
    const { tag_id: tagId } = tag;
    const call = attachTagToConversation(conversationId, { adminId: context.fallbackAdminId, tagId });
    return [
      {
        targetType: 'conversation_tag',
        targetKey: tag.target_key,
        targetId: tagId,
        call: { ...call, smaller: undefined, read: readTagged(call) },
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

/** Old tickets should not look unread in the Messenger: the mark rides on a call that is made anyway. */
function update(context: LoadContext, { row, relations }: Thread, conversationId: string): Setting {
  const fields = {
    ...(context.seen.marksRead ? { read: true as const } : {}),
    ...(row.title === null ? {} : { title: row.title }),
    ...(row.company_id === null ? {} : { company_id: row.company_id }),
  };
  return updateOf(row, conversationId, fields, row.custom_attributes, relations);
}

/** Title, attributes, relations and company in one call. */
export function updateOf(
  row: ConversationRow,
  conversationId: string,
  fields: { readonly title?: string; readonly company_id?: string; readonly read?: true },
  attributes: Readonly<Record<string, unknown>>,
  relations: readonly RelationRow[],
): Setting {
  const values = { ...attributes, ...relationValues(relations) };
  return {
    targetType: 'conversation_update',
    targetKey: row.target_key,
    targetId: conversationId,
    call: updateConversation(conversationId, {
      ...fields,
      ...(Object.keys(values).length === 0 ? {} : { custom_attributes: values }),
    }),
    isSet: (facts) =>
      (fields.title === undefined || isSameValue('title', fields.title, facts.title)) &&
      Object.entries(attributes).every(([name, value]) => isSameValue(name, value, facts.customAttributes[name])) &&
      relations.every(
        ({ attribute, instance_ids }) => instanceIds(facts.customAttributes[attribute]) === sortedIds(instance_ids),
      ) &&
      (fields.company_id === undefined || facts.companyId === null || facts.companyId === fields.company_id),
  };
}

/** The full set of each relation: whether Intercom replaces or adds is unknown, and the full set is right either way. */
function relationValues(relations: readonly RelationRow[]): Record<string, string[]> {
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

/**
 * A closed conversation gets its agent, or its team where there is no agent; one that is still worked on gets both. The team goes
 * first: help articles 199 and 6561699 say that assigning a team removes the teammate, and that assigning a teammate keeps the team.
 * Whom a lost call may have assigned and nobody is planned to be is taken away.
 */
function assignments(context: LoadContext, { row, lostSettings }: Thread, conversationId: string): Setting[] {
  const agent = row.assignee_id ?? (lostSettings.has('conversation_assignee') ? nobody : null);
  const team = assignedTeam(context, row) ?? (lostSettings.has('conversation_team') ? nobody : null);
  return [
    ...(team === null ? [] : [assignmentOf(context, row, conversationId, 'team', team)]),
    ...(agent === null ? [] : [assignmentOf(context, row, conversationId, 'admin', agent)]),
  ];
}

/** The team that a conversation is assigned to by its load; null where it is assigned to none. */
export function assignedTeam(context: Pick<LoadContext, 'assignsClosedToBoth'>, row: ConversationRow): string | null {
  return row.state === 'closed' && row.assignee_id !== null && !context.assignsClosedToBoth ? null : row.team_id;
}

/** The id that takes an assignment away. */
export const nobody = '0';

/** Assignment to a teammate or team, or to nobody. */
export function assignmentOf(
  context: LoadContext,
  row: ConversationRow,
  conversationId: string,
  assigneeType: 'admin' | 'team',
  assigneeId: string,
): Setting {
  const expected = assigneeId === nobody ? null : assigneeId;
  return {
    targetType: assigneeType === 'admin' ? 'conversation_assignee' : 'conversation_team',
    targetKey: row.target_key,
    targetId: assigneeId,
    call: assignConversation(conversationId, { adminId: context.fallbackAdminId, assigneeType, assigneeId }),
    isSet: (facts) => (assigneeType === 'admin' ? facts.adminAssigneeId : facts.teamAssigneeId) === expected,
  };
}

function closing(context: LoadContext, { row, lostSettings }: Thread, conversationId: string): Setting[] {
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
  if (row.state === 'open' && lostSettings.has(base.targetType)) {
    return [
      {
        ...base,
        call: openConversation(conversationId, context.fallbackAdminId),
        isSet: (facts) => facts.state === 'open',
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
