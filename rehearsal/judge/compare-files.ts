import type { Findings } from './findings.ts';
import type { LoadedConversation } from './intercom-objects.ts';
import type { TicketFile } from './itop-objects.ts';
import type { Message } from './part-match.ts';
import { wordsOfText } from './visible-words.ts';
import type { WorkspaceBehaviour } from './workspace-behaviour.ts';

/** A part that carries files and says no more than which: it stands for no message of iTop (A1). */
const saysWhichFiles = /^(.{0,120} wrote in itop :? ?)?files? : /i;

/** Whether a part stands for files only: it carries them, or it names such as no call can carry. */
export function isFilePart(message: Message, tooLarge: readonly TicketFile[]): boolean {
  const text = message.words.join(' ');
  if (message.part.files.length > 0) return saysWhichFiles.test(text);
  const isNamed = ({ name }: TicketFile) => text.includes(wordsOfText(name).join(' '));
  return (
    tooLarge.some(isNamed) && (saysWhichFiles.test(text) || (message.kind === 'note' && saysHandedOver.test(text)))
  );
}

/** A note that names files which are delivered apart from Intercom. */
const saysHandedOver = /handed over/i;

/** Files that fit into no request, in which they are base64. */
export function tooLargeOf(files: readonly TicketFile[], { longestBody }: WorkspaceBehaviour): TicketFile[] {
  return files.filter(({ size }) => (size * 4) / 3 > longestBody);
}

/** A name as far as a workspace that makes names safe for addresses leaves it. */
const bareName = (name: string): string => name.replaceAll(/[^A-Za-z0-9.]/g, '');

const isPicture = (name: string): boolean => /\.(png|jpe?g|gif|bmp|webp)$/i.test(name);

/** Each file of the ticket is on exactly one part, by name and size, and an own part carries files of the ticket only. */
export function compareFiles(
  ticketKey: string,
  files: readonly TicketFile[],
  conversation: LoadedConversation,
  behaviour: WorkspaceBehaviour,
  findings: Findings,
): void {
  const carried = conversation.parts.flatMap((part) => part.files.map((file) => ({ ...file, partId: part.id })));
  const tooLarge = tooLargeOf(files, behaviour);
  for (const file of files) {
    const same = (other: { name: string; size: number }) =>
      behaviour.changesFiles
        ? bareName(other.name) === bareName(file.name) && (isPicture(file.name) || other.size === file.size)
        : other.name === file.name && other.size === file.size;
    const expected = files.filter((other) => same(other) && !tooLarge.includes(other)).length;
    const actual = carried.filter(same).length;
    if (expected === actual) continue;
    const finding = { check: 'file', sourceKey: `Attachment::${file.id}`, targetId: conversation.id, field: file.name };
    findings.add({ ...finding, expected: `${expected} on parts of ${ticketKey}`, actual: String(actual) });
  }
}
