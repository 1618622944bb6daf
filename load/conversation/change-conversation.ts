import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { ConversationFacts } from '../../intercom/conversation-facts.ts';
import { isWritten } from '../../intercom/conversation-touch.ts';
import {
  closeConversation,
  openConversation,
  retrieveConversation,
  snoozeConversation,
} from '../../intercom/conversations.ts';
import { unixSeconds } from '../../intercom/fields.ts';
import { textOf } from '../../intercom/same-value.ts';
import { findIdentities } from '../../platform/identity.ts';
import type { OpenIntent, Target } from '../../platform/journal.ts';
import { foldSpace } from '../../platform/visible-text.ts';
import { warehouse } from '../../platform/warehouse.ts';
import {
  type Base,
  baseOf,
  closeObsoleteIntents,
  keepEdits,
  readOrRefuse,
  withOwnWrites,
} from '../desired-state/change-object.ts';
import {
  attributesIn,
  compareThreeWay,
  type Fields,
  flatAttributes,
  isSame,
  type ThreeWay,
} from '../desired-state/three-way.ts';
import { verdictsOf } from '../desired-state/verdicts.ts';
import type { LoadContext } from '../engine/context.ts';
import type { Evidence } from '../engine/execute-step.ts';
import { send } from '../engine/send.ts';
import { type ChangedPart, changedParts, changeNote } from './changed-parts.ts';
import { partStep, partToSend } from './part-step.ts';
import { resolveUnplanned } from './resolve-unplanned.ts';
import { checkSilence } from './silence.ts';
import {
  assignmentOf,
  type ConversationStep,
  conversationTarget,
  executeConversationStep,
  instanceIds,
  messageSteps,
  nobody,
  participantSteps,
  type Setting,
  settingStep,
  sortedIds,
  tagging,
  updateOf,
} from './steps.ts';
import type { ConversationRow, Thread } from './thread.ts';
import { openingSent } from './verdicts.ts';

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

/** The fields of the conversation that a call sent, as `observedFields` shows them. */
function fieldsSent({ relations }: Pick<Thread, 'relations'>, { targetType, payload }: OpenIntent): Fields {
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

/** New parts and files, notes on changed texts, and the participants that new authors have to be made. */
async function appendSteps(
  context: LoadContext,
  thread: Thread,
  conversationId: string,
  base: Base,
  changed: readonly ChangedPart[],
): Promise<ConversationStep[]> {
  const at = new Date(
    Math.max(
      (thread.openedAt ?? thread.row.created_at).getTime(),
      ...thread.parts.map((part) => part.created_at.getTime()),
    ),
  );
  const notes = changed.flatMap(({ row, news }) =>
    news === undefined ? [] : [changeNote(thread, row.target_key, news, at)],
  );
  const opening = await changedOpening(context, thread, base);
  if (opening !== undefined) notes.push(changeNote(thread, `${thread.row.target_key}#description`, opening, at));
  const unsent = await unsentNotes(
    context,
    notes.map((note) => note.target_key),
  );
  return [
    ...messageSteps(context, thread, conversationId),
    ...notes
      .filter((note) => unsent.has(note.target_key))
      .flatMap((note) => {
        const part = partToSend(context, note);
        return [
          ...participantSteps(context, thread, conversationId, part),
          partStep(context, thread, conversationId, part),
        ];
      }),
    ...tagging(context, thread, conversationId).map((setting) => settingStep(context, thread, conversationId, setting)),
  ];
}

async function unsentNotes(context: LoadContext, keys: readonly string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const known = await findIdentities(context.pool, context.workspaceIdCode, 'part', keys);
  return new Set(keys.filter((key) => !known.has(key)));
}

/** The new description, where it differs from the one that opened the conversation or was told last. */
async function changedOpening(context: LoadContext, thread: Thread, base: Base): Promise<string | undefined> {
  const { row } = thread;
  if (base.fields !== undefined && base.fields.lastApplied.opening === hashOfText(row.body)) return undefined;
  if (base.fields === undefined) {
    const first = await warehouse(context.pool)
      .selectFrom('load.journal')
      .select(sql<string>`payload ->> 'body'`.as('body'))
      .where('workspace_id_code', '=', context.workspaceIdCode)
      .where('source_key', '=', row.source_key)
      .where('operation', '=', 'createConversation')
      .where('state', '=', 'done')
      .limit(1)
      .executeTakeFirst();
    if (first === undefined || hashOfText(first.body) === hashOfText(row.body)) return undefined;
  }
  return `The description was changed in iTop. It is now:\n\n${row.body}`;
}

function desiredFields(context: LoadContext, { row, relations }: Thread, base: Base): Fields {
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

function targetFields(context: LoadContext, { row, relations }: Thread, desired: Fields): Fields {
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

function observedFields({ relations }: Thread, facts: ConversationFacts): Fields {
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

function stateText(state: string, snoozedUntil: number | null): string {
  return state === 'snoozed' ? `snoozed until ${snoozedUntil ?? '?'}` : state;
}

/**
 * The state as others left it. Our own parts wake a closed or snoozed conversation: where nothing but ours was added since it
 * was last seen, it is still in the state of then, by everybody's will.
 */
function stateBeforeUs(thread: Thread, base: Base, facts: ConversationFacts): string {
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

/**
 * The teammate who is to be assigned after the team was: assigning a team may take him away. Null where the team does not change.
 * A process before this one may have assigned the team and ended then: the teammate is the one who was seen before that.
 */
function agentToKeep(
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

/** The state to leave behind: the source's where it changed and nobody else set one, else what others want. */
function desiredState(plan: ThreeWay, base: Base, before: string, facts: ConversationFacts): string {
  const { state } = plan.write;
  if (typeof state === 'string') return state;
  return base.fields === undefined ? stateText(facts.state, facts.snoozedUntil) : before;
}

function stateSetting(
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

function settingsOf(context: LoadContext, thread: Thread, conversationId: string, plan: ThreeWay): Setting[] {
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

function hashOfText(text: string): string {
  return createHash('sha256').update(foldSpace(text)).digest('hex');
}
