import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import type { Html } from '../../platform/html.ts';
import { openPrivateFile } from '../../platform/private-file.ts';
import { findPreviewed, type Previewed } from './find-previewed.ts';
import { articleSection, objectSection } from './object-section.ts';
import { type PageContents, pageEnd, pageHead, pageIndex, ticketSection } from './preview-page.ts';
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
  const drawnFrom = refs.length === 0 ? 'a sample that shows every rule that occurs' : 'as named';
  const page = pageOf(pool, previewed, pageHead(contents, drawnFrom));
  await pipeline(Readable.from(page), await openPrivateFile(file));
  return contents;
}

async function* pageOf(pool: pg.Pool, previewed: readonly Previewed[], head: Html): AsyncGenerator<string> {
  yield head.text;
  yield pageIndex(previewed).text;
  for (const { key, type } of previewed) yield (await sectionOf(pool, key, type)).text;
  yield pageEnd.text;
}

async function sectionOf(pool: pg.Pool, key: string, type: Previewed['type']): Promise<Html> {
  if (type === 'article') return articleSection(await readArticle(pool, key));
  if (type === 'custom_object_instance') return objectSection(await readObject(pool, key));
  return ticketSection(await readTicket(pool, key));
}
