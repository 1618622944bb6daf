import type { Findings } from './findings.ts';
import type { LoadedConversation } from './intercom-objects.ts';
import type { TicketFile } from './itop-objects.ts';
import type { Message } from './part-match.ts';

/** A part that carries files and says no more than which: it stands for no message of iTop (A1). */
const saysWhichFiles = /^(.{0,120} wrote in itop :? ?)?files? : /i;

export function isFilePart(message: Message): boolean {
  return message.part.files.length > 0 && saysWhichFiles.test(message.words.join(' '));
}

/** A name as far as a workspace that makes names safe for addresses leaves it. */
const bareName = (name: string): string => name.replaceAll(/[^A-Za-z0-9.]/g, '');

const isPicture = (name: string): boolean => /\.(png|jpe?g|gif|bmp|webp)$/i.test(name);

/** Each file of the ticket is on exactly one part, by name and size, and an own part carries files of the ticket only. */
export function compareFiles(
  ticketKey: string,
  files: readonly TicketFile[],
  conversation: LoadedConversation,
  { changesFiles }: { readonly changesFiles: boolean },
  findings: Findings,
): void {
  const carried = conversation.parts.flatMap((part) => part.files.map((file) => ({ ...file, partId: part.id })));
  for (const file of files) {
    const same = (other: { name: string; size: number }) =>
      changesFiles
        ? bareName(other.name) === bareName(file.name) && (isPicture(file.name) || other.size === file.size)
        : other.name === file.name && other.size === file.size;
    const expected = files.filter(same).length;
    const actual = carried.filter(same).length;
    if (expected === actual) continue;
    const finding = { check: 'file', sourceKey: `Attachment::${file.id}`, targetId: conversation.id, field: file.name };
    findings.add({ ...finding, expected: `${expected} on parts of ${ticketKey}`, actual: String(actual) });
  }
}
