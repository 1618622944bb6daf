import type { ConversationFacts } from '../../intercom/conversation-facts.ts';
import { textOf } from '../../intercom/same-value.ts';
import type { Base } from '../desired-state/change-object.ts';
import { attributesIn, type Fields, isSame, type ThreeWay } from '../desired-state/three-way.ts';
import type { LoadContext } from '../engine/context.ts';
import { assignmentOf, nobody, type Setting, updateOf } from './steps.ts';
import type { Thread } from './thread.ts';

/** The calls that write the fields to be written: one update, and one for each assignment. */
export function settingsOf(context: LoadContext, thread: Thread, conversationId: string, plan: ThreeWay): Setting[] {
  const { row } = thread;
  const { write } = plan;
  const relations = thread.relations.filter(({ attribute }) => `relation.${attribute}` in write);
  const attributes = attributesIn(write) ?? {};
  const settings: Setting[] = [];
  const fields = {
    ...('title' in write && row.title !== null ? { title: row.title } : {}),
    ...('company' in write && row.company_id !== null ? { company_id: row.company_id } : {}),
  };
  if (Object.keys(fields).length + Object.keys(attributes).length + relations.length > 0) {
    settings.push(updateOf(row, conversationId, fields, attributes, relations));
  }
  // The team first: assigning one may take the teammate away.
  if ('team' in write) settings.push(assignmentOf(context, row, conversationId, 'team', row.team_id ?? nobody));
  if ('assignee' in write)
    settings.push(assignmentOf(context, row, conversationId, 'admin', row.assignee_id ?? nobody));
  return settings;
}

/**
 * The teammate who is to be assigned after the team was: assigning a team may take him away. Null where the team does not change.
 * A process before this one may have assigned the team and ended then: the teammate is the one who was seen before that.
 */
export function agentToKeep(
  { row }: Thread,
  base: Base,
  { write }: ThreeWay,
  desired: Fields,
  facts: ConversationFacts,
): string | null {
  if (base.fields === undefined || isSame(desired.team, base.fields.lastApplied.team)) return null;
  if ('assignee' in write) return row.assignee_id;
  const before = 'team' in write ? null : textOf(base.fields.observed.assignee);
  return facts.adminAssigneeId ?? before;
}
