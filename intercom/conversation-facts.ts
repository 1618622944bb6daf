import { z } from 'zod';
import { assigneeId, customAttributes, id } from './fields.ts';

export interface PartFacts {
  readonly id: string;
  /** comment, note, open, close, assignment, conversation_attribute_updated_by_admin, ... */
  readonly partType: string;
  /** Unix seconds. */
  readonly createdAt: number;
  /** When its reader was notified of it, in Unix seconds; a part that notified nobody repeats `createdAt` or has none. */
  readonly notifiedAt: number | null;
  readonly authorType: string;
  readonly authorId: string;
  readonly body: string | null;
  readonly files: readonly FileFacts[];
}

export interface FileFacts {
  readonly name: string;
  readonly byteSize: number | null;
  /** Media type; null where the answer does not say. */
  readonly contentType: string | null;
}

/** What the loader looks at in a conversation; every writing call but creation answers with it. */
export interface ConversationFacts {
  readonly id: string;
  readonly createdAt: number;
  readonly title: string | null;
  readonly state: string;
  readonly snoozedUntil: number | null;
  readonly adminAssigneeId: string | null;
  readonly teamAssigneeId: string | null;
  /** Intercom's id of the company; null when none is set or the answer does not say. */
  readonly companyId: string | null;
  readonly contactIds: readonly string[];
  readonly tagIds: readonly string[];
  readonly customAttributes: Readonly<Record<string, unknown>>;
  readonly sourceBody: string | null;
  readonly sourceAuthorId: string | null;
  /** At most the newest 500. Empty in lists and search results. */
  readonly parts: readonly PartFacts[];
  readonly partCount: number;
}

const part = z
  .object({
    id,
    part_type: z.string(),
    created_at: z.number(),
    notified_at: z.number().nullish(),
    author: z.object({ type: z.string(), id }),
    body: z.string().nullish(),
    attachments: z
      .array(
        z.object({ name: z.string().nullish(), filesize: z.number().nullish(), content_type: z.string().nullish() }),
      )
      .nullish(),
  })
  .transform(
    (raw): PartFacts => ({
      id: raw.id,
      partType: raw.part_type,
      createdAt: raw.created_at,
      notifiedAt: raw.notified_at ?? null,
      authorType: raw.author.type,
      authorId: raw.author.id,
      body: raw.body ?? null,
      files: (raw.attachments ?? []).map((file) => ({
        name: file.name ?? '',
        byteSize: file.filesize ?? null,
        contentType: file.content_type ?? null,
      })),
    }),
  );

const conversationSchema = z
  .object({
    id,
    created_at: z.number(),
    title: z.string().nullish(),
    state: z.string(),
    snoozed_until: z.number().nullish(),
    admin_assignee_id: assigneeId,
    team_assignee_id: assigneeId,
    company: z.object({ id }).nullish(),
    contacts: z.object({ contacts: z.array(z.object({ id })) }).nullish(),
    tags: z.object({ tags: z.array(z.object({ id })) }).nullish(),
    custom_attributes: customAttributes,
    source: z.object({ body: z.string().nullish(), author: z.object({ id }).nullish() }).nullish(),
    conversation_parts: z.object({ conversation_parts: z.array(part), total_count: z.number() }).nullish(),
  })
  .transform(
    (raw): ConversationFacts => ({
      id: raw.id,
      createdAt: raw.created_at,
      title: raw.title ?? null,
      state: raw.state,
      snoozedUntil: raw.snoozed_until ?? null,
      adminAssigneeId: raw.admin_assignee_id,
      teamAssigneeId: raw.team_assignee_id,
      companyId: raw.company?.id ?? null,
      contactIds: raw.contacts?.contacts.map((contact) => contact.id) ?? [],
      tagIds: raw.tags?.tags.map((tag) => tag.id) ?? [],
      customAttributes: raw.custom_attributes,
      sourceBody: raw.source?.body ?? null,
      sourceAuthorId: raw.source?.author?.id ?? null,
      parts: raw.conversation_parts?.conversation_parts ?? [],
      partCount: raw.conversation_parts?.total_count ?? 0,
    }),
  );

const conversationList = z.object({
  conversations: z.array(conversationSchema),
  pages: z.object({ next: z.object({ starting_after: z.string().nullish() }).nullish() }).nullish(),
});

export interface ConversationPage {
  readonly conversations: readonly ConversationFacts[];
  /** Cursor of the next page; undefined on the last one. */
  readonly startingAfter: string | undefined;
}

/** Whether somebody was notified of a part that was written for the past: that happens at the time of writing. */
export function wasNotified(part: Pick<PartFacts, 'createdAt' | 'notifiedAt'>): boolean {
  return part.notifiedAt !== null && part.notifiedAt > part.createdAt;
}

export function readConversation(body: unknown): ConversationFacts {
  return conversationSchema.parse(body);
}

export function readConversationIfAny(body: unknown): ConversationFacts | null {
  return conversationSchema.safeParse(body).data ?? null;
}

export function readConversationPage(body: unknown): ConversationPage {
  const list = conversationList.parse(body);
  return { conversations: list.conversations, startingAfter: list.pages?.next?.starting_after ?? undefined };
}
