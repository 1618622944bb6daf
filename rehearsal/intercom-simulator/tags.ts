import { ApiError, resourceNotFound } from './api-error.ts';
import { type Handler, type Operation, parameter } from './call.ts';
import { addPart, requireAdmin, requireConversation } from './conversation-store.ts';
import type { AppliedTag, Tag } from './objects.ts';
import { fieldsOf, idField, requiredText } from './request-fields.ts';
import { nowSeconds, type Workspace } from './workspace.ts';

const listTags: Handler = ({ workspace }) => ({ type: 'list', data: [...workspace.tags.values()].map(showTag) });

const createTag: Handler = ({ workspace, body }) => ({
  ...showTag(saveTag(workspace, requiredText(fieldsOf(body, ['name', 'id']), 'name'))),
  users: [],
  companies: [],
});

/** The tag of this name, whatever its case, or a new one. */
export function saveTag(workspace: Workspace, name: string): Tag {
  const same = [...workspace.tags.values()].find((tag) => tag.name.toLowerCase() === name.toLowerCase());
  if (same !== undefined) return same;
  const tag: Tag = { id: String(workspace.nextNumber()), name };
  workspace.tags.set(tag.id, tag);
  return tag;
}

const findTag: Handler = (call) => showTag(requireTag(call.workspace, parameter(call, 'tag_id')));

const deleteTag: Handler = (call) => {
  const { workspace } = call;
  const tag = requireTag(workspace, parameter(call, 'tag_id'));
  workspace.tags.delete(tag.id);
  for (const conversation of workspace.conversations.values()) conversation.tags.delete(tag.id);
  return {};
};

/** Tagging twice is tagging once. */
const attachTagToConversation: Handler = (call) => {
  const { workspace } = call;
  const conversation = requireConversation(workspace, parameter(call, 'conversation_id'));
  const fields = fieldsOf(call.body, ['id', 'admin_id']);
  const admin = requireAdmin(workspace, fields);
  const tag = requireTag(workspace, idField(fields, 'id') ?? '');
  const known = conversation.tags.get(tag.id);
  if (known !== undefined) return showAppliedTag(workspace, known);
  const applied: AppliedTag = { tagId: tag.id, appliedAt: nowSeconds(), adminId: admin.id };
  conversation.tags.set(tag.id, applied);
  addPart(workspace, conversation, { partType: 'conversation_tags_updated', author: workspace.adminAuthor(admin) });
  return showAppliedTag(workspace, applied);
};

const detachTagFromConversation: Handler = (call) => {
  const { workspace } = call;
  const conversation = requireConversation(workspace, parameter(call, 'conversation_id'));
  const admin = requireAdmin(workspace, fieldsOf(call.body, ['admin_id']));
  const applied = conversation.tags.get(parameter(call, 'tag_id'));
  if (applied === undefined) throw tagNotFound();
  conversation.tags.delete(applied.tagId);
  addPart(workspace, conversation, { partType: 'conversation_tags_updated', author: workspace.adminAuthor(admin) });
  return showAppliedTag(workspace, applied);
};

function requireTag(workspace: Workspace, id: string): Tag {
  const tag = workspace.tags.get(id);
  if (tag === undefined) throw id === '' ? resourceNotFound() : tagNotFound();
  return tag;
}

function tagNotFound(): ApiError {
  return new ApiError(404, 'tag_not_found', 'Tag not found');
}

export function showTag(tag: Tag) {
  return { type: 'tag', id: tag.id, name: tag.name };
}

export function showAppliedTag(workspace: Workspace, applied: AppliedTag) {
  return {
    type: 'tag',
    id: applied.tagId,
    name: workspace.tags.get(applied.tagId)?.name ?? '',
    applied_at: applied.appliedAt,
    applied_by: { type: 'admin', id: applied.adminId },
  };
}

export const tagOperations: readonly Operation[] = [
  { name: 'listTags', method: 'GET', path: '/tags', isMutating: false, handle: listTags },
  { name: 'createTag', method: 'POST', path: '/tags', isMutating: true, handle: createTag },
  { name: 'findTag', method: 'GET', path: '/tags/{tag_id}', isMutating: false, handle: findTag },
  { name: 'deleteTag', method: 'DELETE', path: '/tags/{tag_id}', isMutating: true, handle: deleteTag },
  {
    name: 'attachTagToConversation',
    method: 'POST',
    path: '/conversations/{conversation_id}/tags',
    isMutating: true,
    handle: attachTagToConversation,
  },
  {
    name: 'detachTagFromConversation',
    method: 'DELETE',
    path: '/conversations/{conversation_id}/tags/{tag_id}',
    isMutating: true,
    handle: detachTagFromConversation,
  },
];
