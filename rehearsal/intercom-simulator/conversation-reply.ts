import { ApiError, parameterInvalid, parameterNotFound, userNotFound } from './api-error.ts';
import { attachmentsIn } from './attachments.ts';
import { type Markup, storedNote, storedPlainText } from './bodies.ts';
import { type Handler, type Operation, parameter } from './call.ts';
import { CONTACT_NAMES, namedContact } from './conversation-contacts.ts';
import { addPart, createdAtIn, requireAdmin, requireConversation } from './conversation-store.ts';
import { showConversation } from './conversation-view.ts';
import { notify } from './notify.ts';
import type { Attachment, Contact, Conversation, Part } from './objects.ts';
import { choiceField, type Fields, fieldsOf, flagField, textField } from './request-fields.ts';
import { nowSeconds, type Workspace } from './workspace.ts';

const COMMON = ['message_type', 'type', 'body', 'created_at', 'attachment_urls', 'attachment_files'];
const ADMIN_FIELDS = [...COMMON, 'admin_id', 'skip_notifications'];
const CONTACT_FIELDS = [...COMMON, ...CONTACT_NAMES];

const replyConversation: Handler = (call) => {
  const { workspace, body } = call;
  const conversation = requireConversation(workspace, parameter(call, 'conversation_id'));
  const head = fieldsOf(body, [...ADMIN_FIELDS, ...CONTACT_NAMES]);
  const type = choiceField(head, 'type', ['admin', 'user']);
  if (type === undefined) throw parameterNotFound('type not specified');
  if (type === 'admin') replyAsAdmin(workspace, conversation, fieldsOf(body, ADMIN_FIELDS));
  else replyAsContact(workspace, conversation, fieldsOf(body, CONTACT_FIELDS));
  return showConversation(workspace, conversation);
};

const commentMarkup: Readonly<Record<Workspace['switches']['commentHtml'], Markup>> = {
  escape: 'escape',
  render: 'keep',
  strip: 'strip_decoded',
};

function replyAsAdmin(workspace: Workspace, conversation: Conversation, fields: Fields): void {
  const kind = choiceField(fields, 'message_type', ['comment', 'note']);
  if (kind === undefined) throw parameterNotFound('message_type not specified');
  const admin = requireAdmin(workspace, fields);
  if (admin.isSeatless === true && workspace.switches.seatlessAuthors === 'refuse') {
    throw new ApiError(403, 'action_forbidden', `Teammate ${admin.id} has no seat`);
  }
  const author = workspace.adminAuthor(admin);
  const { text, attachments, createdAt } = contentOf(workspace, conversation, fields);
  const isSkipping = flagField(fields, 'skip_notifications') ?? false;
  const isSilent = isSkipping && workspace.switches.skippedNotifications !== 'sent';
  const body =
    kind === 'note' ? storedNote(text) : storedPlainText(text, commentMarkup[workspace.switches.commentHtml]);
  const part = addPart(workspace, conversation, { partType: kind, author, body, attachments, createdAt });
  if (kind === 'note') return;
  if (conversation.state === 'snoozed') open(conversation);
  if (!isSilent) notify(workspace, 'customer', conversation, part, 'admin reply');
  else if (workspace.switches.skippedNotifications === 'stamped') part.notifiedAt = nowSeconds();
}

function replyAsContact(workspace: Workspace, conversation: Conversation, fields: Fields): void {
  if (choiceField(fields, 'message_type', ['comment']) === undefined) {
    throw parameterNotFound('message_type not specified');
  }
  const contact = namedContact(workspace, fields);
  if (contact === undefined) throw userNotFound();
  addContactReply(workspace, conversation, contact, contentOf(workspace, conversation, fields));
}

interface Content {
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly createdAt: number;
}

/** A reply by a participant. It opens a conversation that is not open, and is then a part of type `open`. */
export function addContactReply(
  workspace: Workspace,
  conversation: Conversation,
  contact: Contact,
  content: Content,
): Part {
  if (!conversation.contactIds.includes(contact.id) && workspace.switches.strangersReply === 'refuse') {
    throw new ApiError(400, 'parameter_invalid', `Contact ${contact.id} is not a participant of the conversation`);
  }
  const partType = conversation.state === 'open' ? 'comment' : 'open';
  open(conversation);
  const part = addPart(workspace, conversation, {
    partType,
    author: workspace.contactAuthor(contact),
    body: storedPlainText(content.text, workspace.switches.plainMarkup),
    attachments: content.attachments,
    createdAt: content.createdAt,
  });
  notify(workspace, 'teammate', conversation, part, 'contact reply');
  return part;
}

function contentOf(workspace: Workspace, conversation: Conversation, fields: Fields): Content {
  const text = textField(fields, 'body') ?? '';
  const attachments = attachmentsIn(workspace, fields);
  if (text.trim() === '' && attachments.length === 0) throw parameterInvalid('body is empty');
  return { text, attachments, createdAt: createdAtIn(workspace, fields, conversation.createdAt) };
}

function open(conversation: Conversation): void {
  conversation.state = 'open';
  conversation.snoozedUntil = null;
}

export const conversationReplyOperations: readonly Operation[] = [
  {
    name: 'replyConversation',
    method: 'POST',
    path: '/conversations/{conversation_id}/reply',
    isMutating: true,
    handle: replyConversation,
  },
];
