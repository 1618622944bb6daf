import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { CallFile } from '../../intercom/call.ts';
import { replyAsAdmin } from '../../intercom/conversations.ts';
import type { Answer } from './answers.ts';
import { type CanaryContext, canaryToken, isWritten } from './canary-writes.ts';
import { writePart } from './write-part.ts';

/** A picture of one point. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

/** Sends a note with a picture and a text of unusual names, and records whether names and the picture's size come back as they were. */
export async function tryFiles(
  context: CanaryContext,
  thread: { readonly conversationId: string; readonly adminId: string; readonly createdAt: number },
  answer: Answer,
): Promise<void> {
  const files = [
    fileOf('Büro – plan (1).png', 'image/png', picture),
    fileOf('notes & more.txt', 'text/plain', Buffer.from('Of a test\n')),
  ];
  const body = `<p>Files of the thread ${canaryToken(context.canaryId)}</p>`;
  const written = await writePart(
    context,
    'files',
    replyAsAdmin(thread.conversationId, { ...thread, kind: 'note', body, files }),
    true,
  );
  if (!isWritten(written)) return;
  const held = written.value.parts.findLast((part) => part.files.length > 0)?.files ?? [];
  const names = held.map((file) => file.name).sort();
  const areNamesKept =
    names.join('\n') ===
    files
      .map((file) => file.name)
      .sort()
      .join('\n');
  await answer('file_names', areNamesKept ? 'kept' : 'changed', names.join(', '));
  const size = held.find((file) => file.contentType?.startsWith('image/') === true)?.byteSize;
  await answer(
    'file_sizes',
    size === picture.length ? 'kept' : 'changed',
    `a picture of ${picture.length} bytes has ${size}`,
  );
}

function fileOf(name: string, contentType: string, bytes: Buffer): CallFile {
  return {
    name,
    contentType,
    byteSize: bytes.length,
    hash: createHash('sha256').update(bytes).digest('hex'),
    open: () => Promise.resolve(Readable.from([bytes])),
  };
}
