import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { type Clock, readClock } from '../../platform/clock.ts';
import type { Html } from '../../platform/html.ts';
import { mailedPageAround } from '../../platform/mailed-page.ts';
import { openPrivateFile } from '../../platform/private-file.ts';
import { findPreviewed, type Previewed } from './find-previewed.ts';
import {
  articleSection,
  objectSection,
  openRecords,
  type PageContents,
  previewPage,
  ticketSection,
} from './preview-page.ts';
import { readArticle, readObject } from './read-objects.ts';
import { readTicket } from './read-tickets.ts';

/**
 * Writes one self-contained page that shows what is named, or the sample, before and after: tickets, changes and other objects,
 * articles. One of them is in memory at a time.
 */
export async function writePreview(pool: pg.Pool, refs: readonly string[], file: string): Promise<PageContents> {
  const previewed = await findPreviewed(pool, refs);
  const count = (type: Previewed['type']): number => previewed.filter((one) => one.type === type).length;
  const contents = {
    tickets: count('conversation'),
    objects: count('custom_object_instance'),
    articles: count('article'),
  };
  const drawnFrom = refs.length === 0 ? 'A sample that shows every rule that occurs.' : 'The records that were named.';
  const clock = await readClock(pool);
  const [start, end] = mailedPageAround(previewPage(contents, drawnFrom, clock));
  await pipeline(Readable.from(pageOf(pool, previewed, clock, start, end)), await openPrivateFile(file));
  return contents;
}

async function* pageOf(
  pool: pg.Pool,
  previewed: readonly Previewed[],
  clock: Clock,
  start: string,
  end: string,
): AsyncGenerator<string> {
  yield start;
  const isOpen = previewed.length <= openRecords;
  for (const one of previewed) yield (await sectionOf(pool, one, clock, isOpen)).text;
  yield end;
}

async function sectionOf(pool: pg.Pool, { key, type }: Previewed, clock: Clock, isOpen: boolean): Promise<Html> {
  if (type === 'article') return articleSection(await readArticle(pool, key), isOpen);
  if (type === 'custom_object_instance') return objectSection(await readObject(pool, key), isOpen);
  return ticketSection(await readTicket(pool, key), clock, isOpen);
}
