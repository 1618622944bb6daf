import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { Html, html } from '../../platform/html.ts';
import { makePrivateDirectory, openPrivateFile } from '../../platform/private-file.ts';
import { warehouse } from '../../platform/warehouse.ts';
import type { WrittenFile } from './object-files.ts';
import { type Reader, readableValue, withoutSecrets } from './readable-value.ts';

interface ArchivedTicket {
  readonly source_key: string;
  readonly final_class: string;
  readonly ref: string | null;
  readonly excluded_reason: string;
  readonly field: Readonly<Record<string, unknown>>;
}

/** A page of so many tickets still opens and searches at once in a browser. */
const ticketsAPage = 200;

/** Fields that stand below the table of a ticket, as text of their own. */
const texts = ['description', 'public_log', 'private_log', 'solution'];

/**
 * Keeps what the scope leaves out (rule K10): every ticket with all its fields as a line of JSON, and pages for people. One page of
 * tickets is in memory at a time. Nothing is written where the scope leaves nothing out.
 */
export async function writeScopeArchive(
  client: pg.ClientBase,
  directory: string,
  reader: Reader,
): Promise<WrittenFile[]> {
  const pages: WrittenFile[] = [];
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    let last = '';
    for (;;) {
      const rows = await warehouse(client)
        .selectFrom('handoff.scope_archive')
        .select(['source_key', 'final_class', 'ref', 'excluded_reason', 'field'])
        .$narrowType<Pick<ArchivedTicket, 'field'>>()
        .where('source_key', '>', last)
        .orderBy('source_key')
        .limit(ticketsAPage)
        .execute();
      if (rows.length === 0) return;
      last = rows.at(-1)?.source_key ?? last;
      count += rows.length;
      const file = `archive/tickets-${String(pages.length + 1).padStart(4, '0')}.html`;
      const title = `${rows[0]?.ref ?? rows[0]?.source_key} to ${rows.at(-1)?.ref ?? last}`;
      const addresses = await reader.addressesIn(rows);
      const asText: AsText = (name, value) => {
        const readable = readableValue(value ?? '', reader.isHtml(name), addresses);
        return typeof readable === 'object' ? JSON.stringify(readable) : String(readable);
      };
      await pipeline(Readable.from([pageOf(title, rows, asText)]), await openPrivateFile(join(directory, file)));
      pages.push({ file, title, purpose: 'To read and search in a browser.', rows: rows.length });
      yield rows.map((row) => `${JSON.stringify(withoutSecrets(row))}\n`).join('');
    }
  }
  const any = await warehouse(client)
    .selectFrom('handoff.scope_archive')
    .select('source_key')
    .limit(1)
    .executeTakeFirst();
  if (any === undefined) return [];
  await makePrivateDirectory(join(directory, 'archive'));
  await pipeline(Readable.from(lines()), await openPrivateFile(join(directory, 'archive/tickets.jsonl')));
  const purpose =
    'Every ticket that the scope leaves out, with all its fields, one a line; without the addresses of pasted pictures, which open without a login.';
  return [{ file: 'archive/tickets.jsonl', title: 'Tickets out of scope', purpose, rows: count }, ...pages];
}

/** The text of a value of an attribute, `Class.attribute`. */
type AsText = (attribute: string, value: unknown) => string;

function pageOf(title: string, tickets: readonly ArchivedTicket[], asText: AsText): string {
  const style = `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2430}
article{border-top:2px solid #1c2430;margin-top:2rem}th{text-align:left;vertical-align:top;padding-right:1rem;font-weight:500}
pre{white-space:pre-wrap;font:inherit;border-left:3px solid #d9dee5;padding-left:.8rem}.private{background:#fff4d6}`;
  const articles = tickets.map(({ source_key, final_class, ref, excluded_reason, field }) => {
    const textOf = (name: string, value: unknown) => asText(`${final_class}.${name}`, value);
    const facts = Object.entries(field)
      .filter(([name, value]) => !texts.includes(name) && value !== '' && value !== null)
      .map(([name, value]) => html`<tr><th>${name}</th><td>${textOf(name, value)}</td></tr>\n`);
    const entries = texts
      .map((name) => [name, textOf(name, field[name])] as const)
      .filter(([, text]) => text.trim() !== '')
      .map(([name, text]) =>
        name === 'private_log'
          ? html`<h3>${name}</h3><pre class="private">${text}</pre>\n`
          : html`<h3>${name}</h3><pre>${text}</pre>\n`,
      );
    return html`<article id="${source_key}"><h2>${ref ?? source_key}: ${textOf('title', field.title)}</h2>
<p>${final_class}, ${excluded_reason}</p><table>${facts}</table>
${entries}</article>\n`;
  });
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>${new Html(style)}</style></head><body>
<h1>Tickets out of scope: ${title}</h1>
<p>As iTop held them. Private logs are among them: for your team only.</p>
${articles}</body></html>
`.text;
}
