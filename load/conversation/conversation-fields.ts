import { createHash } from 'node:crypto';
import type { ConversationFacts } from '../../intercom/conversation-facts.ts';
import { unixSeconds } from '../../intercom/fields.ts';
import type { OpenIntent } from '../../platform/journal.ts';
import { foldSpace } from '../../platform/visible-text.ts';
import type { Base } from '../desired-state/change-object.ts';
import { type Fields, flatAttributes } from '../desired-state/three-way.ts';
import type { LoadContext } from '../engine/context.ts';
import { stateText } from './conversation-state.ts';
import { instanceIds, nobody, sortedIds } from './steps.ts';
import type { Thread } from './thread.ts';
import { openingSent } from './verdicts.ts';

/** What iTop holds now, by the keys of the source. */
export function desiredFields(context: LoadContext, { row, relations }: Thread, base: Base): Fields {
  // A closed conversation is assigned to its agent alone: that is no wish to take the team away.
  const hasNoTeam = row.state === 'closed' && row.assignee_id !== null && !context.assignsClosedToBoth;
  return {
    title: row.title,
    state: stateText(row.state, row.snoozed_until === null ? null : unixSeconds(row.snoozed_until)),
    // Intercom can give a conversation another company and not take one away: an emptied one stays, as a finding.
    company: row.company_key ?? base.fields?.lastApplied.company ?? null,
    assignee: row.assignee_key,
    team: hasNoTeam ? (base.fields?.lastApplied.team ?? null) : row.team_name,
    opening: hashOfText(row.body),
    ...flatAttributes(row.custom_attributes),
    ...Object.fromEntries(
      relations.map((relation) => [`relation.${relation.attribute}`, sortedIds(relation.instance_keys)]),
    ),
  };
}

/** The same with the workspace's ids, as Intercom is to show it. */
export function targetFields(context: LoadContext, { row, relations }: Thread, desired: Fields): Fields {
  const hasNoTeam = row.state === 'closed' && row.assignee_id !== null && !context.assignsClosedToBoth;
  return {
    ...desired,
    company: row.company_id,
    assignee: row.assignee_id,
    team: hasNoTeam ? null : row.team_id,
    // Told in a note, never written.
    opening: null,
    ...Object.fromEntries(
      relations.map((relation) => [`relation.${relation.attribute}`, sortedIds(relation.instance_ids)]),
    ),
  };
}

/** What Intercom shows. */
export function observedFields({ relations }: Thread, facts: ConversationFacts): Fields {
  return {
    title: facts.title,
    state: stateText(facts.state, facts.snoozedUntil),
    company: facts.companyId,
    assignee: facts.adminAssigneeId,
    team: facts.teamAssigneeId,
    opening: null,
    part_count: facts.partCount,
    ...flatAttributes(facts.customAttributes),
    ...Object.fromEntries(
      relations.map(({ attribute }) => [`relation.${attribute}`, instanceIds(facts.customAttributes[attribute])]),
    ),
  };
}

/** The fields of the conversation that a call sent, as `observedFields` shows them. */
export function fieldsSent({ relations }: Pick<Thread, 'relations'>, { targetType, payload }: OpenIntent): Fields {
  const sent = (payload ?? {}) as Readonly<Record<string, unknown>>;
  switch (targetType) {
    case 'conversation_update': {
      const { title, company_id: company } = sent;
      const values = Object.entries((sent.custom_attributes ?? {}) as Readonly<Record<string, unknown>>);
      const isRelation = (name: string) => relations.some(({ attribute }) => attribute === name);
      return {
        ...(title === undefined ? {} : { title }),
        ...(company === undefined ? {} : { company }),
        ...flatAttributes(Object.fromEntries(values.filter(([name]) => !isRelation(name)))),
        ...Object.fromEntries(
          values
            .filter(([name]) => isRelation(name))
            .map(([name, ids]) => [`relation.${name}`, sortedIds(ids as string[])]),
        ),
      };
    }
    case 'conversation_assignee':
    case 'conversation_team': {
      const id = sent.assignee_id === nobody ? null : sent.assignee_id;
      return targetType === 'conversation_team' ? { team: id } : { assignee: id };
    }
    case 'conversation_closing': {
      const states: Readonly<Record<string, string>> = { close: 'closed', open: 'open', snoozed: 'snoozed' };
      return { state: stateText(states[String(sent.message_type)] ?? '', Number(sent.snoozed_until)) };
    }
    default:
      return {};
  }
}

/** What the first load meant a conversation to hold, for its first representation. */
export function firstRepresentation(context: LoadContext, thread: Thread, facts: ConversationFacts) {
  const nothing: Base = { targetId: facts.id, origin: 'created', fields: undefined, observedAt: null };
  return {
    targetType: 'conversation',
    lastApplied: {
      ...desiredFields(context, thread, nothing),
      opening: hashOfText(openingSent(context, thread)),
    },
    observed: observedFields(thread, facts),
  };
}

/** Stands for a text in what was last applied: line breaks and spaces do not count. */
export function hashOfText(text: string): string {
  return createHash('sha256').update(foldSpace(text)).digest('hex');
}
