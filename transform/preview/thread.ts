import type { Clock } from '../../platform/clock.ts';
import { type Html, html } from '../../platform/html.ts';
import { itemWords } from '../../platform/item-key.ts';
import { fileSize } from './file-size.ts';
import { lossWords } from './loss-words.ts';
import { onlyText } from './only-text.ts';
import type { PlannedPart, PreviewTicket, SourceMessage } from './read-tickets.ts';

/** What is known of a message once it was sent; the console knows it, a preview does not. */
export interface PartEvidence {
  /** Who wrote it in Intercom, where a call sent it. */
  readonly author: Html | string | null;
  /** Its files, in the place of their names. */
  readonly files: Html | string;
  /** What follows the body: differences, why this author, the calls. */
  readonly below: Html;
}

type Thread = Pick<PreviewTicket, 'key' | 'messages' | 'parts'>;

/** The thread as iTop holds it beside the thread in Intercom, message by message. */
export function threadContent(
  thread: Thread,
  clock: Clock,
  heading: string,
  evidenceOf: (part: PlannedPart) => PartEvidence | undefined = () => undefined,
): Html {
  return html`<section class="thread" aria-label="Thread"><div class="pair heads"><h2>iTop</h2><h2>${heading}</h2></div>
${alignThread(thread).map((one, i) => pair(thread.key, clock, i + 1, one, evidenceOf))}</section>`;
}

interface Aligned {
  readonly message: SourceMessage | undefined;
  readonly parts: readonly PlannedPart[];
}

/** Each message beside the parts it became; parts of no message, such as the record note, follow in their order. */
function alignThread({ messages, parts, key }: Thread): Aligned[] {
  const byItem = Map.groupBy(parts, (part) => itemOfPart(part, key));
  const known = new Set(messages.map((message) => itemOfMessage(message, key)));
  const aligned: { at: number; pair: Aligned }[] = messages.map((message) => {
    const own = byItem.get(itemOfMessage(message, key)) ?? [];
    const first = own[0];
    return { at: first === undefined ? Number.NaN : parts.indexOf(first), pair: { message, parts: own } };
  });
  // A message without a part stands behind the one before it.
  let last = -0.5;
  for (const one of aligned) {
    if (Number.isNaN(one.at)) one.at = last + 0.001;
    last = one.at;
  }
  for (const [item, own] of byItem) {
    const first = own[0];
    if (!known.has(item) && first !== undefined)
      aligned.push({ at: parts.indexOf(first), pair: { message: undefined, parts: own } });
  }
  return aligned.sort((a, b) => a.at - b.at).map((one) => one.pair);
}

/** Item of iTop that a part of the plan comes from. */
export const itemOfPart = ({ partType, itemKey }: PlannedPart, key: string): string =>
  partType === 'opening' ? `${key}#description` : itemKey;

const itemOfMessage = ({ itemKey, kind }: SourceMessage, key: string): string =>
  kind === 'opening' ? `${key}#description` : itemKey;

/** Name of an element by an item key, to lead to it. */
export const anchorOf = (key: string): string => key.replace(/[^A-Za-z0-9]+/g, '-');

export const isRecordNote = ({ itemKey }: PlannedPart): boolean => itemKey.endsWith('#record_note');

/** One message beside what becomes of it, numbered as a reader counts. */
function pair(
  ticketKey: string,
  clock: Clock,
  number: number,
  { message, parts }: Aligned,
  evidenceOf: (part: PlannedPart) => PartEvidence | undefined,
): Html {
  const [first] = parts;
  const item =
    message !== undefined ? itemOfMessage(message, ticketKey) : first === undefined ? '' : itemOfPart(first, ticketKey);
  return html`<div class="pair" id="${anchorOf(item)}"><div>${message === undefined ? html`<p class="dim">iTop holds no such message: this tool writes it.</p>` : source(clock, number, message)}</div>
<div>${parts.length === 0 ? html`<p class="dim">Becomes no message.</p>` : parts.map((part) => planned(clock, number, part, evidenceOf(part)))}</div></div>
`;
}

function source(clock: Clock, number: number, message: SourceMessage): Html {
  const kind = message.isPrivate ? 'note' : 'comment';
  return html`<article class="message ${kind}"><p class="by"><span class="place">${number}</span> <b>${message.author ?? 'no name'}</b> <span class="chip ${kind}">${message.isPrivate ? 'private' : 'public'}</span> <time>${clock.time(message.writtenAt)}</time></p>
${message.isEmpty ? html`<p class="dim">(empty: does not move)</p>` : html`<div class="body text">${message.text}</div>`}
${message.losses.map((loss) => html`<p class="loss"><b>Not moved:</b> ${lossWords(loss)}</p>`)}
<details><summary>Where it comes from</summary><p class="dim">${itemWords(message.itemKey) || 'first message'} (${message.itemKey})</p>${message.source.includes('<') ? html`<pre tabindex="0">${message.source.slice(0, 20_000)}</pre>` : ''}</details></article>`;
}

function planned(clock: Clock, number: number, part: PlannedPart, evidence: PartEvidence | undefined): Html {
  const kind = part.partType === 'note' ? 'note' : 'comment';
  const isNote = isRecordNote(part);
  return html`<article class="message ${kind}"><p class="by"><span class="place">${number}</span> <b>${evidence?.author ?? part.author}</b>
<span class="chip ${kind}">${isNote && kind === 'note' ? 'record note: only your team sees it' : kind === 'note' ? 'note: only your team sees it' : 'the customer sees it'}</span>
${part.isFallback && !isNote ? html`<span class="chip warn">instead of its author, whom the first line names</span>` : ''}
<time>${clock.time(part.at)}</time>
${part.hasNoTime ? html`<span class="chip warn">no time in iTop</span>` : part.shiftSeconds === 0 || isNote ? '' : html`<span class="chip warn">moved by ${part.shiftSeconds} s, to keep the order</span>`}</p>
${part.format === 'html' ? html`<div class="body">${onlyText(part.body)}</div>` : html`<div class="body text">${part.body}</div>`}
${evidence?.files ?? filesOf(part)}
${evidence?.below ?? ''}</article>`;
}

function filesOf({ files }: PlannedPart): Html | string {
  return files.length === 0
    ? ''
    : html`<ul class="files">${files.map((file) => html`<li>${file.name} <small>${file.mediaType ?? 'unknown type'}${file.bytes === null ? '' : `, ${fileSize(file.bytes)}`}</small></li>`)}</ul>`;
}
