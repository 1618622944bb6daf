import { parameterInvalid, parameterNotFound, userNotFound } from './api-error.ts';
import { conversationAttributeValues } from './attribute-values.ts';
import { storedPlainText, storedText } from './bodies.ts';
import { type Call, type Handler, type Operation, parameter } from './call.ts';
import { requireCompany } from './companies.ts';
import {
  addConversation,
  addPart,
  createdAtIn,
  removeConversation,
  requireConversation,
} from './conversation-store.ts';
import { showConversation, showConversationHead } from './conversation-view.ts';
import { notify } from './notify.ts';
import type { Attributes, Conversation } from './objects.ts';
import { ODD_CONVERSATION } from './odd-objects.ts';
import { cursorPage, numberedPage, pageFromQuery } from './pages.ts';
import { choiceField, type Fields, fieldsOf, flagField, idField, requiredText, textField } from './request-fields.ts';
import { nowSeconds, type Workspace } from './workspace.ts';

/** Answers with a Message: the conversation's own id stands in `conversation_id`. */
const createConversation: Handler = ({ workspace, body }) => {
  const fields = fieldsOf(body, ['from', 'body', 'created_at', 'attachment_urls', 'subject', 'brand_id']);
  const from = fieldsOf(fields.from, ['type', 'id'], 'from');
  const type = choiceField(from, 'type', ['user', 'lead', 'contact']);
  if (type === undefined) throw parameterNotFound('from.type not specified');
  const text = requiredText(fields, 'body');
  const contact = workspace.contacts.get(idField(from, 'id') ?? '');
  if (contact === undefined || contact.isArchived) throw userNotFound();
  if (type !== 'contact' && type !== contact.role) throw userNotFound();
  if (Date.now() - contact.storedAtMs < workspace.switches.freshContactMs) throw userNotFound();
  const createdAt = createdAtIn(workspace, fields);
  const storedBody = storedPlainText(text, workspace.switches.plainMarkup);
  const conversation = addConversation(workspace, { contact, storedBody, createdAt });
  if (workspace.switches.systemParts === 'added') addSystemParts(workspace, conversation);
  if (workspace.switches.workflow === 'answers') answerByWorkflow(workspace, conversation);
  return {
    type: 'user_message',
    id: conversation.source.id,
    created_at: createdAt,
    // As it was sent, in the description's example.
    body: workspace.switches.plainMarkup === 'escape' ? text : storedBody,
    message_type: 'inapp',
    conversation_id: conversation.id,
  };
};

/** Parts that real workspaces were seen to add by themselves, of now and in a bot's name. */
function addSystemParts(workspace: Workspace, conversation: Conversation): void {
  for (const partType of ['language_detection_details', 'default_assignment'])
    addPart(workspace, conversation, { partType, author: workspace.bot });
}

/** What a workflow that nobody turned off does: it answers as if the message had come live, and the customer is notified. */
function answerByWorkflow(workspace: Workspace, conversation: Conversation): void {
  const body = storedText('Thanks for writing in. We will be with you soon.');
  const part = addPart(workspace, conversation, { partType: 'comment', author: workspace.bot, body });
  notify(workspace, 'customer', conversation, part, 'workflow');
}

const retrieveConversation: Handler = (call) => showConversation(call.workspace, conversationOf(call));

const listConversations: Handler = (call) => {
  const { workspace } = call;
  const page = cursorPage([...workspace.conversations.values()], pageFromQuery(call, { usual: 20, most: 150 }));
  return {
    type: 'conversation.list',
    conversations: [
      ...page.items.map((conversation) => showConversationHead(workspace, conversation)),
      ...(workspace.switches.foreignObjects === 'odd' && !('next' in page.pages) ? [ODD_CONVERSATION] : []),
    ],
    pages: page.pages,
    total_count: page.total,
  };
};

const updateConversation: Handler = (call) => {
  const { workspace } = call;
  const conversation = conversationOf(call);
  const fields = fieldsOf(call.body, ['read', 'title', 'custom_attributes', 'company_id']);
  changeConversation(workspace, conversation, fields);
  return showConversation(workspace, conversation);
};

/** Sets title, attributes and company, or nothing when one is refused. Every attribute leaves an event of its own. */
export function changeConversation(workspace: Workspace, conversation: Conversation, fields: Fields): void {
  const values = conversationAttributeValues(workspace, fields.custom_attributes);
  const companyId = idField(fields, 'company_id');
  if (companyId !== undefined) requireCompany(workspace, companyId);
  const title = textField(fields, 'title');
  const isRead = flagField(fields, 'read');
  conversation.isRead = isRead ?? conversation.isRead;
  conversation.title = title ?? conversation.title;
  conversation.companyId = companyId ?? conversation.companyId;
  conversation.customAttributes = {
    ...conversation.customAttributes,
    ...(workspace.switches.references === 'add' ? withFormerInstances(conversation, values) : values),
  };
  conversation.updatedAt = nowSeconds();
  for (const [name, value] of Object.entries(values)) {
    if (isReferences(value)) continue;
    const partType = 'conversation_attribute_updated_by_admin';
    addPart(workspace, conversation, { partType, author: workspace.bot, attribute: { name, value } });
  }
}

interface References {
  readonly type: string;
  readonly instances: readonly { readonly id: string }[];
}

function isReferences(value: unknown): value is References {
  return Array.isArray((value as References | null)?.instances);
}

/** Relationship values with the instances that the attributes held before. */
function withFormerInstances(conversation: Conversation, values: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const former = conversation.customAttributes[name];
      if (!isReferences(value) || !isReferences(former)) return [name, value];
      const added = value.instances.filter((one) => !former.instances.some((other) => other.id === one.id));
      return [name, { ...value, instances: [...former.instances, ...added] }];
    }),
  );
}

const deleteConversation: Handler = (call) => {
  const conversation = conversationOf(call);
  removeConversation(call.workspace, conversation, call.query.get('retain_metrics') !== 'false');
  return { id: conversation.id, object: 'conversation', deleted: true };
};

const listDeletedConversationIds: Handler = (call) => {
  const order = call.query.get('order') ?? 'desc';
  if (order !== 'asc' && order !== 'desc') throw parameterInvalid('order must be asc or desc');
  const all = [...call.workspace.deletedConversations];
  const page = numberedPage(order === 'desc' ? all.reverse() : all, call, { usual: 20, most: 60 });
  return {
    type: 'conversation.list',
    total_count: page.total,
    pages: page.pages,
    conversations: page.items.map((deleted) => ({
      type: 'conversation',
      id: deleted.id,
      metrics_retained: deleted.metricsRetained,
      deleted_at: deleted.deletedAt,
    })),
  };
};

function conversationOf(call: Call): Conversation {
  return requireConversation(call.workspace, parameter(call, 'conversation_id'));
}

export const conversationOperations: readonly Operation[] = [
  {
    name: 'createConversation',
    method: 'POST',
    path: '/conversations',
    isMutating: true,
    handle: createConversation,
  },
  { name: 'listConversations', method: 'GET', path: '/conversations', isMutating: false, handle: listConversations },
  {
    name: 'listDeletedConversationIds',
    method: 'GET',
    path: '/conversations/deleted',
    isMutating: false,
    handle: listDeletedConversationIds,
  },
  {
    name: 'retrieveConversation',
    method: 'GET',
    path: '/conversations/{conversation_id}',
    isMutating: false,
    handle: retrieveConversation,
  },
  {
    name: 'updateConversation',
    method: 'PUT',
    path: '/conversations/{conversation_id}',
    isMutating: true,
    handle: updateConversation,
  },
  {
    name: 'deleteConversation',
    method: 'DELETE',
    path: '/conversations/{conversation_id}',
    isMutating: true,
    handle: deleteConversation,
  },
];
