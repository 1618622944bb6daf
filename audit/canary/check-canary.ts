import { sql } from 'kysely';
import type pg from 'pg';
import type { Intercom } from '../../intercom/client.ts';
import { wasNotified } from '../../intercom/conversation-facts.ts';
import { type ProbeAnswer, type ProbeName, readProbes, recordProbe } from '../../intercom/probes.ts';
import { retrieveSilence, type SilenceFacts, searchByField } from '../../intercom/silence-facts.ts';
import { wordsOf } from '../../intercom/words.ts';
import { inTransaction } from '../../platform/database.ts';
import { RefusedError } from '../../platform/errors.ts';
import { visibleText } from '../../platform/visible-text.ts';
import { clockTimestamp, insertRows, warehouse } from '../../platform/warehouse.ts';
import { acceptedPartTypes } from './accept-part-type.ts';
import { markupText, plainFormOf } from './canary-texts.ts';
import { type CanaryWrite, canaryToken, readWrites } from './canary-writes.ts';

export interface CheckRequest {
  readonly pool: pg.Pool;
  readonly intercom: Intercom;
  readonly workspaceIdCode: string;
  /** Workflows and bots may take minutes: before this long has passed nothing is concluded. */
  readonly minAgeMs: number;
}

export interface CanaryFinding {
  readonly kind: 'part' | 'state' | 'assignee' | 'sla' | 'bot' | 'tag' | 'rating' | 'conversation';
  readonly targetId: string;
  readonly authorType: string | null;
  readonly author: string | null;
  readonly finding: string;
  /** Intercom's type of a part without text or file, which a person may accept; null for all else. */
  readonly acceptablePartType: string | null;
  /** Who accepted it. */
  readonly acceptedBy: string | null;
}

export interface CheckedCanary {
  readonly canaryId: string;
  readonly isSilent: boolean;
  readonly findings: readonly CanaryFinding[];
  readonly probes: readonly ProbeAnswer[];
}

export interface CanaryRow {
  readonly canary_id: string;
  readonly state: string;
  readonly address: string;
  readonly contact_id: string | null;
  readonly conversation_id: string | null;
  readonly sent_by_admin_id: string;
  readonly age_ms: number | null;
}

/** The latest canary of a workspace that is not removed; undefined where there is none. */
export async function latestCanary(pool: pg.Pool, workspaceIdCode: string): Promise<CanaryRow | undefined> {
  const rows = await warehouse(pool)
    .selectFrom('load.canary')
    .select([
      'canary_id',
      'state',
      'address',
      'contact_id',
      'conversation_id',
      'sent_by_admin_id',
      sql<CanaryRow['age_ms']>`(extract(epoch from clock_timestamp() - sent_at) * 1000)::float8`.as('age_ms'),
    ])
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('state', '<>', 'removed')
    .orderBy('canary_id', 'desc')
    .limit(1)
    .execute();
  return rows[0];
}

/** The canary that a person can check or confirm. Throws RefusedError where there is none, and while it is being removed. */
export async function requireCanary(pool: pg.Pool, workspaceIdCode: string): Promise<CanaryRow> {
  const canary = await latestCanary(pool, workspaceIdCode);
  if (canary === undefined)
    throw new RefusedError('No canary was sent.', {
      stage: 'canary',
      nextStep: 'itop-to-intercom canary send --address <a mailbox you own>',
    });
  if (canary.state === 'removing')
    throw new RefusedError(`Canary ${canary.canary_id} is being removed.`, { stage: 'canary', nextStep: sendAnother });
  return canary;
}

/** What is done about a canary that was not sent to its end, or is removed only in part. */
const sendAnother = 'itop-to-intercom canary remove, then send it again';

/**
 * Reads the canary's thread again and lists whatever the tool did not put there: parts, with their author; another state or assignee; an
 * SLA, a bot, a tag, a rating; other conversations of its contact. Any of them forbids a load and withdraws an earlier confirmation.
 */
export async function checkCanary(request: CheckRequest): Promise<CheckedCanary> {
  const { pool, intercom, workspaceIdCode } = request;
  const canary = await requireCanary(pool, workspaceIdCode);
  if (canary.conversation_id === null || canary.age_ms === null)
    throw new RefusedError(`Canary ${canary.canary_id} was not sent to its end.`, {
      stage: 'canary',
      nextStep: sendAnother,
    });
  if (canary.age_ms < request.minAgeMs)
    throw new RefusedError(
      `The canary was sent ${Math.round(canary.age_ms / 1000)} s ago; workflows and bots may still answer.`,
      {
        stage: 'canary',
        nextStep: `Wait ${Math.ceil((request.minAgeMs - canary.age_ms) / 60_000)} minutes, then: itop-to-intercom canary check`,
      },
    );
  const writes = await readWrites(pool, canary.canary_id);
  const { value: facts } = await intercom.send(retrieveSilence(canary.conversation_id));
  const accepted = await acceptedPartTypes(pool, workspaceIdCode);
  const findings = [
    ...foreignParts(facts, canary, writes),
    ...foreignTraces(facts, canary),
    ...(await otherConversations(intercom, canary, writes)),
  ].map((one): CanaryFinding => ({ ...one, acceptedBy: accepted.get(one.acceptablePartType ?? '') ?? null }));
  await storeFindings(pool, canary, workspaceIdCode, findings);
  await answerProbes(request, canary, facts, writes);
  return {
    canaryId: canary.canary_id,
    isSilent: findings.every(isAccepted),
    findings,
    probes: await readProbes(pool, workspaceIdCode),
  };
}

const isAccepted = (finding: CanaryFinding): boolean => finding.acceptedBy !== null;

type Found = Omit<CanaryFinding, 'acceptedBy'>;

/** Messages that are not among ours, and events that neither we nor our attribute caused. */
function foreignParts(facts: SilenceFacts, canary: CanaryRow, writes: readonly CanaryWrite[]): Found[] {
  const own = new Set(
    writes.filter((one) => one.target_type === 'part' && one.state === 'done').map((one) => one.target_id),
  );
  // A trial whose answer was lost may have been executed: its text is ours.
  const lost = writes
    .filter((one) => one.target_type === 'part' && one.state === 'uncertain')
    .map((one) => wordsOf(String(one.payload?.body ?? '')));
  const ownContacts = new Set(
    writes.flatMap((one) => (one.target_type === 'contact' && one.target_id !== null ? [one.target_id] : [])),
  );
  return facts.parts
    .filter((part) => {
      if (own.has(part.id)) return false;
      if (part.authorId === canary.sent_by_admin_id && lost.includes(wordsOf(part.body))) return false;
      if (hasContent(part)) return true;
      if (part.authorType === 'admin' && part.authorId === canary.sent_by_admin_id) return false;
      if (ownContacts.has(part.authorId)) return false;
      // Intercom writes the event of an attribute in a bot's name, whoever set it.
      return !part.partType.startsWith('conversation_attribute_updated');
    })
    .map((part) => ({
      kind: 'part',
      acceptablePartType: hasContent(part) ? null : part.partType,
      targetId: part.id,
      authorType: part.authorType,
      author: part.authorName,
      finding: sentenceOf(part),
    }));
}

/** What the part is, who wrote it, and the words of it, where there are any. */
function sentenceOf({ partType, authorType, authorName, body, fileCount }: SilenceFacts['parts'][number]): string {
  const words = visibleText(body).slice(0, 200);
  const content = words !== '' ? `: ${words}` : fileCount > 0 ? ', with a file.' : ', without text.';
  return `A ${partType} by ${[authorType, authorName].filter((name) => name !== null && name !== '').join(' ')}${content}`;
}

const hasContent = (part: SilenceFacts['parts'][number]): boolean => part.body !== '' || part.fileCount > 0;

function foreignTraces(facts: SilenceFacts, canary: CanaryRow): Found[] {
  const trace = (kind: CanaryFinding['kind'], author: string | null, finding: string): Found => ({
    kind,
    acceptablePartType: null,
    targetId: facts.id,
    authorType: author === null ? null : kind,
    author,
    finding,
  });
  return [
    ...(facts.state === 'closed' ? [] : [trace('state', null, `It was left closed and is ${facts.state}.`)]),
    ...(facts.teamAssigneeId === null
      ? []
      : [trace('assignee', facts.teamAssigneeId, `A rule assigned it to team ${facts.teamAssigneeId}.`)]),
    ...(facts.adminAssigneeId === null || facts.adminAssigneeId === canary.sent_by_admin_id
      ? []
      : [trace('assignee', facts.adminAssigneeId, `A rule assigned it to teammate ${facts.adminAssigneeId}.`)]),
    ...(facts.slaName === null ? [] : [trace('sla', facts.slaName, `The SLA "${facts.slaName}" was applied.`)]),
    ...(facts.hasAiAgent ? [trace('bot', 'AI agent', 'The AI agent took part.')] : []),
    ...(facts.hasRating ? [trace('rating', null, 'A rating was asked for.')] : []),
    ...facts.tags.map((tag) => ({
      ...trace('tag', tag, `A rule tagged it "${tag}".`),
      targetId: `${facts.id} ${tag}`,
    })),
  ];
}

/** A workflow may also begin a conversation of its own with the contact. A contact that was there before may have some. */
async function otherConversations(
  intercom: Intercom,
  canary: CanaryRow,
  writes: readonly CanaryWrite[],
): Promise<Found[]> {
  const isOurs = writes.some((one) => one.target_type === 'contact' && one.label === 'contact' && one.state === 'done');
  if (!isOurs || canary.contact_id === null) return [];
  const { value } = await intercom.send(searchByField('contact_ids', canary.contact_id));
  const own = new Set(writes.filter((one) => one.target_type === 'conversation').map((one) => one.target_id));
  return value
    .filter((one) => !own.has(one.id))
    .map((one) => ({
      kind: 'conversation',
      acceptablePartType: null,
      targetId: one.id,
      authorType: null,
      author: null,
      finding: `Another conversation with the canary's contact: ${visibleText(one.opening).slice(0, 200)}`,
    }));
}

async function storeFindings(
  pool: pg.Pool,
  canary: CanaryRow,
  workspaceIdCode: string,
  findings: readonly CanaryFinding[],
): Promise<void> {
  const isSilent = findings.every(isAccepted);
  const state = !isSilent ? 'answered' : canary.state === 'confirmed' ? 'confirmed' : 'silent';
  await inTransaction(pool, async (client) => {
    await warehouse(client).deleteFrom('load.canary_finding').where('canary_id', '=', canary.canary_id).execute();
    await insertRows(
      client,
      'load.canary_finding',
      ['canary_id', 'kind', 'target_id', 'author_type', 'author', 'finding', 'part_type', 'accepted_by'],
      findings.map((one) => ({
        canary_id: canary.canary_id,
        kind: one.kind,
        target_id: one.targetId,
        author_type: one.authorType,
        author: one.author,
        finding: one.finding,
        part_type: one.acceptablePartType,
        accepted_by: one.acceptedBy,
      })),
    )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await warehouse(client)
      .updateTable('load.canary')
      .set({ state, checked_at: clockTimestamp })
      .where('canary_id', '=', canary.canary_id)
      .where('state', 'not in', ['removing', 'removed'])
      .execute();
    if (!isSilent)
      await warehouse(client)
        .deleteFrom('ops.confirmation')
        .where('workspace_id_code', '=', workspaceIdCode)
        .where('subject', '=', 'silence')
        .execute();
  });
}

/** The probes whose answer shows only in the threads as they are read again. */
async function answerProbes(
  request: CheckRequest,
  canary: CanaryRow,
  facts: SilenceFacts,
  writes: readonly CanaryWrite[],
): Promise<void> {
  const { pool, intercom, workspaceIdCode } = request;
  const answer = (name: ProbeName, text: string, detail: string): Promise<void> =>
    recordProbe(pool, { workspaceIdCode, canaryId: canary.canary_id, name, answer: text, detail });
  const idOf = (label: string) => writes.find((one) => one.label === label && one.state === 'done')?.target_id;
  const partOf = (label: string) => facts.parts.find((part) => part.id === idOf(label));
  const token = canaryToken(canary.canary_id);
  const comment = partOf('comment');
  if (comment !== undefined) {
    const isKept = /<(b|strong)>/i.test(comment.body);
    await answer('comment_html', isKept ? 'yes' : 'no', `stored as ${comment.body.slice(0, 120)}`);
    // Only the person who looks into the mailbox knows what a late one means.
    const isLate = wasNotified(comment);
    const times = `of ${comment.createdAt}, notified_at ${comment.notifiedAt}`;
    await answer('late_notified_at', isLate ? 'unconfirmed' : 'no', times);
  }
  const escapedId = idOf('escaped opening');
  const escaped =
    escapedId === undefined || escapedId === null
      ? undefined
      : (await intercom.send(retrieveSilence(escapedId))).value.opening;
  const forms = [
    ['plain_opening', 'Opening', facts.opening, escaped],
    ['plain_reply', 'Reply', partOf('reply')?.body, partOf('escaped reply')?.body],
    ['plain_comment', 'Plain comment', partOf('plain comment')?.body, partOf('escaped comment')?.body],
  ] as const;
  for (const [name, label, asIs, inEntities] of forms) {
    if (asIs !== undefined)
      await answer(name, plainFormOf(markupText(label, token), asIs, inEntities), `stored as ${asIs.slice(0, 250)}`);
  }
  const wasMarked = writes.some((one) => one.label === 'title' && one.state === 'done');
  if (wasMarked) await answer('read_mark', facts.isRead ? 'yes' : 'no', 'as it is when the thread is read again');
}
