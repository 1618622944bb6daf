import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Intercom } from '../../intercom/client.ts';
import { createContact } from '../../intercom/contacts.ts';
import type { ConversationFacts } from '../../intercom/conversation-facts.ts';
import { searchConversations } from '../../intercom/conversation-search.ts';
import {
  assignConversation,
  closeConversation,
  createConversation,
  replyAsAdmin,
  replyAsContact,
} from '../../intercom/conversations.ts';
import { Conflict } from '../../intercom/errors.ts';
import { identifyAdmin, listAdmins } from '../../intercom/workspace.ts';
import { FailedError, RefusedError } from '../../platform/errors.ts';
import { type ProbeName, recordProbe } from '../../platform/probes.ts';
import { storeWorkspace } from '../store-workspace.ts';
import { type Answer, answerAccepted, change, needed, plain } from './answers.ts';
import { type CanaryContext, canaryToken, isWritten, type Written, write } from './canary-writes.ts';
import { tryAttributes } from './try-attributes.ts';
import { tryCompany } from './try-company.ts';
import { tryLargeFiles } from './try-large-files.ts';
import { tryOtherContact } from './try-other-contact.ts';
import { tryReferences } from './try-references.ts';

export interface SendRequest {
  readonly pool: pg.Pool;
  readonly intercom: Intercom;
  /** A mailbox that the operator owns and looks into. */
  readonly address: string;
  /** How long search is watched for the new conversation. */
  readonly searchWaitMs: number;
  /** Largest file that is tried, in megabytes; 0 tries none. */
  readonly largestFileMegabytes: number;
  /** Custom object type with which references are tried; unless given, one that the mapping fills, where there is one. */
  readonly objectType?: string;
  readonly signal?: AbortSignal;
}

export interface SentCanary {
  readonly canaryId: string;
  readonly conversationId: string;
  readonly contactId: string;
  /** True where the address belonged to a contact before: that one is left in place. */
  readonly isContactLinked: boolean;
  readonly searchLagMs: number | null;
}

const hour = 3_600;
const day = 24 * hour;

/** Where the parts lie, in seconds after the opening, by label. The shuffled one is sent after those that it precedes. */
const offsets = { note: 60, comment: 120, reply: 180, shuffled: 90 } as const;

/**
 * Writes one thread the way a load writes them: a contact, a backdated conversation, notes, comments and replies, title, attribute,
 * assignment, closing. Also tries what Intercom's description leaves open (`load.probe`). Throws RefusedError when another canary
 * is still there.
 */
export async function sendCanary(request: SendRequest): Promise<SentCanary> {
  const { pool, intercom } = request;
  const { value: workspace } = await intercom.send(identifyAdmin());
  const { value: admins } = await intercom.send(listAdmins());
  await storeWorkspace(pool, { workspace, admins, baseUrl: intercom.baseUrl });
  const canaryId = await openCanary(pool, workspace.idCode, request.address, workspace.adminId);
  const context: CanaryContext = {
    pool,
    intercom,
    canaryId,
    workspaceIdCode: workspace.idCode,
    signal: request.signal,
  };
  const answer = (name: ProbeName, text: string, detail: string): Promise<void> =>
    recordProbe(pool, { workspaceIdCode: workspace.idCode, canaryId, name, answer: text, detail });

  const contact = await ensureContact(context, request.address, answer);
  const openedAt = Math.floor(Date.now() / 1_000) - 3 * day;
  const adminId = workspace.adminId;
  const opening = `Test of a migration, thread ${canaryToken(canaryId)}. Nobody needs to answer.`;
  const created = needed(
    await write(context, {
      label: 'opening',
      targetType: 'conversation',
      call: createConversation({ contactId: contact.id, body: opening, createdAt: openedAt }),
      idOf: (message) => message.conversationId,
      isOfFreshContact: true,
    }),
    'a conversation',
  );
  const { conversationId } = created;
  await pool.query('update load.canary set contact_id = $2, conversation_id = $3 where canary_id = $1', [
    canaryId,
    contact.id,
    conversationId,
  ]);
  const searchLagMs = await measureSearchLag(request, contact.id, openedAt, conversationId);
  if (searchLagMs !== null) await answer('search_lag_ms', String(searchLagMs), 'from creation until search showed it');

  const text = (label: string) => `<p><b>${label}</b> of the thread ${canaryToken(canaryId)}</p>`;
  const admin = (label: string, kind: 'comment' | 'note', createdAt: number, authorId = adminId) =>
    writePart(context, label, replyAsAdmin(conversationId, { adminId: authorId, kind, body: text(label), createdAt }));
  needed(await admin('note', 'note', openedAt + offsets.note), 'a note');
  needed(await admin('comment', 'comment', openedAt + offsets.comment), 'a comment');
  const reply = {
    contactId: contact.id,
    body: `Reply of the thread ${canaryToken(canaryId)}`,
    createdAt: openedAt + offsets.reply,
  };
  needed(await writePart(context, 'reply', replyAsContact(conversationId, reply)), 'a reply of the contact');
  await admin('shuffled', 'note', openedAt + offsets.shuffled);
  await answerTime(
    await admin('before opening', 'note', openedAt - day),
    'part_before_opening',
    openedAt - day,
    answer,
  );
  const future = Math.floor(Date.now() / 1_000) + hour;
  await answerTime(await admin('in the future', 'note', future), 'part_in_future', future, answer);
  const seatless = admins.find((one) => one.hasInboxSeat === false);
  if (seatless !== undefined)
    await answerAccepted(
      await admin('by a teammate without a seat', 'note', openedAt + 200, seatless.id),
      'seatless_author',
      answer,
    );

  await tryOtherContact(context, conversationId, openedAt, answer);
  await tryAttributes(context, contact.id, conversationId, answer);
  await tryCompany(context, answer);
  const thread = { conversationId, adminId, createdAt: openedAt + 300 };
  await tryLargeFiles(context, thread, request.largestFileMegabytes, answer);
  const objectType = request.objectType ?? (await plannedObjectType(pool));
  if (objectType !== undefined) await tryReferences(context, conversationId, objectType, answer);
  needed(
    await change(
      context,
      'assignment',
      assignConversation(conversationId, { adminId, assigneeType: 'admin', assigneeId: adminId }),
    ),
    'an assignment',
  );
  needed(await change(context, 'closing', closeConversation(conversationId, adminId)), 'a closing');
  const observed = intercom.pace.lastObservation;
  if (observed !== undefined)
    await answer('window_quota', String(observed.limit), 'X-RateLimit-Limit of the last answer');
  await pool.query(
    `update load.canary set state = 'sent', sent_at = clock_timestamp(), search_lag_ms = $2 where canary_id = $1`,
    [canaryId, searchLagMs],
  );
  return { canaryId, conversationId, contactId: contact.id, isContactLinked: contact.isLinked, searchLagMs };
}

/** A type that a load will fill, if any: the first by name. */
async function plannedObjectType(pool: pg.Pool): Promise<string | undefined> {
  const { rows } = await pool.query<{ type: string | null }>(
    `select min(coalesce(target_type, class)) as type from ops.mapping_class where destination = 'custom_object'`,
  );
  return rows[0]?.type ?? undefined;
}

async function openCanary(pool: pg.Pool, workspaceIdCode: string, address: string, adminId: string): Promise<string> {
  const open = await pool.query<{ canary_id: string; state: string }>(
    `select canary_id, state from load.canary where workspace_id_code = $1 and state not in ('confirmed', 'removed') order by canary_id`,
    [workspaceIdCode],
  );
  const present = open.rows[0];
  if (present !== undefined)
    throw new RefusedError(`Canary ${present.canary_id} is still there (${present.state}).`, {
      stage: 'canary',
      nextStep: 'itop-to-intercom canary check, or to begin anew: itop-to-intercom canary remove',
    });
  const { rows } = await pool.query<{ canary_id: string }>(
    'insert into load.canary (workspace_id_code, address, sent_by_admin_id) values ($1, $2, $3) returning canary_id',
    [workspaceIdCode, address, adminId],
  );
  return rows[0]?.canary_id ?? '';
}

async function ensureContact(
  context: CanaryContext,
  address: string,
  answer: Answer,
): Promise<{ id: string; isLinked: boolean }> {
  const made = await write(context, {
    label: 'contact',
    targetType: 'contact',
    call: createContact({ role: 'user', email: address.trim().toLowerCase(), name: 'Canary of the migration' }),
    idOf: (contact) => contact.id,
  });
  if (!isWritten(made)) {
    if (made.refusal instanceof Conflict && made.refusal.existingId !== undefined && !made.refusal.isArchived)
      return { id: made.refusal.existingId, isLinked: true };
    throw new FailedError(`The contact of the canary cannot be made: ${made.refusal.message}`, {
      stage: 'canary',
      nextStep: 'itop-to-intercom canary remove, then send it to another address.',
    });
  }
  const second = await write(context, {
    label: 'second user of one address',
    targetType: 'contact',
    call: createContact({
      role: 'user',
      email: address.trim().toLowerCase(),
      external_id: `${canaryToken(context.canaryId)}-double`,
    }),
    idOf: (contact) => contact.id,
  });
  await answerAccepted(second, 'two_users_one_address', answer);
  return { id: made.value.id, isLinked: false };
}

/** A conversation is told by search only after a while; how long that is bounds when a create may be repeated. */
async function measureSearchLag(
  request: SendRequest,
  contactId: string,
  createdAt: number,
  conversationId: string,
): Promise<number | null> {
  const begun = performance.now();
  for (;;) {
    const { value } = await request.intercom.send(searchConversations(contactId, createdAt));
    const passedMs = Math.ceil(performance.now() - begun);
    if (value.conversations.some((one) => one.id === conversationId)) return passedMs;
    if (passedMs >= request.searchWaitMs) return null;
    await pause(Math.min(500, Math.max(20, request.searchWaitMs / 10)), undefined, { signal: request.signal });
  }
}

function writePart(
  context: CanaryContext,
  label: string,
  call: ReturnType<typeof replyAsAdmin>,
): Promise<Written<ConversationFacts>> {
  // The part is the one of the highest id among those with our text: answers are not promised to be in order of insertion.
  return write(context, {
    label,
    targetType: 'part',
    call,
    idOf: (facts) => {
      const text = String(call.body?.body ?? '').replaceAll(/<[^>]*>/g, '');
      const own = facts.parts.filter((part) => plain(part.body ?? '').includes(plain(text)));
      return own.at(-1)?.id ?? null;
    },
  });
}

async function answerTime(
  written: Written<ConversationFacts>,
  name: ProbeName,
  sent: number,
  answer: Answer,
): Promise<void> {
  if (!isWritten(written)) return answer(name, 'no', written.refusal.message);
  const isKept = written.value.parts.some((part) => part.createdAt === sent);
  return answer(name, isKept ? 'yes' : 'changed', isKept ? 'accepted with its time' : 'accepted with another time');
}
