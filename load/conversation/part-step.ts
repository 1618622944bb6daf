import type { Call } from '../../intercom/call.ts';
import type { ConversationFacts, PartFacts } from '../../intercom/conversation-facts.ts';
import { isWritten } from '../../intercom/conversation-touch.ts';
import { replyAsAdmin, replyAsContact, retrieveConversation } from '../../intercom/conversations.ts';
import { namesFiles } from '../../intercom/errors.ts';
import { unixSeconds } from '../../intercom/fields.ts';
import { inPlainForm, losesCharacters } from '../../intercom/plain-form.ts';
import { shownFile } from '../../intercom/shown-file.ts';
import { textAsHtml } from '../../intercom/text-as-html.ts';
import type { Identity } from '../../platform/identity.ts';
import type { Target } from '../../platform/journal.ts';
import { foldSpace, visibleText } from '../../platform/visible-text.ts';
import { type ComparedField, verdictsOf } from '../desired-state/verdicts.ts';
import type { LoadContext } from '../engine/context.ts';
import type { Evidence, Step } from '../engine/execute-step.ts';
import { send } from '../engine/send.ts';
import { callFiles, fileLine, isHandOffNote, withoutRefusedFiles } from './files.ts';
import { authorTypeOf, findLostPart, findPart, kindOf } from './find-sent-part.ts';
import type { PartToSend } from './part-to-send.ts';
import { isSentAsHtml, sentReply } from './sent-reply.ts';
import type { ConversationRow, FileRow, PartRow, Thread } from './thread.ts';

export function partToSend(context: LoadContext, row: PartRow, files: readonly FileRow[] = []): PartToSend {
  const hasAuthor = row.author_id !== null && !row.has_stand_in;
  const text = hasAuthor ? row.body : (row.attributed_body ?? row.body);
  const isText = row.body_format === 'text';
  const isByContact = hasAuthor && row.author_kind === 'contact';
  const authorType = isByContact ? 'contact' : 'admin';
  const isHtml = !isText || isSentAsHtml(context, row.part_type, authorType);
  const form = isByContact ? context.seen.plain.reply : context.seen.plain.comment;
  return {
    row,
    authorType,
    authorId: (hasAuthor ? row.author_id : null) ?? context.fallbackAdminId,
    body: isText ? (isHtml ? textAsHtml(text) : inPlainForm(text, form)) : text,
    bodyForm: isHtml || form === 'escaped' ? 'html' : 'text',
    visibleBody: isText ? foldSpace(text) : visibleText(text),
    createdAt: unixSeconds(row.created_at),
    isFallback: !hasAuthor && row.author_key !== null,
    hasLookAlikes: isText && row.part_type === 'comment' && losesCharacters(text, form),
    files,
    namesFilesOnly: isHandOffNote({ row, files }),
  };
}

/** The sending of a part, and what is sent instead where its files are refused. */
export interface PartStep extends Step<ConversationFacts | null> {
  readonly instead: (error: unknown) => PartStep[] | undefined;
}

/** Sends one part of a thread. The thread remembers its id. */
export function partStep(context: LoadContext, thread: Thread, conversationId: string, part: PartToSend): PartStep {
  const target = partTarget(thread.row, part.row);
  let lostPart: PartFacts | undefined;
  let sent = part;
  return {
    target,
    isFoundAsSent: true,
    call: replyOf(context, conversationId, part),
    sentCreatedAt: part.row.created_at,
    instead: (error) => {
      if (carriedFiles(part).length === 0 || !namesFiles(error)) return undefined;
      return withoutRefusedFiles(part, thread).map(({ row, files }) =>
        partStep(context, thread, conversationId, partToSend(context, row, files)),
      );
    },
    async lookUp(lost) {
      const facts = (await send(context, retrieveConversation(conversationId))).value;
      const sought = partAsSent(context, part, lost.payload);
      lostPart = findLostPart(facts, sought, thread.partIds);
      if (lostPart === undefined) return undefined;
      sent = sought;
      return facts;
    },
    accept(facts, evidence) {
      const found =
        lostPart ??
        (facts === null ? undefined : (findPart(facts, part, thread.partIds) ?? newestUnknown(facts, thread.partIds)));
      if (found !== undefined) thread.partIds.push(found.id);
      // What was looked up was read by that, and may be as iTop was before.
      if (lostPart === undefined) thread.sent.push({ row: part.row, files: part.files, partId: found?.id });
      return {
        response: { conversationId, partId: found?.id ?? null, state: facts?.state ?? null },
        identities: partIdentities(sent, found),
        verdicts: partVerdicts(context, target, sent, found, evidence),
      };
    },
  };
}

/**
 * The part as a lost call sent it: it may be planned with another time, text or author since, which does not hide what was sent.
 * Files that came since are still to be sent.
 */
function partAsSent(context: LoadContext, part: PartToSend, payload: unknown): PartToSend {
  const { carries, ...sent } = sentReply(context, payload);
  const isWithIt = (file: FileRow) =>
    part.namesFilesOnly ? sent.visibleBody.includes(foldSpace(fileLine(file))) : carries(file);
  return {
    ...part,
    ...sent,
    row: sent.createdAt === part.createdAt ? part.row : { ...part.row, created_at: new Date(sent.createdAt * 1000) },
    files: part.files.filter(isWithIt),
  };
}

/** The part, and the files that ride on it or are named in it. */
export function partIdentities(part: PartToSend, found: PartFacts | undefined): Identity[] {
  const targetId = found?.id ?? 'not in the answer';
  return [
    {
      targetType: 'part',
      targetKey: part.row.target_key,
      targetId,
      origin: 'created',
      payloadHash: part.row.payload_hash,
      position: part.row.position,
      bodyForm: part.bodyForm,
      sentCreatedAt: part.row.created_at,
    },
    ...part.files.map((file) => ({
      targetType: part.namesFilesOnly ? 'attachment_handed_off' : 'attachment',
      targetKey: file.target_key,
      targetId,
      origin: 'created' as const,
    })),
  ];
}

export function partVerdicts(
  context: LoadContext,
  target: Target,
  part: PartToSend,
  found: PartFacts | undefined,
  evidence: Evidence,
) {
  return verdictsOf(
    context,
    target,
    'part',
    evidence,
    [...comparedFields(part, found), ...fileFields(context, part, found)],
    usualVerdict(part),
  );
}

function usualVerdict(part: PartToSend) {
  if (part.isFallback) return { verdict: 'fallback_author', reasonCode: 'author_is_no_teammate' } as const;
  return part.hasLookAlikes
    ? ({ verdict: 'passed', reasonCode: 'look_alike_characters' } as const)
    : ({ verdict: 'passed' } as const);
}

export function partTarget(conversation: ConversationRow, part: PartRow): Target {
  return {
    phase: 'conversations',
    type: 'part',
    key: part.target_key,
    sourceKey: conversation.source_key,
    rawVersion: conversation.raw_version,
    payloadHash: part.payload_hash,
  };
}

function replyOf(context: LoadContext, conversationId: string, part: PartToSend): Call<ConversationFacts> {
  const { body, createdAt, authorId } = part;
  const files = callFiles(context, carriedFiles(part));
  if (part.authorType === 'contact') {
    return replyAsContact(conversationId, { contactId: authorId, body, createdAt, files });
  }
  return replyAsAdmin(conversationId, { adminId: authorId, kind: part.row.part_type, body, createdAt, files });
}

/** The last message of an answer that is not known yet: the part just sent, although it differs from what was sent. */
function newestUnknown(facts: ConversationFacts, known: readonly string[]): PartFacts | undefined {
  return facts.parts.findLast((part) => isWritten(part) && !known.includes(part.id));
}

function comparedFields(part: PartToSend, found: PartFacts | undefined): ComparedField[] {
  return [
    ['created_at', part.createdAt, found?.createdAt],
    ['part_type', part.row.part_type, found === undefined ? undefined : kindOf(found)],
    ['author_type', part.authorType, found === undefined ? undefined : authorTypeOf(found)],
    ['author', part.authorId, found?.authorId],
    ['body', part.visibleBody, visibleText(found?.body ?? '')],
  ];
}

/** Files are compared by name and size, where the canary saw that they keep them: their addresses expire. */
function fileFields({ seen }: LoadContext, part: PartToSend, found: PartFacts | undefined): ComparedField[] {
  const carried = carriedFiles(part);
  if (carried.length === 0) return [];
  const sent = carried.map(({ file_name: name, byte_size: byteSize, media_type: contentType }) =>
    shownFile(seen, { name, byteSize, contentType }),
  );
  const held = found?.files.map((file) => shownFile(seen, file)) ?? [];
  return [['files', sent.sort().join('; '), held.sort().join('; ')]];
}

function carriedFiles(part: PartToSend): readonly FileRow[] {
  return part.namesFilesOnly ? [] : part.files;
}
