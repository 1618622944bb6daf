import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { CallFile } from '../../intercom/call.ts';
import { replyAsAdmin } from '../../intercom/conversations.ts';
import type { Answer } from './answers.ts';
import { type CanaryContext, canaryToken, isWritten } from './canary-writes.ts';
import { writePart } from './write-part.ts';

const megabyte = 1_000_000;

/** Sizes that are tried, in megabytes of the file itself; base64 makes them a third bigger on their way. */
const sizes: readonly number[] = [5, 20, 50];

/** What a request holds besides the file. */
const restBytes = 100_000;

/**
 * Sends a note with a file of 5, 20 and 50 MB, up to the first that is not taken, and records how many bytes a request may have.
 * A larger request whose answer is lost counts as not taken: a load must not rely on it.
 */
export async function tryLargeFiles(
  context: CanaryContext,
  thread: { readonly conversationId: string; readonly adminId: string; readonly createdAt: number },
  largestMegabytes: number,
  answer: Answer,
): Promise<void> {
  let taken = 0;
  let refusal: string | undefined;
  for (const size of sizes.filter((one) => one <= largestMegabytes)) {
    const body = `<p>File of ${size} MB of the thread ${canaryToken(context.canaryId)}</p>`;
    const note = {
      adminId: thread.adminId,
      kind: 'note',
      body,
      createdAt: thread.createdAt + size,
      files: [fileOf(size * megabyte)],
    } as const;
    const call = replyAsAdmin(thread.conversationId, note);
    const written = await writePart(context, `file of ${size} MB`, call, true);
    if (!isWritten(written)) {
      refusal = written.refusal.message;
      break;
    }
    taken = size;
  }
  if (taken === 0 && refusal === undefined) return;
  const bytes = taken === 0 ? megabyte : Math.ceil((taken * megabyte * 4) / 3) + restBytes;
  const seen = taken === 0 ? 'no file was taken' : `a file of ${taken} MB was taken`;
  await answer('request_bytes', String(bytes), refusal === undefined ? seen : `${seen}; then: ${refusal}`);
}

/** A text file of one letter, made while it is sent. */
function fileOf(byteSize: number): CallFile {
  const block = Buffer.alloc(65_536, 'x');
  const blocks = function* (): Generator<Buffer> {
    for (let left = byteSize; left > 0; left -= block.length) yield block.subarray(0, Math.min(left, block.length));
  };
  const hash = createHash('sha256');
  for (const part of blocks()) hash.update(part);
  return {
    name: `canary-${byteSize / megabyte}-mb.txt`,
    contentType: 'text/plain',
    byteSize,
    hash: hash.digest('hex'),
    open: () => Promise.resolve(Readable.from(blocks())),
  };
}
