import { z } from 'zod';
import { anyId, anyNumber, anyText, assigneeId, author, customAttributes, id, idsOf } from './fields.ts';

export interface PartFacts {
  readonly id: string;
  /** comment, note, open, close, assignment, conversation_attribute_updated_by_admin, ... */
  readonly partType: string;
  /** Unix seconds. */
  readonly createdAt: number;
  /** When its reader was notified of it, in Unix seconds; a part that notified nobody repeats `createdAt` or has none. */
  readonly notifiedAt: number | null;
  /** `nobody` where the answer names no author. */
  readonly authorType: string;
  /** Empty where the author has none. */
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
    notified_at: anyNumber,
    author,
    body: anyText,
    attachments: z.array(z.object({ name: anyText, filesize: anyNumber, content_type: anyText })).nullish(),
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
    title: anyText,
    state: z.string(),
    snoozed_until: anyNumber,
    admin_assignee_id: assigneeId,
    team_assignee_id: assigneeId,
    // An empty object where there is none, in some answers.
    company: z.object({ id: anyId }).nullish(),
    contacts: z.object({ contacts: idsOf }).nullish(),
    tags: z.object({ tags: idsOf }).nullish(),
    custom_attributes: customAttributes,
    source: z.object({ body: anyText, author: z.object({ id: anyId }).nullish() }).nullish(),
    conversation_parts: z.object({ conversation_parts: z.array(part), total_count: anyNumber }).nullish(),
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
      contactIds: raw.contacts?.contacts ?? [],
      tagIds: raw.tags?.tags ?? [],
      customAttributes: raw.custom_attributes,
      sourceBody: raw.source?.body ?? null,
      sourceAuthorId: raw.source?.author?.id ?? null,
      parts: raw.conversation_parts?.conversation_parts ?? [],
      partCount: raw.conversation_parts?.total_count ?? raw.conversation_parts?.conversation_parts.length ?? 0,
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
