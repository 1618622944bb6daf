import { parameterInvalid, resourceNotFound } from './api-error.ts';
import type { Admin, Attachment, Author, Contact, Conversation, Part } from './objects.ts';
import { type Fields, idField, wholeNumberField } from './request-fields.ts';
import { nowSeconds, type Workspace } from './workspace.ts';

/** Seconds by which a sender's clock may be ahead. */
const CLOCK_DIFFERENCE = 5;

/** The conversation of an id. Throws a 404; `last` is refused, because it names another one tomorrow. */
export function requireConversation(workspace: Workspace, id: string): Conversation {
  const conversation = workspace.conversations.get(id);
  if (conversation === undefined) throw resourceNotFound();
  return conversation;
}

/** The teammate that a request names. Throws a 404 when there is none. */
export function requireAdmin(workspace: Workspace, fields: Fields, name = 'admin_id'): Admin {
  const id = idField(fields, name);
  const admin = workspace.admins.get(id ?? '');
  if (admin === undefined) throw resourceNotFound();
  return admin;
}

/** The moment that a request gives as `created_at`, or now. Throws a 400 for the future and for anything before `earliest`. */
export function createdAtIn(workspace: Workspace, fields: Fields, earliest = 0): number {
  const { switches } = workspace;
  const now = nowSeconds();
  const createdAt = wholeNumberField(fields, 'created_at');
  if (createdAt === undefined) return Math.max(now, earliest);
  if (createdAt > now + CLOCK_DIFFERENCE && switches.futureDates === 'refuse')
    throw parameterInvalid('created_at lies in the future');
  if (createdAt < earliest && switches.earlierParts === 'refuse')
    throw parameterInvalid('created_at lies before the conversation');
  return createdAt;
}

export function addConversation(
  workspace: Workspace,
  opening: { readonly contact: Contact; readonly storedBody: string; readonly createdAt: number },
): Conversation {
  const { contact, storedBody, createdAt } = opening;
  const conversation: Conversation = {
    id: String(workspace.nextNumber()),
    createdAt,
    updatedAt: nowSeconds(),
    storedAtMs: Date.now(),
    title: null,
    state: 'open',
    snoozedUntil: null,
    isRead: false,
    adminAssigneeId: null,
    teamAssigneeId: null,
    companyId: null,
    customAttributes: {},
    contactIds: [],
    tags: new Map(),
    source: { id: String(workspace.nextNumber()), body: storedBody, author: workspace.contactAuthor(contact) },
    parts: [],
  };
  workspace.conversations.set(conversation.id, conversation);
  addParticipant(workspace, conversation, contact);
  return conversation;
}

export function addParticipant(workspace: Workspace, conversation: Conversation, contact: Contact): void {
  if (!conversation.contactIds.includes(contact.id)) conversation.contactIds.push(contact.id);
  const own = workspace.conversationsByContact.get(contact.id);
  if (own === undefined) workspace.conversationsByContact.set(contact.id, new Set([conversation]));
  else own.add(conversation);
}

export function removeConversation(workspace: Workspace, conversation: Conversation, metricsRetained: boolean): void {
  workspace.conversations.delete(conversation.id);
  for (const id of conversation.contactIds) workspace.conversationsByContact.get(id)?.delete(conversation);
  workspace.deletedConversations.push({ id: conversation.id, metricsRetained, deletedAt: nowSeconds() });
}

export interface NewPart {
  readonly partType: string;
  readonly author: Author;
  readonly body?: string | null;
  readonly createdAt?: number;
  readonly attachments?: readonly Attachment[];
  readonly assignedTo?: Part['assignedTo'];
  readonly attribute?: Part['attribute'];
}

const NO_ATTACHMENTS: readonly Attachment[] = [];

/** Adds a part behind all others. */
export function addPart(workspace: Workspace, conversation: Conversation, part: NewPart): Part {
  const now = nowSeconds();
  const added: Part = {
    id: String(workspace.nextNumber()),
    partType: part.partType,
    body: part.body ?? null,
    createdAt: part.createdAt ?? now,
    updatedAt: now,
    author: part.author,
    attachments: part.attachments ?? NO_ATTACHMENTS,
    assignedTo: part.assignedTo ?? null,
    ...(part.attribute === undefined ? {} : { attribute: part.attribute }),
  };
  conversation.parts.push(added);
  conversation.updatedAt = now;
  return added;
}
