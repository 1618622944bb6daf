import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { pageEnd, pageHead, pageIndex, ticketSection } from './preview-page.ts';
import { findTickets, readTicket } from './read-tickets.ts';

/** Writes one self-contained page that shows the named tickets, or the sample, before and after. One ticket is in memory at a time. */
export async function writePreview(pool: pg.Pool, refs: readonly string[], file: string): Promise<{ tickets: number }> {
  const keys = await findTickets(pool, refs);
  const titles = await pool.query<{ key: string; title: string }>(
    `select c.target_key as key, c.title
     from unnest($1::text[]) with ordinality as wanted (key, place) join intercom.conversation c on c.target_key = wanted.key
     order by wanted.place`,
    [keys],
  );
  await pipeline(Readable.from(pageOf(pool, keys, titles.rows, refs.length === 0)), createWriteStream(file));
  return { tickets: keys.length };
}

async function* pageOf(
  pool: pg.Pool,
  keys: readonly string[],
  titles: readonly { readonly key: string; readonly title: string }[],
  isSample: boolean,
): AsyncGenerator<string> {
  yield pageHead(keys.length, isSample ? 'a sample that shows every rule that occurs' : 'as named').text;
  yield pageIndex(titles).text;
  for (const key of keys) yield ticketSection(await readTicket(pool, key)).text;
  yield pageEnd.text;
}
