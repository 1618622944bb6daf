import { z } from 'zod';
import { type Call, path } from './call.ts';
import { anyNumber, anyText, assigneeId, author, id } from './fields.ts';

/** A part with who wrote it, in words that a person knows. */
export interface AuthoredPart {
  readonly id: string;
  readonly partType: string;
  readonly createdAt: number;
  readonly notifiedAt: number | null;
  readonly authorType: string;
  readonly authorId: string;
  readonly authorName: string;
  readonly body: string;
  readonly fileCount: number;
}

/** Everything in a conversation that shows whether something answered, rated, assigned or measured. */
export interface SilenceFacts {
  readonly id: string;
  readonly state: string;
  /** Body of the opening, as HTML. */
  readonly opening: string;
  readonly isRead: boolean;
  readonly adminAssigneeId: string | null;
  readonly teamAssigneeId: string | null;
  readonly slaName: string | null;
  readonly hasAiAgent: boolean;
  readonly hasRating: boolean;
  readonly tags: readonly string[];
  readonly customAttributes: Readonly<Record<string, unknown>>;
  readonly parts: readonly AuthoredPart[];
}

const schema = z.object({
  id,
  state: z.string(),
  read: z.boolean().nullish().catch(null),
  source: z.object({ body: anyText }).nullish(),
  admin_assignee_id: assigneeId,
  team_assignee_id: assigneeId,
  sla_applied: z.object({ sla_name: anyText }).nullish(),
  ai_agent_participated: z.boolean().nullish(),
  conversation_rating: z.record(z.string(), z.unknown()).nullish(),
  tags: z.object({ tags: z.array(z.object({ name: anyText })) }).nullish(),
  custom_attributes: z.record(z.string(), z.unknown()).nullish(),
  conversation_parts: z
    .object({
      conversation_parts: z.array(
        z.object({
          id,
          part_type: z.string(),
          created_at: z.number(),
          notified_at: anyNumber,
          author,
          attachments: z.array(z.unknown()).nullish(),
          body: anyText,
        }),
      ),
    })
    .nullish(),
});

/** `retrieveConversation`, read for traces of anybody but the tool. */
export function retrieveSilence(conversationId: string): Call<SilenceFacts> {
  return {
    operation: 'retrieveConversation',
    method: 'GET',
    path: path`/conversations/${conversationId}`,
    effect: 'read',
    read(body) {
      const raw = schema.parse(body);
      return {
        id: raw.id,
        state: raw.state,
        opening: raw.source?.body ?? '',
        isRead: raw.read === true,
        adminAssigneeId: raw.admin_assignee_id,
        teamAssigneeId: raw.team_assignee_id,
        slaName:
          raw.sla_applied === null || raw.sla_applied === undefined ? null : (raw.sla_applied.sla_name ?? 'an SLA'),
        hasAiAgent: raw.ai_agent_participated === true,
        // Where none was asked for it is null, missing or an object without values.
        hasRating: Object.values(raw.conversation_rating ?? {}).some((value) => value !== null),
        tags: raw.tags?.tags.map((tag) => tag.name ?? '') ?? [],
        customAttributes: raw.custom_attributes ?? {},
        parts: (raw.conversation_parts?.conversation_parts ?? []).map((part) => ({
          id: part.id,
          partType: part.part_type,
          createdAt: part.created_at,
          notifiedAt: part.notified_at ?? null,
          authorType: part.author.type,
          authorId: part.author.id,
          authorName: part.author.name,
          body: part.body ?? '',
          fileCount: part.attachments?.length ?? 0,
        })),
      };
    },
  };
}

const found = z.object({
  conversations: z.array(z.object({ id, source: z.object({ body: anyText }).nullish() })),
});

/** `searchConversations` by one field: the ids and openings of what is found, at most 150. */
export function searchByField(
  field: string,
  value: string,
): Call<readonly { readonly id: string; readonly opening: string }[]> {
  return {
    operation: 'searchConversations',
    method: 'POST',
    path: '/conversations/search',
    body: { query: { field, operator: '=', value }, pagination: { per_page: 150 } },
    effect: 'read',
    read: (body) => found.parse(body).conversations.map((one) => ({ id: one.id, opening: one.source?.body ?? '' })),
  };
}
