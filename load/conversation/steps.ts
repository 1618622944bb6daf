import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Call, journalBody } from '../../intercom/call.ts';
import type { ConversationFacts } from '../../intercom/conversation-facts.ts';
import { assignConversation, retrieveConversation, updateConversation } from '../../intercom/conversations.ts';
import { id } from '../../intercom/fields.ts';
import { isSameValue } from '../../intercom/same-value.ts';
import type { OpenIntent, Target } from '../../platform/journal.ts';
import type { LoadContext } from '../engine/context.ts';
import { executeStep, type Step } from '../engine/execute-step.ts';
import { send } from '../engine/send.ts';
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
