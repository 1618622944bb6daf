import type { ConversationFacts } from '../../intercom/conversation-facts.ts';
import { isWritten } from '../../intercom/conversation-touch.ts';
import { retrieveConversation } from '../../intercom/conversations.ts';
import type { OpenIntent, Target } from '../../platform/journal.ts';
import {
  type Base,
  baseOf,
  closeObsoleteIntents,
  keepEdits,
  readOrRefuse,
  withOwnWrites,
} from '../desired-state/change-object.ts';
import { compareThreeWay, type Fields, type ThreeWay } from '../desired-state/three-way.ts';
import { verdictsOf } from '../desired-state/verdicts.ts';
import type { LoadContext } from '../engine/context.ts';
import type { Evidence } from '../engine/execute-step.ts';
import { send } from '../engine/send.ts';
import { appendSteps } from './append-steps.ts';
import { type ChangedPart, changedParts } from './changed-parts.ts';
import { agentToKeep, settingsOf } from './changed-settings.ts';
import { desiredFields, fieldsSent, observedFields, targetFields } from './conversation-fields.ts';
import { desiredState, stateBeforeUs, stateSetting } from './conversation-state.ts';
import { resolveUnplanned } from './resolve-unplanned.ts';
import { checkSilence } from './silence.ts';
import {
  assignmentOf,
  type ConversationStep,
  conversationTarget,
  executeConversationStep,
  settingStep,
} from './steps.ts';
import type { Thread } from './thread.ts';

/**
 * Brings a complete conversation up to date (RULES D1): unseen entries become parts, changed texts are told in notes, changed
 * fields go in one call that names only those, and the state is set again where an append woke the conversation. What
 * somebody edited in Intercom stays and is listed.
 */
export async function changeConversation(
  context: LoadContext,
  thread: Thread,
  open: readonly OpenIntent[],
): Promise<'written' | 'unchanged'> {
  const target = conversationTarget(thread.row);
  const known = await baseOf(context, target);
  const conversationId = known.targetId;
  const read = async () => (await send(context, retrieveConversation(conversationId))).value;
  let facts = await readOrRefuse(context, target, read);
  const base = withOwnWrites(
    known,
    observedFields(thread, facts),
    open.map((intent) => fieldsSent(thread, intent)),
  );
  const bots = facts.parts.filter((part) => part.authorType === 'bot').map((part) => part.id);
  const desired = desiredFields(context, thread, base);
  const plan = compareThreeWay({
    base: base.fields,
    desired,
    target: targetFields(context, thread, desired),
    observed: { ...observedFields(thread, facts), state: stateBeforeUs(thread, base, facts) },
    isLinked: base.origin === 'linked',
  });
  await keepEdits(context, target, plan.kept);

  const changed = await changedParts(context, thread);
  const steps = [
    ...(await appendSteps(context, thread, conversationId, base, changed)),
    ...settingsOf(context, thread, conversationId, plan).map((setting) =>
      settingStep(context, thread, conversationId, setting),
    ),
  ];
  const lostFor = ({ target: { type, key } }: Pick<ConversationStep, 'target'>) =>
    open.find((intent) => intent.targetType === type && intent.targetKey === key);
  const isOfState = (intent: OpenIntent) => intent.targetType === 'conversation_closing';
  const matched = new Set(steps.map(lostFor));
  // What a lost call was to do and nobody has to do any more was done by it: the comparison is of what is there now.
  await resolveUnplanned(
    context,
    thread,
    facts,
    open.filter((intent) => !matched.has(intent) && !isOfState(intent)),
  );
  const knownParts = thread.partIds.length;
  let written = 0;
  const perform = async (step: ConversationStep) => {
    const answer = await executeConversationStep(context, step, lostFor(step));
    written += 1;
    facts = answer ?? (await read());
    const own = thread.partIds.slice(knownParts);
    checkSilence(facts, { own, bots, notifiedAtTells: context.notifiedAtTells });
  };
  const agent = agentToKeep(thread, base, plan, desired, facts);
  for (const step of steps) await perform(step);
  if (agent !== null && facts.adminAssigneeId === null) {
    const setting = assignmentOf(context, thread.row, conversationId, 'admin', agent);
    await perform(settingStep(context, thread, conversationId, setting));
  }
  const state = desiredState(plan, base, stateBeforeUs(thread, base, facts), facts);
  const closing = stateSetting(context, thread.row, conversationId, state, facts);
  if (closing === undefined) await closeObsoleteIntents(context, open.filter(isOfState));
  else await perform(settingStep(context, thread, conversationId, closing));

  for (const part of changed) await rememberPart(context, part);
  await remember(context, thread, base, facts, { desired, plan, evidence: written > 0 ? 'response' : 'fresh_read' });
  return written > 0 ? 'written' : 'unchanged';
}

async function rememberPart(context: LoadContext, { row, text }: ChangedPart): Promise<void> {
  await context.link(
    {
      targetType: 'part',
      targetKey: row.target_key,
      targetId: row.part_id ?? '',
      origin: 'created',
      payloadHash: row.payload_hash,
      representation: { targetType: 'part', lastApplied: { text }, observed: {} },
    },
    [],
  );
}

async function remember(
  context: LoadContext,
  thread: Thread,
  base: Base,
  facts: ConversationFacts,
  change: { readonly desired: Fields; readonly plan: ThreeWay; readonly evidence: Evidence },
): Promise<void> {
  const target: Target = conversationTarget(thread.row);
  // The state is ours where this delta had to set it, also where our own message had already set it so.
  const leftState = 'state' in change.plan.write ? facts.state : base.fields?.observed.left_state;
  const observed: Fields = {
    ...observedFields(thread, facts),
    ...(leftState === undefined ? {} : { left_state: leftState }),
  };
  const desiredInIntercom = targetFields(context, thread, change.desired);
  const messages = facts.parts.filter(isWritten).map((part) => part.id);
  const ours = messages.filter((id) => thread.partIds.includes(id));
  await context.link(
    {
      targetType: 'conversation',
      targetKey: target.key,
      targetId: base.targetId,
      origin: base.origin,
      payloadHash: target.payloadHash,
      representation: { targetType: 'conversation', lastApplied: change.desired, observed },
    },
    verdictsOf(
      context,
      target,
      'conversation',
      change.evidence,
      [
        ...Object.keys(change.plan.write).map((name) => [name, desiredInIntercom[name], observed[name]] as const),
        ['part_order', thread.partIds.slice(-ours.length || thread.partIds.length).join(' '), ours.join(' ')],
      ],
      { verdict: 'passed', ...(change.plan.kept.length > 0 ? { reasonCode: 'kept_edits' } : {}) },
    ),
  );
}
