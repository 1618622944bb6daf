import { fromPlainForm } from '../../intercom/plain-form.ts';
import { foldSpace, visibleText } from '../../platform/visible-text.ts';
import type { LoadContext } from '../engine/context.ts';
import type { PartToSend } from './part-to-send.ts';
import type { FileRow } from './thread.ts';

/** What a reply sends, as the journal keeps it; `intercom/conversations.ts` makes it. */
interface ReplyPayload {
  readonly type: 'admin' | 'user';
  readonly admin_id?: string;
  readonly intercom_user_id?: string;
  readonly message_type: 'comment' | 'note';
  readonly body: string;
  readonly created_at: number;
  readonly attachment_files?: readonly { readonly name: string; readonly byte_size: number; readonly sha256: string }[];
}

/** What a lost reply sent. */
export interface SentReply
  extends Pick<PartToSend, 'authorType' | 'authorId' | 'createdAt' | 'body' | 'bodyForm' | 'visibleBody'> {
  readonly partType: 'comment' | 'note';
  /** Whether it carried this file. */
  readonly carries: (file: FileRow) => boolean;
}

type Forms = Pick<LoadContext, 'commentsKeepHtml'> & { readonly seen: Pick<LoadContext['seen'], 'plain'> };

/**
 * What a lost reply sent, from its payload: iTop may hold another text, time, author or other files since. Its body is in the form in
 * which `partToSend` makes one of its kind.
 */
export function sentReply({ commentsKeepHtml, seen: { plain } }: Forms, payload: unknown): SentReply {
  const sent = payload as ReplyPayload;
  const { message_type: partType, body, attachment_files: carried = [] } = sent;
  const authorType = sent.type === 'admin' ? 'admin' : 'contact';
  const isHtml = isSentAsHtml({ commentsKeepHtml }, partType, authorType);
  const form = authorType === 'contact' ? plain.reply : plain.comment;
  return {
    partType,
    authorType,
    authorId: sent.admin_id ?? sent.intercom_user_id ?? '',
    createdAt: sent.created_at,
    body,
    bodyForm: isHtml || form === 'escaped' ? 'html' : 'text',
    visibleBody: isHtml ? visibleText(body) : foldSpace(fromPlainForm(body, form)),
    carries: ({ file_name, byte_size, blob_hash }) =>
      carried.some(
        (file) => file.name === file_name && file.byte_size === byte_size && file.sha256 === blob_hash.toString('hex'),
      ),
  };
}

/** Whether plain text of this kind is sent as HTML. */
export function isSentAsHtml(
  { commentsKeepHtml }: Pick<LoadContext, 'commentsKeepHtml'>,
  partType: 'comment' | 'note',
  authorType: 'contact' | 'admin',
): boolean {
  return partType === 'note' || (authorType === 'admin' && commentsKeepHtml);
}
