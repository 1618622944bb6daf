import type { Call } from '../../intercom/call.ts';
import type { ConversationFacts } from '../../intercom/conversation-facts.ts';
import {
  attachContactToConversation,
  closeConversation,
  openConversation,
  snoozeConversation,
} from '../../intercom/conversations.ts';
import { unixSeconds } from '../../intercom/fields.ts';
import { attachTagToConversation, type TagFacts } from '../../intercom/tags.ts';
import type { LoadContext } from '../engine/context.ts';
import { partsToSend } from './files.ts';
import { partStep, partToSend } from './part-step.ts';
import type { PartToSend } from './part-to-send.ts';
import {
  assignedTeam,
  assignmentOf,
  type ConversationStep,
  nobody,
  type Setting,
  settingStep,
  updateOf,
} from './steps.ts';
import type { ConversationRow, Thread } from './thread.ts';

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

/**
 * Parts and files that are not sent yet, and the participants that their authors have to be made. A part was sent when `load.identity`
 * holds its id (`part_id` in thread-parts.sql).
 */
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
