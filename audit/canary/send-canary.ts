import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { createAttribute, listAttributes, unarchiveDataAttribute } from '../../intercom/attributes.ts';
import type { Intercom } from '../../intercom/client.ts';
import { createOrUpdateCompany } from '../../intercom/companies.ts';
import { createContact, showContact, updateContact } from '../../intercom/contacts.ts';
import type { ConversationFacts } from '../../intercom/conversation-facts.ts';
import { searchConversations } from '../../intercom/conversation-search.ts';
import {
  assignConversation,
  closeConversation,
  createConversation,
  replyAsAdmin,
  replyAsContact,
  updateConversation,
} from '../../intercom/conversations.ts';
import { Conflict, IntercomError } from '../../intercom/errors.ts';
import { deleteCompany } from '../../intercom/removals.ts';
import { identifyAdmin, listAdmins } from '../../intercom/workspace.ts';
import { FailedError, RefusedError } from '../../platform/errors.ts';
import { type ProbeName, recordProbe } from '../../platform/probes.ts';
import { storeWorkspace } from '../store-workspace.ts';
import { type CanaryContext, canaryToken, isWritten, type Written, write } from './canary-writes.ts';
import { tryLargeFiles } from './try-large-files.ts';
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

/** Names of the attributes that a canary makes and removes. */
export const conversationAttributeName = 'itop_canary';
export const contactAttributeName = 'itop_canary_text';

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

type Answer = (name: ProbeName, text: string, detail: string) => Promise<void>;

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

/** The value of a call that every load needs; its refusal ends the canary. */
function needed<T>(written: Written<T>, what: string): T {
  if (isWritten(written)) return written.value;
  throw new FailedError(`The workspace refuses ${what}: ${written.refusal.message}`, {
    stage: 'canary',
    nextStep: `${written.refusal.nextStep}\n      Then: itop-to-intercom canary remove`,
    cause: written.refusal,
  });
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

function plain(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll(/<[^>]*>/g, '');
}

function change<T>(
  context: CanaryContext,
  label: string,
  call: Parameters<typeof write<T>>[1]['call'],
): Promise<Written<T>> {
  return write(context, { label, targetType: 'change', call, idOf: () => null });
}

async function answerAccepted(written: Written<unknown>, name: ProbeName, answer: Answer): Promise<void> {
  if (isWritten(written)) await answer(name, 'yes', 'accepted');
  else await answer(name, 'no', written.refusal.message);
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

async function tryOtherContact(
  context: CanaryContext,
  conversationId: string,
  openedAt: number,
  answer: Answer,
): Promise<void> {
  const other = await write(context, {
    label: 'other contact',
    targetType: 'contact',
    call: createContact({ role: 'user', external_id: `${canaryToken(context.canaryId)}-other`, name: 'Second canary' }),
    idOf: (contact) => contact.id,
  });
  if (!isWritten(other)) return;
  const reply = {
    contactId: other.value.id,
    body: `Other contact of ${canaryToken(context.canaryId)}`,
    createdAt: openedAt + 240,
  };
  const written = await write(context, {
    label: 'reply of another contact',
    targetType: 'part',
    call: replyAsContact(conversationId, reply),
    idOf: (facts) => facts.parts.find((part) => plain(part.body ?? '').includes(reply.body))?.id ?? null,
    isOfFreshContact: true,
  });
  await answerAccepted(written, 'reply_by_other_contact', answer);
}

async function tryAttributes(
  context: CanaryContext,
  contactId: string,
  conversationId: string,
  answer: Answer,
): Promise<void> {
  const title = `Thread ${canaryToken(context.canaryId)}`;
  const present = (await context.intercom.send(listAttributes('conversation'))).value.some(
    (one) => one.name === conversationAttributeName && !one.isArchived,
  );
  const made = present
    ? undefined
    : await write(context, {
        label: conversationAttributeName,
        targetType: 'conversation_attribute',
        call: createAttribute('conversation', {
          name: conversationAttributeName,
          dataType: 'string',
          description: 'Of a test',
        }),
        idOf: (attribute) => attribute.id,
      });
  const isThere = made === undefined || isWritten(made);
  if (made !== undefined) await answerAccepted(made, 'version_accepted', answer);
  needed(
    await change(
      context,
      'title',
      updateConversation(conversationId, {
        title,
        ...(isThere ? { custom_attributes: { [conversationAttributeName]: canaryToken(context.canaryId) } } : {}),
      }),
    ),
    'a title',
  );
  const known = (await context.intercom.send(listAttributes('contact'))).value.find(
    (one) => one.name === contactAttributeName,
  );
  if (known === undefined || known.isArchived) {
    const attribute = await write(context, {
      label: contactAttributeName,
      targetType: 'contact_attribute',
      // An earlier canary's, archived when it was removed, is taken out of the archive.
      call:
        known === undefined
          ? createAttribute('contact', { name: contactAttributeName, dataType: 'string', description: 'Of a test' })
          : unarchiveDataAttribute(known.id),
      idOf: (one) => one.id,
    });
    await answerAccepted(attribute, 'underscore_in_attribute', answer);
    if (!isWritten(attribute)) return;
  }
  const long = await change(
    context,
    'long attribute',
    updateContact(contactId, { custom_attributes: { [contactAttributeName]: 'x'.repeat(256) } }),
  );
  if (!isWritten(long)) return answer('long_attribute', 'refused', long.refusal.message);
  const { value } = await context.intercom.send(showContact(contactId));
  const kept = String(value.customAttributes[contactAttributeName] ?? '').length;
  return answer('long_attribute', kept === 256 ? 'kept' : 'cut', `${kept} of 256 characters were kept`);
}

async function tryCompany(context: CanaryContext, answer: Answer): Promise<void> {
  const call = createOrUpdateCompany({
    company_id: `itop-canary-${context.canaryId}`,
    name: 'Canary of the migration',
  });
  const make = (label: string) => write(context, { label, targetType: 'company', call, idOf: (company) => company.id });
  const first = await make('company');
  if (!isWritten(first)) return;
  try {
    await context.intercom.send(deleteCompany(first.value.id));
  } catch (error) {
    // Not offered, or not permitted: the probe stays unanswered.
    if (error instanceof IntercomError) return;
    throw error;
  }
  await context.pool.query(
    `update load.canary_write set removed_at = clock_timestamp() where canary_id = $1 and label = 'company'`,
    [context.canaryId],
  );
  const second = await make('company again');
  if (!isWritten(second)) return answer('company_id_reuse', 'no', second.refusal.message);
  const isSame = second.value.id === first.value.id;
  return answer(
    'company_id_reuse',
    isSame ? 'no' : 'yes',
    isSame ? 'the former company came back' : 'a new company was made',
  );
}
