import { ApiError, parameterInvalid, parameterNotFound } from './api-error.ts';
import { storedText } from './bodies.ts';
import { type Handler, type Operation, parameter } from './call.ts';
import { addPart, requireAdmin, requireConversation } from './conversation-store.ts';
import { showConversation } from './conversation-view.ts';
import { notify } from './notify.ts';
import type { Conversation, Part } from './objects.ts';
import { choiceField, type Fields, fieldsOf, idField, textField, wholeNumberField } from './request-fields.ts';
import { nowSeconds, type Workspace } from './workspace.ts';

const FIELDS = ['message_type', 'type', 'admin_id', 'assignee_id', 'body', 'snoozed_until'];
const KINDS = ['close', 'open', 'snoozed', 'assignment'] as const;

const manageConversation: Handler = (call) => {
  const { workspace, body } = call;
  const conversation = requireConversation(workspace, parameter(call, 'conversation_id'));
  const kind = choiceField(fieldsOf(body, FIELDS), 'message_type', KINDS);
  if (kind === undefined) throw parameterNotFound('message_type not specified');
  const actions = { close, open: reopen, snoozed: snooze, assignment: assign };
  const part = actions[kind](workspace, conversation, body);
  if (part.body !== null) notify(workspace, 'customer', conversation, part, `${kind} with a body`);
  return showConversation(workspace, conversation);
};

/** These parts are always of now: they have no created_at. */
function close(workspace: Workspace, conversation: Conversation, body: unknown): Part {
  const fields = fieldsOf(body, ['message_type', 'type', 'admin_id', 'body']);
  if (choiceField(fields, 'type', ['admin']) === undefined) throw parameterNotFound('type not specified');
  const author = workspace.adminAuthor(requireAdmin(workspace, fields));
  const message = bodyIn(fields);
  conversation.state = 'closed';
  conversation.snoozedUntil = null;
  return addPart(workspace, conversation, { partType: 'close', author, body: message });
}

function reopen(workspace: Workspace, conversation: Conversation, body: unknown): Part {
  const fields = fieldsOf(body, ['message_type', 'admin_id']);
  const author = workspace.adminAuthor(requireAdmin(workspace, fields));
  conversation.state = 'open';
  conversation.snoozedUntil = null;
  return addPart(workspace, conversation, { partType: 'open', author });
}

function snooze(workspace: Workspace, conversation: Conversation, body: unknown): Part {
  const fields = fieldsOf(body, ['message_type', 'admin_id', 'snoozed_until']);
  const author = workspace.adminAuthor(requireAdmin(workspace, fields));
  const until = wholeNumberField(fields, 'snoozed_until');
  if (until === undefined) throw parameterNotFound('snoozed_until not specified');
  if (until <= nowSeconds()) throw parameterInvalid('snoozed_until lies in the past');
  conversation.state = 'snoozed';
  conversation.snoozedUntil = until;
  return addPart(workspace, conversation, { partType: 'snoozed', author });
}

/** Assignment to a teammate or a team; "0" takes it away. A closed conversation is opened by it. */
function assign(workspace: Workspace, conversation: Conversation, body: unknown): Part {
  const fields = fieldsOf(body, ['message_type', 'type', 'admin_id', 'assignee_id', 'body']);
  const type = choiceField(fields, 'type', ['admin', 'team']);
  if (type === undefined) throw parameterNotFound('type not specified');
  const author = workspace.adminAuthor(requireAdmin(workspace, fields));
  const assigneeId = idField(fields, 'assignee_id');
  if (assigneeId === undefined) throw parameterNotFound('assignee_id not specified');
  const isNobody = assigneeId === '0';
  const known: ReadonlyMap<string, unknown> = type === 'admin' ? workspace.admins : workspace.teams;
  if (!isNobody && !known.has(assigneeId)) {
    throw new ApiError(404, 'assignee_not_found', `Assignee ${assigneeId} not found`);
  }
  const message = bodyIn(fields);
  if (type === 'admin') conversation.adminAssigneeId = isNobody ? null : assigneeId;
  else conversation.teamAssigneeId = isNobody ? null : assigneeId;
  if (type === 'team' && workspace.switches.teamAssignment === 'removes_teammate') conversation.adminAssigneeId = null;
  const partType = conversation.state === 'closed' ? 'assign_and_reopen' : 'assignment';
  if (conversation.state === 'closed') conversation.state = 'open';
  const assignedTo = isNobody ? null : { type, id: assigneeId };
  return addPart(workspace, conversation, { partType, author, body: message, assignedTo });
}

function bodyIn(fields: Fields): string | null {
  const text = textField(fields, 'body');
  return text === undefined || text === '' ? null : storedText(text);
}

export const conversationPartOperations: readonly Operation[] = [
  {
    name: 'manageConversation',
    method: 'POST',
    path: '/conversations/{conversation_id}/parts',
    isMutating: true,
    handle: manageConversation,
  },
];
