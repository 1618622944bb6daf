import type { CallFile } from '../../intercom/call.ts';
import { encodedLength } from '../../intercom/request-body.ts';
import type { LoadContext } from '../engine/context.ts';
import { RecordRefused } from '../engine/errors.ts';
import type { FileRow, PartRow, Thread } from './thread.ts';

/** A part with the files that ride on it. */
export interface PartWithFiles {
  readonly row: PartRow;
  readonly files: readonly FileRow[];
}

/** Files that a part takes at most (`conversation_attachment_files`). */
const filesPerPart = 10;

/** Room left in a request for everything that is not a file. */
export const headroomBytes = 300_000;

/**
 * The parts still to be sent, with their files: as many as a part takes ride on it, the others follow in parts of their own.
 * The opening takes none (creation has no field for them), so its files come right after it. Files above the limit are
 * handed off, and named in a note behind the opening (RULES A3).
 */
export function partsToSend(context: Pick<LoadContext, 'bodyLimitBytes'>, thread: Thread): PartWithFiles[] {
  const isTooBig = (file: FileRow) => encodedLength(file.byte_size) > context.bodyLimitBytes - headroomBytes;
  const filesOf = Map.groupBy(
    thread.files.filter((file) => !isTooBig(file)),
    (file) => file.part_key,
  );
  const keys = new Set(thread.parts.map((part) => part.target_key));
  const result: PartWithFiles[] = [];
  for (const [partKey, files] of filesOf) {
    if (!keys.has(partKey)) result.push(...partsOfFiles(context, openingAsPart(thread, partKey), files));
  }
  // It bears the opening's time, so it stands there: whatever order Intercom shows, by time or by arrival, it is this one.
  const tooBig = thread.files.filter(isTooBig);
  if (tooBig.length > 0) result.push({ row: handOffNote(thread, tooBig), files: tooBig });
  for (const part of thread.parts) {
    const [first = [], ...others] = batches(context, filesOf.get(part.target_key) ?? []);
    const isSent = part.part_id !== null;
    if (!isSent) result.push({ row: part, files: first });
    result.push(...partsOfFiles(context, part, isSent ? [...first, ...others.flat()] : others.flat()));
  }
  return result;
}

/** Whether the files are only named in this part, not carried by it. */
export function isHandOffNote(part: PartWithFiles): boolean {
  return part.row.target_key.includes('#handed_off_files/');
}

/**
 * What is sent instead of a part one of whose files Intercom refused: the message without files, each file of several by itself, and a
 * note that names the file where only one can be meant (RULES A3). A thread is never left half because of a file.
 */
export function withoutRefusedFiles({ row, files }: PartWithFiles, conversation: Thread): PartWithFiles[] {
  const [messageKey = row.target_key] = row.target_key.split('#files/');
  const message: PartWithFiles[] = row.target_key === messageKey ? [{ row, files: [] }] : [];
  const base = { ...row, target_key: messageKey };
  if (files.length === 1) return [...message, { row: refusedNote(conversation, row, files), files }];
  return [...message, ...files.map((file) => ({ row: filesPart(base, [file]), files: [file] }))];
}

/** Opens a file's bytes for sending. Throws RecordRefused when the blob store does not hold them. */
export async function requireBytes(context: LoadContext, files: readonly FileRow[]): Promise<void> {
  for (const file of files) {
    if (await context.blobs.has(hashOf(file))) continue;
    throw new RecordRefused(
      `The bytes of ${file.target_key} (${file.file_name}) are not in the blob store.`,
      'Check blobs.directory, fetch the files again with: itop-to-intercom extract, then: itop-to-intercom load --retry failed',
    );
  }
}

export function callFiles(context: Pick<LoadContext, 'blobs'>, files: readonly FileRow[]): CallFile[] {
  return files.map((file) => ({
    name: file.file_name,
    contentType: file.media_type ?? 'application/octet-stream',
    byteSize: file.byte_size,
    hash: hashOf(file),
    open: () => context.blobs.open(hashOf(file)),
  }));
}

function hashOf(file: FileRow): string {
  return file.blob_hash.toString('hex');
}

/** Parts of their own for files that no message takes, of the same author, time and visibility as the message they belong to. */
function partsOfFiles(
  context: Pick<LoadContext, 'bodyLimitBytes'>,
  part: PartRow,
  files: readonly FileRow[],
): PartWithFiles[] {
  return batches(context, files).map((batch) => ({ row: filesPart(part, batch), files: batch }));
}

function filesPart(part: PartRow, files: readonly FileRow[]): PartRow {
  return {
    ...part,
    target_key: `${part.target_key}#files/${files[0]?.target_key ?? ''}`,
    body: `Files: ${files.map((file) => file.file_name).join(', ')}`,
    attributed_body: null,
    body_format: 'text',
    part_id: null,
    sent_hash: null,
    known_hash: null,
  };
}

function batches(context: Pick<LoadContext, 'bodyLimitBytes'>, files: readonly FileRow[]): FileRow[][] {
  const result: FileRow[][] = [];
  let bytes = 0;
  for (const file of files) {
    const last = result.at(-1);
    const length = encodedLength(file.byte_size);
    if (last !== undefined && last.length < filesPerPart && bytes + length <= context.bodyLimitBytes - headroomBytes) {
      last.push(file);
      bytes += length;
    } else {
      result.push([file]);
      bytes = length;
    }
  }
  return result;
}

/** A part of the time at which the conversation was opened, which iTop may have moved since: Intercom takes none from before. */
function openingAsPart({ row, openedAt }: Thread, partKey: string): PartRow {
  return {
    target_key: partKey,
    conversation_key: row.target_key,
    position: 0,
    part_type: 'comment',
    author_kind: 'contact',
    author_key: row.contact_key,
    created_at: openedAt ?? row.created_at,
    body: '',
    attributed_body: null,
    body_format: 'text',
    payload_hash: row.payload_hash,
    author_id: row.contact_id,
    author_has_email: false,
    has_stand_in: false,
    part_id: null,
    sent_hash: null,
    known_hash: null,
  };
}

/** A note behind the opening: whatever order Intercom shows, by time or by arrival, it is this one. */
function handOffNote(thread: Thread, files: readonly FileRow[]): PartRow {
  return noteOnFiles(thread, files, 'Files too big for Intercom, handed over separately:');
}

/** A note at the place and time of the part that was to carry the files. */
function refusedNote(conversation: Thread, part: PartRow, files: readonly FileRow[]): PartRow {
  const note = noteOnFiles(conversation, files, 'Files that Intercom does not take, handed over separately:');
  return { ...note, created_at: part.created_at, position: part.position };
}

function noteOnFiles(thread: Thread, files: readonly FileRow[], heading: string): PartRow {
  return {
    ...openingAsPart(thread, `${thread.row.target_key}#handed_off_files/${files[0]?.target_key ?? ''}`),
    part_type: 'note',
    author_kind: 'teammate',
    author_key: null,
    author_id: null,
    body: `${heading}\n${files.map(fileLine).join('\n')}`,
  };
}

/** How a note names a file that it does not carry. */
export function fileLine({ file_name: name, byte_size: bytes }: FileRow): string {
  return `${name} (${bytes} bytes)`;
}
