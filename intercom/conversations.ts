import { z } from 'zod';
import { type Call, type CallFile, path } from './call.ts';
import { type ConversationFacts, readConversation, readConversationIfAny } from './conversation-facts.ts';
import { id } from './fields.ts';

export interface MessageFacts {
  readonly conversationId: string;
  readonly createdAt: number;
  readonly body: string;
}

const message = z
  .object({ conversation_id: id, created_at: z.number(), body: z.string() })
  .transform(
    (raw): MessageFacts => ({ conversationId: raw.conversation_id, createdAt: raw.created_at, body: raw.body }),
  );

/**
 * `createConversation`: begun by a contact, plain text only, backdated. Answers with a Message, not with the conversation.
 *
 * 404 "User Not Found" for a contact created moments ago: it may be repeated after a short wait.
 */
export function createConversation(request: {
  contactId: string;
  /** Role of the contact: an id under another one is not found. */
  role: 'user' | 'lead';
  body: string;
  createdAt: number;
}): Call<MessageFacts> {
  return {
    operation: 'createConversation',
    method: 'POST',
    path: '/conversations',
    body: { from: { type: request.role, id: request.contactId }, body: request.body, created_at: request.createdAt },
    effect: 'once',
    read: (body) => message.parse(body),
  };
}

/** `retrieveConversation` with its newest 500 parts. */
export function retrieveConversation(conversationId: string): Call<ConversationFacts> {
  return {
    operation: 'retrieveConversation',
    method: 'GET',
    path: path`/conversations/${conversationId}`,
    effect: 'read',
    read: readConversation,
  };
}

/** `replyConversation` on behalf of a contact. It has no skip_notifications; it reopens a closed conversation. */
export function replyAsContact(
  conversationId: string,
  reply: { contactId: string; body: string; createdAt: number; files?: readonly CallFile[] },
): Call<ConversationFacts> {
  const call = writeToConversation('replyConversation', 'POST', path`/conversations/${conversationId}/reply`, {
    message_type: 'comment',
    type: 'user',
    intercom_user_id: reply.contactId,
    body: reply.body,
    created_at: reply.createdAt,
  });
  return { ...call, files: reply.files ?? [] };
}

/** `replyConversation` by a teammate: a comment that notifies nobody, or a note. */
export function replyAsAdmin(
  conversationId: string,
  reply: {
    adminId: string;
    kind: 'comment' | 'note';
    body: string;
    createdAt: number;
    files?: readonly CallFile[];
  },
): Call<ConversationFacts> {
  const call = writeToConversation('replyConversation', 'POST', path`/conversations/${conversationId}/reply`, {
    message_type: reply.kind,
    type: 'admin',
    admin_id: reply.adminId,
    body: reply.body,
    created_at: reply.createdAt,
    skip_notifications: true,
  });
  return { ...call, files: reply.files ?? [] };
}

/**
 * `attachContactToConversation`: by id only, because an unknown e-mail would create a lead. The description says that it answers
 * with the conversation, its example with the customers alone: then the value is null.
 */
export function attachContactToConversation(
  conversationId: string,
  request: { adminId: string; contactId: string },
): Call<ConversationFacts | null> {
  return {
    operation: 'attachContactToConversation',
    method: 'POST',
    path: path`/conversations/${conversationId}/customers`,
    body: { admin_id: request.adminId, customer: { intercom_user_id: request.contactId } },
    effect: 'once',
    read: readConversationIfAny,
  };
}

/** `updateConversation`: title, attributes and company in one call. Every attribute written adds an event part. */
export function updateConversation(
  conversationId: string,
  request: {
    title?: string;
    company_id?: string;
    custom_attributes?: Readonly<Record<string, unknown>>;
    read?: true;
  },
): Call<ConversationFacts> {
  return writeToConversation('updateConversation', 'PUT', path`/conversations/${conversationId}`, { ...request });
}

/** `manageConversation`: assignment to a teammate or a team. Never with a body: that would be a message to the contact. */
export function assignConversation(
  conversationId: string,
  request: { adminId: string; assigneeType: 'admin' | 'team'; assigneeId: string },
): Call<ConversationFacts> {
  return manageConversation(conversationId, {
    message_type: 'assignment',
    type: request.assigneeType,
    admin_id: request.adminId,
    assignee_id: request.assigneeId,
  });
}

/** `manageConversation`: close, without a body. Assign before: assigning a closed conversation reopens it. */
export function closeConversation(conversationId: string, adminId: string): Call<ConversationFacts> {
  return manageConversation(conversationId, { message_type: 'close', type: 'admin', admin_id: adminId });
}

/** `manageConversation`: open again, without a body. */
export function openConversation(conversationId: string, adminId: string): Call<ConversationFacts> {
  return manageConversation(conversationId, { message_type: 'open', admin_id: adminId });
}

/** `manageConversation`: snooze until a moment in Unix seconds. */
export function snoozeConversation(conversationId: string, adminId: string, until: number): Call<ConversationFacts> {
  return manageConversation(conversationId, { message_type: 'snoozed', admin_id: adminId, snoozed_until: until });
}

function manageConversation(conversationId: string, body: Readonly<Record<string, unknown>>): Call<ConversationFacts> {
  return writeToConversation('manageConversation', 'POST', path`/conversations/${conversationId}/parts`, body);
}

function writeToConversation(
  operation: string,
  method: 'POST' | 'PUT',
  callPath: string,
  body: Readonly<Record<string, unknown>>,
): Call<ConversationFacts> {
  return { operation, method, path: callPath, body, effect: 'once', read: readConversation };
}
