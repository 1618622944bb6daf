import type { ConversationFacts } from '../../intercom/conversation-facts.ts';
import { isWritten } from '../../intercom/conversation-touch.ts';
import { closeConversation, openConversation, snoozeConversation } from '../../intercom/conversations.ts';
import type { Base } from '../desired-state/change-object.ts';
import type { ThreeWay } from '../desired-state/three-way.ts';
import type { LoadContext } from '../engine/context.ts';
import type { Setting } from './steps.ts';
import type { ConversationRow, Thread } from './thread.ts';

/** A state in one text, so that two sleeps until other times differ. */
export function stateText(state: string, snoozedUntil: number | null): string {
  return state === 'snoozed' ? `snoozed until ${snoozedUntil ?? '?'}` : state;
}

/**
 * The state as others left it. Our own parts wake a closed or snoozed conversation: where nothing but ours was added since it
 * was last seen, it is still in the state of then, by everybody's will.
 */
export function stateBeforeUs(thread: Thread, base: Base, facts: ConversationFacts): string {
  const now = stateText(facts.state, facts.snoozedUntil);
  const before = base.fields?.observed.state;
  const count = base.fields?.observed.part_count;
  if (typeof before !== 'string' || typeof count !== 'number' || before === now) return now;
  const added = Math.min(facts.parts.length, facts.partCount - count);
  const since = added <= 0 ? [] : facts.parts.slice(-added);
  const isOurs = (id: string) => thread.partIds.includes(id);
  if (!since.some((part) => isOurs(part.id))) return now;
  const byOthers = since.some((part) => isWritten(part) && !isOurs(part.id));
  return byOthers ? now : before;
}

/** The state to leave behind: the source's where it changed and nobody else set one, else what others want. */
export function desiredState(plan: ThreeWay, base: Base, before: string, facts: ConversationFacts): string {
  const { state } = plan.write;
  if (typeof state === 'string') return state;
  return base.fields === undefined ? stateText(facts.state, facts.snoozedUntil) : before;
}

/** The call that brings a conversation into a state; undefined where none has to be sent. */
export function stateSetting(
  context: LoadContext,
  row: ConversationRow,
  conversationId: string,
  desired: string,
  facts: ConversationFacts,
): Setting | undefined {
  if (stateText(facts.state, facts.snoozedUntil) === desired) return undefined;
  const admin = context.fallbackAdminId;
  const common = {
    targetType: 'conversation_closing',
    targetKey: row.target_key,
    targetId: desired,
    isSet: (seen: ConversationFacts) => stateText(seen.state, seen.snoozedUntil) === desired,
  };
  if (desired === 'closed') return { ...common, call: closeConversation(conversationId, admin) };
  if (desired === 'open') return { ...common, call: openConversation(conversationId, admin) };
  const until = Number(/^snoozed until (\d+)$/.exec(desired)?.[1] ?? 0);
  // A sleep that is over by now is not begun again.
  return until * 1000 > context.intercom.clock.now().getTime()
    ? { ...common, call: snoozeConversation(conversationId, admin, until) }
    : undefined;
}
