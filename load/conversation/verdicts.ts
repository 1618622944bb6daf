import type { ConversationFacts } from '../../intercom/conversation-facts.ts';
import { isWritten } from '../../intercom/conversation-touch.ts';
import { unixSeconds } from '../../intercom/fields.ts';
import { fromPlainForm } from '../../intercom/plain-form.ts';
import type { Verdict } from '../../platform/verdict-writer.ts';
import { foldSpace, visibleText } from '../../platform/visible-text.ts';
import { attributeFields, type ComparedField, verdictsOf } from '../desired-state/verdicts.ts';
import type { LoadContext } from '../engine/context.ts';
import type { Evidence } from '../engine/execute-step.ts';
import { assignedTeam, conversationTarget, instanceIds, sortedIds } from './steps.ts';
import type { Thread } from './thread.ts';

/** The text that opened a conversation, which iTop may have changed since. */
export function openingSent({ seen }: Pick<LoadContext, 'seen'>, { opening, row }: Thread): string {
  return opening === undefined ? row.body : fromPlainForm(opening.body, seen.plain.opening);
}

/** Verdicts on a complete conversation: title, state, attributes, company, assignment, the order of its parts and nothing foreign. */
export function conversationVerdicts(
  context: LoadContext,
  thread: Thread,
  facts: ConversationFacts,
  evidence: Evidence,
): Verdict[] {
  const { row } = thread;
  const messages = facts.parts.filter(isWritten).map((part) => part.id);
  const ours = messages.filter((id) => thread.partIds.includes(id));
  const fields: ComparedField[] = [
    ['title', row.title, facts.title],
    ['opening', foldSpace(openingSent(context, thread)), visibleText(facts.sourceBody ?? '')],
    ['state', row.state, facts.state],
    ['created_at', unixSeconds(thread.openedAt ?? row.created_at), facts.createdAt],
    ...attributeFields(row.custom_attributes, facts.customAttributes),
    ...thread.relations.map(
      ({ attribute, instance_ids }): ComparedField => [
        `custom_attributes.${attribute}`,
        sortedIds(instance_ids),
        instanceIds(facts.customAttributes[attribute]),
      ],
    ),
    ...thread.tags.map(
      ({ tag_key, tag_id }): ComparedField => [`tag.${tag_key}`, tag_id, facts.tagIds.find((held) => held === tag_id)],
    ),
    // Only the newest 500 parts are in an answer.
    ['part_order', thread.partIds.slice(-ours.length || thread.partIds.length).join(' '), ours.join(' ')],
    ['foreign_parts', 0, messages.length - ours.length],
  ];
  if (row.state === 'snoozed' && row.snoozed_until !== null) {
    fields.push(['snoozed_until', unixSeconds(row.snoozed_until), facts.snoozedUntil]);
  }
  if (row.company_id !== null && facts.companyId !== null) fields.push(['company', row.company_id, facts.companyId]);
  // Where nobody is meant to be assigned, somebody who is was assigned by a rule of the workspace.
  fields.push(['admin_assignee', row.assignee_id, facts.adminAssigneeId]);
  fields.push(['team_assignee', assignedTeam(context, row), facts.teamAssigneeId]);
  const hasMissingAgent = row.assignee_key !== null && row.assignee_id === null;
  return verdictsOf(
    context,
    conversationTarget(row),
    'conversation',
    evidence,
    fields,
    hasMissingAgent ? { verdict: 'fallback_author', reasonCode: 'assignee_is_no_teammate' } : { verdict: 'passed' },
  );
}
