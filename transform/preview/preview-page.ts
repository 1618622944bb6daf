import type { Clock } from '../../platform/clock.ts';
import { type Html, html } from '../../platform/html.ts';
import type { MailedPage } from '../../platform/mailed-page.ts';
import { featureWords } from '../mapping/mapping-words.ts';
import { fieldTable } from './field-table.ts';
import { articleContent, objectContent } from './object-content.ts';
import type { PreviewArticle, PreviewObject } from './read-objects.ts';
import type { PreviewTicket } from './read-tickets.ts';
import { anchorOf, isRecordNote, threadContent } from './thread.ts';

export interface PageContents {
  readonly tickets: number;
  readonly objects: number;
  readonly articles: number;
}

/** The page around the records. */
export function previewPage(
  { tickets, objects, articles }: PageContents,
  drawnFrom: string,
  clock: Clock,
): Omit<MailedPage, 'details'> {
  return {
    title: 'How your tickets will look in Intercom',
    verdict: 'A plan: on the left what iTop holds, on the right what is to be in Intercom.',
    facts: `${drawnFrom} Times in ${clock.zone}, as iTop shows them.`,
    numbers: [
      { label: 'tickets', value: tickets },
      ...(objects === 0 ? [] : [{ label: 'changes and other objects', value: objects }]),
      ...(articles === 0 ? [] : [{ label: 'articles', value: articles }]),
    ],
    summary: html`<p>Open a record by its line, or search the whole page with your browser. What needs a look is named in its line, and marked where it happens.
<span class="chip note">internal note: only your team sees it</span> <span class="chip comment">message: the customer sees it</span> <span class="chip warn">look here</span></p>`,
    statement: 'I read the records that I opened on this page, and they are right.',
  };
}

/** Records that are open from the start: who names a few wants to read them. */
export const openRecords = 3;

/** Characters shown of a title. */
const titleLength = 120;

/** One record: a line with its name and what wants a look, and behind it both sides. */
function record(
  key: string,
  title: string,
  looks: readonly string[],
  covers: readonly string[],
  content: Html,
  isOpen: boolean,
): Html {
  return html`<details class="record" id="${anchorOf(key)}"${isOpen ? html` open` : ''}><summary><h2>${title.length > titleLength ? `${title.slice(0, titleLength)}…` : title}</h2>${looks.map((words) => html` <span class="chip warn">${words}</span>`)}</summary>
${covers.length === 0 ? '' : html`<p class="dim">In the sample for: ${covers.map(featureWords).join(' · ')}</p>`}
${content}</details>
`;
}

/** One ticket: both threads side by side, then its fields. */
export function ticketSection(ticket: PreviewTicket, clock: Clock, isOpen: boolean): Html {
  const losses = ticket.messages.reduce((sum, { losses: own }) => sum + own.length, 0);
  const parts = ticket.parts.filter((part) => !isRecordNote(part));
  const moved = parts.filter(({ shiftSeconds, partType }) => shiftSeconds !== 0 && partType !== 'opening').length;
  const standIns = parts.filter(({ isFallback }) => isFallback).length;
  const looks = [
    ...(losses === 0 ? [] : [counted(losses, 'thing does not move', 'things do not move')]),
    ...(moved === 0 ? [] : [`${counted(moved, 'message', 'messages')} moved in time`]),
    ...(standIns === 0 ? [] : [`${counted(standIns, 'message', 'messages')} by the fallback teammate`]),
  ];
  return record(
    ticket.key,
    ticket.title,
    looks,
    ticket.covers,
    html`<p class="facts"><span class="chip">${ticket.state}${ticket.snoozedUntil === null ? '' : ` until ${clock.time(ticket.snoozedUntil)}`}</span>
<span class="chip">${ticket.contact ?? 'placeholder contact'}</span> <span class="chip">${ticket.company ?? 'no company'}</span></p>
${threadContent(ticket, clock, 'Intercom, planned')}
<details><summary>Where each of its ${ticket.fields.length} filled fields goes</summary>${fieldTable(ticket.fields)}</details>`,
    isOpen,
  );
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** One article: the FAQ on the left, the draft on the right. */
export function articleSection(article: PreviewArticle, isOpen: boolean): Html {
  const looks = [
    ...(article.losses.length === 0
      ? []
      : [counted(article.losses.length, 'thing does not move', 'things do not move')]),
    ...(article.review === '' ? [] : ['to review']),
  ];
  return record(article.key, article.title, looks, article.covers, articleContent(article), isOpen);
}

/** One change, problem, CI or custom object: each field beside what it becomes. */
export function objectSection(object: PreviewObject, isOpen: boolean): Html {
  return record(object.key, object.title, [], object.covers, objectContent(object), isOpen);
}
