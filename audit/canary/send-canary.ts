import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Intercom } from '../../intercom/client.ts';
import { createContact } from '../../intercom/contacts.ts';
import { searchConversations } from '../../intercom/conversation-search.ts';
import {
  assignConversation,
  closeConversation,
  createConversation,
  replyAsAdmin,
  replyAsContact,
} from '../../intercom/conversations.ts';
import { Conflict } from '../../intercom/errors.ts';
import { type ProbeName, recordProbe } from '../../intercom/probes.ts';
import { sendCall } from '../../intercom/send-call.ts';
import { identifyAdmin, listAdmins } from '../../intercom/workspace.ts';
import { recordTeammates, recordWorkspace } from '../../intercom/workspace-record.ts';
import { FailedError, RefusedError } from '../../platform/errors.ts';
import { defaultLeaseMs } from '../../platform/process-lease.ts';
import { clockTimestamp, warehouse } from '../../platform/warehouse.ts';
import { type Answer, answerAccepted, change, needed } from './answers.ts';
import { escapedText, markupText } from './canary-texts.ts';
import { type CanaryContext, canaryToken, isWritten, removedMeanwhile, write } from './canary-writes.ts';
import { tryAttributes } from './try-attributes.ts';
import { tryFiles } from './try-files.ts';
import { tryLargeFiles } from './try-large-files.ts';
import { plusAddress, tryParticipantWithoutEmail, trySecondParticipant } from './try-participant.ts';
import { writePart } from './write-part.ts';

export interface SendRequest {
  readonly pool: pg.Pool;
  readonly intercom: Intercom;
  /** A mailbox that the operator owns and looks into. */
  readonly address: string;
  /** A second one, which takes part in the thread; unless given, a plus address of the first. */
  readonly secondAddress?: string;
  /** How long search is watched for the new conversation. */
  readonly searchWaitMs: number;
  /** Largest file that is tried, in megabytes; 0 tries none. */
  readonly largestFileMegabytes: number;
  /** How long this process may stand still and go on without asking whether the canary was removed, in milliseconds. */
  readonly leaseMs?: number;
  readonly signal?: AbortSignal;
}

export interface SentCanary {
  readonly canaryId: string;
  readonly conversationId: string;
  readonly contactId: string;
  /** True where the address belonged to a contact before: that one is left in place. */
  readonly isContactLinked: boolean;
  readonly secondAddress: string;
  readonly searchLagMs: number | null;
}

const day = 24 * 3_600;

/** Where the parts lie, in seconds after the opening: each at a time of its own, by which it is known again. */
const offsets = {
  note: 60,
  comment: 120,
  plainComment: 130,
  escapedComment: 140,
  reply: 180,
  escapedReply: 190,
  seatless: 200,
  secondReply: 240,
  files: 260,
  largeFiles: 300,
} as const;

/**
 * Writes threads the way a load writes them: contacts, backdated conversations, notes, comments and replies, files, title, attributes,
 * a company, assignment, closing. Also tries what Intercom's description leaves open (`load.probe`). Throws RefusedError when another
 * canary is still there, FailedError where the workspace refuses what every load needs.
 */
export async function sendCanary(request: SendRequest): Promise<SentCanary> {
  const { pool, intercom } = request;
  const { value: workspace } = await intercom.send(identifyAdmin());
  const { value: admins } = await intercom.send(listAdmins());
  await recordWorkspace(pool, workspace, intercom.baseUrl);
  await recordTeammates(pool, workspace.idCode, admins);
  const canaryId = await openCanary(pool, workspace.idCode, request.address, workspace.adminId);
  const context: CanaryContext = {
    pool,
    intercom,
    canaryId,
    workspaceIdCode: workspace.idCode,
    leaseMs: request.leaseMs ?? defaultLeaseMs,
    signal: request.signal,
  };
  const answer = (name: ProbeName, text: string, detail: string): Promise<void> =>
    recordProbe(pool, { workspaceIdCode: workspace.idCode, canaryId, name, answer: text, detail });

  const contact = await ensureContact(context, request.address, answer);
  const openedAt = Math.floor(intercom.clock.now().getTime() / 1_000) - 3 * day;
  const { adminId } = workspace;
  const token = canaryToken(canaryId);
  const opening = markupText('Opening', token);
  const { conversationId } = await openThread(context, 'opening', contact.id, opening, openedAt);
  await warehouse(pool)
    .updateTable('load.canary')
    .set({ contact_id: contact.id, conversation_id: conversationId })
    .where('canary_id', '=', canaryId)
    .execute();
  const searchLagMs = await measureSearchLag(request, contact.id, openedAt, conversationId);
  if (searchLagMs !== null) await answer('search_lag_ms', String(searchLagMs), 'from creation until search showed it');
  // A conversation has one opening: what becomes of it in the other form needs another conversation.
  await openThread(context, 'escaped opening', contact.id, escapedText(opening), openedAt + day);

  await writeMessages(context, { conversationId, contactId: contact.id, adminId, openedAt });
  const seatless = admins.find((one) => one.hasInboxSeat === false);
  if (seatless !== undefined) {
    const body = `<p>Note by a teammate without a seat in ${token}</p>`;
    const note = { adminId: seatless.id, kind: 'note', body, createdAt: openedAt + offsets.seatless } as const;
    await answerAccepted(
      await writePart(context, 'by a teammate without a seat', replyAsAdmin(conversationId, note)),
      'seatless_author',
      answer,
    );
  }
  const at = (offset: number) => ({ conversationId, adminId, createdAt: openedAt + offset });
  const secondAddress = (request.secondAddress ?? plusAddress(request.address)).trim().toLowerCase();
  await trySecondParticipant(context, at(offsets.secondReply), secondAddress, answer);
  await tryParticipantWithoutEmail(context, { conversationId, adminId }, answer);
  await tryFiles(context, at(offsets.files), answer);
  await tryLargeFiles(context, at(offsets.largeFiles), request.largestFileMegabytes, answer);
  await tryAttributes(context, { contactId: contact.id, conversationId }, answer);
  const assignment = assignConversation(conversationId, { adminId, assigneeType: 'admin', assigneeId: adminId });
  needed(await change(context, 'assignment', assignment), 'an assignment');
  needed(await change(context, 'closing', closeConversation(conversationId, adminId)), 'a closing');
  const { numUpdatedRows } = await warehouse(pool)
    .updateTable('load.canary')
    .set({ state: 'sent', sent_at: clockTimestamp, search_lag_ms: searchLagMs })
    .where('canary_id', '=', canaryId)
    .where('state', '=', 'sending')
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw removedMeanwhile();
  const { id: contactId, isLinked: isContactLinked } = contact;
  return { canaryId, conversationId, contactId, isContactLinked, secondAddress, searchLagMs };
}

async function openThread(
  context: CanaryContext,
  label: string,
  contactId: string,
  body: string,
  createdAt: number,
): Promise<{ conversationId: string }> {
  const written = await write(context, {
    label,
    targetType: 'conversation',
    call: createConversation({ contactId, role: 'user', body, createdAt }),
    idOf: (message) => message.conversationId,
    isOfFreshContact: true,
  });
  return needed(written, 'a conversation');
}

/** A note, a comment as HTML, and plain comments and replies in two forms. */
async function writeMessages(
  context: CanaryContext,
  thread: {
    readonly conversationId: string;
    readonly contactId: string;
    readonly adminId: string;
    readonly openedAt: number;
  },
): Promise<void> {
  const { conversationId, contactId, adminId, openedAt } = thread;
  const token = canaryToken(context.canaryId);
  const html = (label: string) => `<p><b>${label}</b> of the thread ${token}</p>`;
  const byAdmin = (label: string, kind: 'comment' | 'note', body: string, offset: number) =>
    writePart(context, label, replyAsAdmin(conversationId, { adminId, kind, body, createdAt: openedAt + offset }));
  const byContact = (label: string, body: string, offset: number) =>
    writePart(context, label, replyAsContact(conversationId, { contactId, body, createdAt: openedAt + offset }));
  const comment = markupText('Plain comment', token);
  const reply = markupText('Reply', token);
  needed(await byAdmin('note', 'note', html('Note'), offsets.note), 'a note');
  needed(await byAdmin('comment', 'comment', html('Comment'), offsets.comment), 'a comment');
  needed(await byAdmin('plain comment', 'comment', comment, offsets.plainComment), 'a comment in plain text');
  await byAdmin('escaped comment', 'comment', escapedText(comment), offsets.escapedComment);
  needed(await byContact('reply', reply, offsets.reply), 'a reply of the contact');
  await byContact('escaped reply', escapedText(reply), offsets.escapedReply);
}

async function openCanary(pool: pg.Pool, workspaceIdCode: string, address: string, adminId: string): Promise<string> {
  const open = await warehouse(pool)
    .selectFrom('load.canary')
    .select(['canary_id', 'state'])
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('state', 'not in', ['confirmed', 'removed'])
    .orderBy('canary_id')
    .execute();
  const present = open[0];
  if (present !== undefined)
    throw new RefusedError(`Canary ${present.canary_id} is still there (${present.state}).`, {
      stage: 'canary',
      nextStep:
        present.state === 'removing'
          ? 'itop-to-intercom canary remove'
          : 'itop-to-intercom canary check, or to begin again: itop-to-intercom canary remove',
    });
  const rows = await warehouse(pool)
    .insertInto('load.canary')
    .values({ workspace_id_code: workspaceIdCode, address, sent_by_admin_id: adminId })
    .returning('canary_id')
    .execute();
  return rows[0]?.canary_id ?? '';
}

/** Makes the contact, and makes it once more in the same words: what a load would do after an answer that was lost. */
async function ensureContact(
  context: CanaryContext,
  address: string,
  answer: Answer,
): Promise<{ id: string; isLinked: boolean }> {
  const call = createContact({ role: 'user', email: address.trim().toLowerCase(), name: 'Canary of the migration' });
  const make = (label: string) => write(context, { label, targetType: 'contact', call, idOf: (made) => made.id });
  const made = await make('contact');
  if (!isWritten(made)) {
    if (made.refusal instanceof Conflict && made.refusal.existingId !== undefined && !made.refusal.isArchived)
      return { id: made.refusal.existingId, isLinked: true };
    throw new FailedError(`The contact of the canary cannot be made: ${made.refusal.message}`, {
      stage: 'canary',
      nextStep: 'itop-to-intercom canary remove, then send it to another address.',
    });
  }
  await answerAccepted(await make('the same contact again'), 'same_contact_twice', answer);
  return { id: made.value.id, isLinked: false };
}

/** Search shows a conversation only after a while; how long that is bounds when a create may be repeated. */
async function measureSearchLag(
  request: SendRequest,
  contactId: string,
  createdAt: number,
  conversationId: string,
): Promise<number | null> {
  const begun = performance.now();
  for (;;) {
    const { intercom, signal } = request;
    const { value } = await sendCall({ intercom, signal }, searchConversations(contactId, createdAt));
    const passedMs = Math.ceil(performance.now() - begun);
    if (value.conversations.some((one) => one.id === conversationId)) return passedMs;
    if (passedMs >= request.searchWaitMs) return null;
    await pause(Math.min(500, Math.max(20, request.searchWaitMs / 10)), undefined, { signal: request.signal });
  }
}
