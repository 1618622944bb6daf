import sanitizeHtml from 'sanitize-html';
import { Html, html } from '../../platform/html.ts';
import { lossWords } from './loss-words.ts';
import type { PlannedField, PlannedPart, PreviewTicket, SourceMessage } from './read-tickets.ts';

export interface PageContents {
  readonly tickets: number;
  readonly objects: number;
  readonly articles: number;
}

/** Beginning of the page: styles, and a policy under which nothing is fetched and no script runs. */
export function pageHead({ tickets, objects, articles }: PageContents, drawnFrom: string): Html {
  const counted = [
    `${tickets} ${tickets === 1 ? 'ticket' : 'tickets'}`,
    ...(objects === 0 ? [] : [`${objects} ${objects === 1 ? 'change or other object' : 'changes and other objects'}`]),
    ...(articles === 0 ? [] : [`${articles} ${articles === 1 ? 'article' : 'articles'}`]),
  ].join(', ');
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Preview of the migration: ${counted}</title>
<style>${new Html(style)}</style></head><body>
<header class="top"><h1>How your tickets will look in Intercom</h1>
<p>${counted}; ${drawnFrom}. On the left what iTop holds, on the right what is planned. Nothing has been sent.</p>
<p class="legend"><span class="chip note">internal note: only your team sees it</span> <span class="chip comment">message: the customer sees it</span>
<span class="chip warn">look here</span></p></header>
`;
}

export const pageEnd: Html = html`</body></html>\n`;

/** Table of contents: one line a ticket, object or article. */
export function pageIndex(entries: readonly { readonly key: string; readonly title: string }[]): Html {
  return html`<nav><h2>Contents</h2><ol>${entries.map(
    ({ key, title }) => html`<li><a href="#${anchorOf(key)}">${title}</a></li>`,
  )}</ol></nav>
`;
}

/** One ticket: both threads side by side, then its fields. */
export function ticketSection(ticket: PreviewTicket): Html {
  const losses = ticket.messages.flatMap((message) => message.losses.map((loss) => ({ message, loss })));
  const moved = ticket.parts.filter(
    (part) => part.shiftSeconds !== 0 && part.itemKey.includes('#') && !isRecordNote(part),
  );
  const fallbacks = ticket.parts.filter((part) => part.isFallback && !isRecordNote(part));
  return html`<article id="${anchorOf(ticket.key)}">
<h2>${ticket.title}</h2>
<p class="facts"><span class="chip">${ticket.state}${ticket.snoozedUntil === null ? '' : ` until ${timeOf(ticket.snoozedUntil)}`}</span>
<span class="chip">${ticket.contact ?? 'placeholder contact'}</span> <span class="chip">${ticket.company ?? 'no company'}</span></p>
${ticket.covers.length === 0 ? '' : html`<p class="covers">In the sample for: ${ticket.covers.join(' · ')}</p>`}
${
  losses.length + moved.length + fallbacks.length === 0
    ? ''
    : html`<ul class="remarks">
${losses.map(({ message, loss }) => html`<li><b>Lost</b> in ${kindWords[message.kind] ?? message.kind}: ${lossWords(loss)}</li>`)}
${moved.map((part) => html`<li><b>Moved</b> by ${part.shiftSeconds} s: ${kindOfItem(part.itemKey)} of ${timeOf(part.at)}</li>`)}
${fallbacks.map((part) => html`<li><b>Fallback author</b>: ${kindOfItem(part.itemKey)} of ${timeOf(part.at)} is written by the fallback teammate; its first line names who wrote it</li>`)}
</ul>`
}
<div class="threads">
<section aria-label="iTop"><h3>iTop</h3>${ticket.messages.map(sourceMessage)}</section>
<section aria-label="Intercom"><h3>Intercom, planned</h3>${ticket.parts.map(plannedPart)}</section>
</div>
<details class="fields" open><summary>Where each field goes (${ticket.fields.length} filled)</summary>
${fieldTable(ticket.fields)}</details>
</article>
`;
}

function sourceMessage(message: SourceMessage): Html {
  const kind = kindWords[message.kind] ?? message.kind;
  return html`<div class="message ${message.isPrivate ? 'note' : 'comment'}"><p class="by"><b>${message.author ?? 'no name'}</b>, ${kind}${message.isPrivate ? ' (private)' : ''}, <time>${message.writtenAt === null ? 'no date' : timeOf(message.writtenAt)}</time></p>
${message.isEmpty ? html`<p class="empty">(empty: does not move)</p>` : html`<div class="body text">${message.text}</div>`}
${message.source.includes('<') ? html`<details><summary>as iTop stores it</summary><pre>${message.source.slice(0, 20_000)}</pre></details>` : ''}</div>
`;
}

function plannedPart(part: PlannedPart): Html {
  const isNote = part.partType === 'note';
  const word = {
    opening: 'opens the conversation',
    comment: 'message',
    note: isRecordNote(part) ? 'the record note: fields without a better home' : 'internal note',
  }[part.partType];
  return html`<div class="message ${isNote ? 'note' : 'comment'}"><p class="by"><b>${part.author}</b>${part.isFallback && !isRecordNote(part) ? html` <span class="chip warn">fallback</span>` : ''}, ${word}, <time>${timeOf(part.at)}</time>${
    part.hasNoTime
      ? html` <span class="chip warn">no time in iTop</span>`
      : part.shiftSeconds !== 0
        ? html` <span class="chip warn">moved by ${part.shiftSeconds} s</span>`
        : ''
  }</p>
${part.format === 'html' ? html`<div class="body">${onlyText(part.body)}</div>` : html`<div class="body text">${part.body}</div>`}
${part.files.length === 0 ? '' : html`<ul class="files">${part.files.map((file) => html`<li>${file.name} <small>${file.mediaType ?? 'unknown type'}${file.bytes === null ? '' : `, ${sizeOf(file.bytes)}`}</small></li>`)}</ul>`}</div>
`;
}

/** The filled fields of an object with the home of each. */
export function fieldTable(fields: readonly PlannedField[]): Html {
  return html`<table><thead><tr><th>Field in iTop</th><th>Value</th><th>Home</th><th>In Intercom</th></tr></thead>
<tbody>${fields.map(fieldRow)}</tbody></table>`;
}

function fieldRow({ attribute, value, home, place, planned, reason }: PlannedField): Html {
  const word = home === null ? 'undecided' : (homeWords[home] ?? home);
  const shown =
    home === 'attribute' || home === 'record_note'
      ? `${place ?? ''}: ${planned ?? 'not while the ticket has this status'}`
      : (place ?? reason ?? '');
  return html`<tr class="${home ?? 'undecided'}"><th scope="row">${attribute}</th><td>${home === 'part' ? '(in the thread above)' : value}</td><td>${word}</td><td>${shown}</td></tr>
`;
}

/** Formatted notes show their formatting: a few tags without any attribute; everything else becomes text. */
export function onlyText(body: string): Html {
  return new Html(
    sanitizeHtml(body, {
      allowedTags: [
        'p',
        'br',
        'b',
        'strong',
        'i',
        'em',
        'u',
        'ul',
        'ol',
        'li',
        'blockquote',
        'pre',
        'code',
        'h1',
        'h2',
        'h3',
        'h4',
        'table',
        'thead',
        'tbody',
        'tr',
        'td',
        'th',
        'a',
      ],
      allowedAttributes: {},
      disallowedTagsMode: 'discard',
    }).replace(/<(\/?)h[1-4]>/g, '<$1h4>'),
  );
}

const kindWords: Readonly<Record<string, string>> = {
  opening: 'description',
  public_log: 'public log',
  private_log: 'private log',
  solution: 'solution',
  pending_reason: 'pending reason',
  user_comment: 'closing remark',
};

const homeWords: Readonly<Record<string, string>> = {
  part: 'the thread',
  field: 'the conversation itself',
  attribute: 'attribute',
  record_note: 'record note',
  handoff: 'hand-off file',
  dropped: 'not moved',
};

function kindOfItem(itemKey: string): string {
  const kind = /#([a-z_]+)/.exec(itemKey)?.[1] ?? '';
  return kindWords[kind === 'description' ? 'opening' : kind] ?? kind;
}

const isRecordNote = ({ itemKey }: PlannedPart): boolean => itemKey.endsWith('#record_note');
const timeOf = (at: Date): string => `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
export const anchorOf = (key: string): string => key.replace(/[^A-Za-z0-9]+/g, '-');

function sizeOf(bytes: number): string {
  return bytes < 1_000
    ? `${bytes} bytes`
    : bytes < 1_000_000
      ? `${Math.round(bytes / 1_000)} kB`
      : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const style = `
:root { color-scheme: light; --ink: #1d2430; --soft: #5a6472; --line: #d8dde5; --note: #fff6da; --comment: #eef4ff; --warn: #ffe1d6; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1500px; padding: 0 16px 48px; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: #fff; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.2; } h2 { font-size: 1.25rem; margin: 0 0 8px; } h3 { margin: 0 0 8px; font-size: 1rem; color: var(--soft); }
article { border-top: 3px solid var(--ink); margin-top: 40px; padding-top: 16px; }
nav ol { columns: 24rem; padding-left: 2rem; }
.threads { display: grid; grid-template-columns: 1fr 1fr; gap: 24px; margin: 16px 0; }
.threads > section { min-width: 0; }
.message { border-radius: 8px; padding: 8px 12px; margin: 0 0 12px; border-left: 4px solid #7ea6f4; background: var(--comment); }
.message.note { background: var(--note); border-left-color: #e0b73a; }
.by { margin: 0 0 4px; font-size: .875rem; color: var(--soft); } .by b { color: var(--ink); }
.text, pre { white-space: pre-wrap; } pre { font-size: .8rem; max-height: 20rem; overflow: auto; margin: 4px 0; }
.body p { margin: 0 0 6px; } .body table { display: block; overflow-x: auto; }
.chip { display: inline-block; border-radius: 10px; padding: 0 8px; font-size: .8rem; background: #eceff4; color: var(--ink); }
.chip.note { background: var(--note); } .chip.comment { background: var(--comment); } .chip.warn { background: var(--warn); }
.covers, .empty { color: var(--soft); font-size: .875rem; } .remarks { background: var(--warn); border-radius: 8px; padding: 8px 8px 8px 28px; }
.files { margin: 4px 0 0; padding-left: 20px; font-size: .875rem; }
details summary { cursor: pointer; color: var(--soft); font-size: .875rem; }
table { border-collapse: collapse; overflow-wrap: anywhere; width: 100%; table-layout: fixed; font-size: .875rem; }
th, td { text-align: left; vertical-align: top; padding: 4px 8px; border-bottom: 1px solid var(--line); }
.fields tbody th { font-weight: 600; } tr.dropped td, tr.dropped th { color: var(--soft); } tr.undecided { background: var(--warn); }
@media (max-width: 720px) {
  .threads { grid-template-columns: 1fr; }
  article thead { display: none; } article tr { display: block; border-bottom: 1px solid var(--line); padding: 4px 0; }
  article th, article td { display: block; border: 0; padding: 0 4px; }
}
@media print {
  body { max-width: none; font-size: 11px; padding: 0; } nav { display: none; }
  article { break-before: page; margin-top: 0; border-top: 0; } .message { break-inside: avoid; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .message details { display: none; }
}
`;
