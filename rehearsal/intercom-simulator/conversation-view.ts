import { showCompany } from './companies.ts';
import type { Attachment, Author, Conversation, Part } from './objects.ts';
import { showAppliedTag } from './tags.ts';
import type { Workspace } from './workspace.ts';

/** Parts that an answer holds at most: the newest. `total_count` counts all of them. */
const MOST_PARTS = 500;

/** A conversation with its newest parts, as reads and writes of one conversation answer it. */
export function showConversation(workspace: Workspace, conversation: Conversation, mostParts = MOST_PARTS) {
  const parts =
    workspace.switches.partOrder === 'insertion'
      ? conversation.parts
      : [...conversation.parts].sort((a, b) => a.createdAt - b.createdAt);
  return {
    ...showConversationHead(workspace, conversation),
    conversation_parts: {
      type: 'conversation_part.list',
      conversation_parts: (parts.length > mostParts ? parts.slice(-mostParts) : parts).map(showPart),
      total_count: parts.length,
    },
  };
}

/** A conversation without its parts, as lists and searches answer it. */
export function showConversationHead(workspace: Workspace, conversation: Conversation) {
  const company = workspace.companies.get(conversation.companyId ?? '');
  const { source } = conversation;
  return {
    type: 'conversation',
    id: conversation.id,
    title: conversation.title,
    created_at: conversation.createdAt,
    updated_at: conversation.updatedAt,
    waiting_since: null,
    snoozed_until: conversation.snoozedUntil,
    source: {
      type: 'conversation',
      id: source.id,
      delivered_as: 'customer_initiated',
      subject: '',
      body: source.body,
      author: showAuthor(source.author),
      attachments: [],
      url: null,
      redacted: false,
    },
    contacts: {
      type: 'contact.list',
      contacts: conversation.contactIds.map((id) => ({
        type: 'contact',
        id,
        external_id: workspace.contacts.get(id)?.externalId ?? null,
      })),
    },
    first_contact_reply: { created_at: conversation.createdAt, type: 'conversation', url: null },
    admin_assignee_id: assigneeNumber(conversation.adminAssigneeId),
    team_assignee_id: assigneeNumber(conversation.teamAssigneeId),
    ...(company === undefined ? {} : { company: showCompany(workspace, company) }),
    open: conversation.state !== 'closed',
    state: conversation.state,
    read: conversation.isRead,
    tags: {
      type: 'tag.list',
      tags: [...conversation.tags.values()].map((applied) => showAppliedTag(workspace, applied)),
    },
    priority: 'none',
    sla_applied: null,
    statistics: null,
    conversation_rating: null,
    teammates: null,
    custom_attributes: conversation.customAttributes,
    topics: {},
    ticket: null,
    linked_objects: { type: 'list', data: [], total_count: 0, has_more: false },
    ai_agent: null,
    ai_agent_participated: false,
  };
}

function showPart(part: Part) {
  return {
    type: 'conversation_part',
    id: part.id,
    part_type: part.partType,
    body: part.body,
    created_at: part.createdAt,
    updated_at: part.updatedAt,
    notified_at: part.notifiedAt ?? part.createdAt,
    assigned_to: part.assignedTo,
    author: showAuthor(part.author),
    attachments: part.attachments.map(showAttachment),
    external_id: null,
    redacted: false,
    metadata: {},
    email_message_metadata: null,
    app_package_code: null,
  };
}

function showAuthor(author: Author) {
  return { type: author.type, id: author.id, name: author.name, email: author.email };
}

function showAttachment(attachment: Attachment) {
  return {
    type: 'upload',
    name: attachment.name,
    url: `https://attachments.intercom.example/${encodeURIComponent(attachment.name)}`,
    content_type: attachment.contentType,
    filesize: attachment.filesize,
  };
}

/** Intercom writes assignees as numbers, and nobody as null. */
function assigneeNumber(id: string | null): number | null {
  return id === null ? null : Number(id);
}
