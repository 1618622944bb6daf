import { z } from 'zod';
import { type Call, path } from './call.ts';
import { id } from './fields.ts';

export interface TagFacts {
  readonly id: string;
  readonly name: string;
}

const tag = z.object({ id, name: z.string() });
const tagList = z.object({ data: z.array(tag) });

/** `listTags`: all tags of the workspace. */
export function listTags(): Call<TagFacts[]> {
  return {
    operation: 'listTags',
    method: 'GET',
    path: '/tags',
    effect: 'read',
    read: (body) => tagList.parse(body).data,
  };
}

/** `createTag`: the tag of this name, whatever its case, made where there is none. */
export function createTag(name: string): Call<TagFacts> {
  return {
    operation: 'createTag',
    method: 'POST',
    path: '/tags',
    body: { name },
    effect: 'repeatable',
    read: (body) => tag.parse(body),
  };
}

/** `attachTagToConversation`. Tagging twice is tagging once. Answers with the tag, not with the conversation. */
export function attachTagToConversation(
  conversationId: string,
  request: { adminId: string; tagId: string },
): Call<TagFacts> {
  return {
    operation: 'attachTagToConversation',
    method: 'POST',
    path: path`/conversations/${conversationId}/tags`,
    body: { id: request.tagId, admin_id: request.adminId },
    effect: 'once',
    read: (body) => tag.parse(body),
  };
}
