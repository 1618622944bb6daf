import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import type { BlobStore } from '../../platform/blob-store.ts';
import { type CsvRow, csvStart, toCsv } from '../../platform/csv.ts';
import { escapeHtml, Html, html } from '../../platform/html.ts';
import { makePrivateDirectory, openPrivateFile, writePrivateFile } from '../../platform/private-file.ts';
import { writeAttributeFiles } from './attribute-files.ts';
import { copyFiles } from './copy-files.ts';
import { type CrosswalkRow, readCrosswalk } from './crosswalk.ts';
import { readLifecycles } from './lifecycles.ts';
import { type WrittenFile, writeObjectFiles } from './object-files.ts';
import { openReader, type Reader, withObjectsNamed } from './readable-value.ts';
import { apacheMap, nginxMap } from './redirect-maps.ts';
import { writeScopeArchive } from './scope-archive.ts';
import { readSlas, slaGuide } from './sla-guide.ts';
import { handoffTables } from './tables.ts';

export interface HandoffOptions {
  readonly directory: string;
  /** Address of iTop, for the links of the crosswalk. */
  readonly itopUrl: string;
  /** iTop's compiled data model; lifecycles are left out without it. */
  readonly dataModel?: string;
  /** Where the bytes of files lie; without it they are only listed. */
  readonly blobs?: BlobStore;
}

/** Writes everything that people take over by hand: lists, guides and set-up sheets, with a page that leads through them. */
export async function writeHandoff(pool: pg.Pool, options: HandoffOptions): Promise<readonly WrittenFile[]> {
  const client = await pool.connect();
  try {
    // One snapshot: the files agree with each other.
    await client.query('begin isolation level repeatable read read only');
    const reader = await openReader(client);
    const files = await copyFiles(client, options.directory, options.blobs);
    await put(options.directory, files.index.file, files.csv);
    const written = [
      files.index,
      ...(await writeTables(client, options.directory, reader)),
      ...(await writeServiceLevels(client, options.directory, reader)),
      ...(await writeLifecycles(options)),
      ...(await writeCrosswalk(client, options)),
      ...(await writeObjectFiles(client, options.directory, reader)),
      ...(await writeAttributeFiles(client, options.directory, reader)),
      ...(await writeScopeArchive(client, options.directory, reader)),
    ];
    await put(options.directory, 'index.html', indexPage(written));
    await client.query('commit');
    return written;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

async function writeTables(client: pg.ClientBase, directory: string, reader: Reader): Promise<WrittenFile[]> {
  const written: WrittenFile[] = [];
  for (const { file, title, purpose, query } of handoffTables) {
    const { rows, fields } = await client.query<Record<string, unknown>>(query);
    await put(
      directory,
      file,
      csvStart +
        toCsv(
          fields.map((field) => field.name),
          withObjectsNamed(rows, await reader.addressesIn(rows)),
        ),
    );
    written.push({ file, title, purpose, rows: rows.length });
  }
  return written;
}

async function writeServiceLevels(client: pg.ClientBase, directory: string, reader: Reader): Promise<WrittenFile[]> {
  const held = await readSlas(client);
  const slas = withObjectsNamed(held, await reader.addressesIn(held));
  await put(directory, 'service-levels/slas.json', `${JSON.stringify({ slas }, null, 2)}\n`);
  await put(directory, 'service-levels/guide.md', slaGuide(slas));
  return [
    {
      file: 'service-levels/guide.md',
      title: 'Service level guide',
      purpose: 'How to set the service levels up in Intercom, step by step.',
      rows: slas.length,
    },
    {
      file: 'service-levels/slas.json',
      title: 'Service levels as JSON',
      purpose: 'The same, for programs.',
      rows: slas.length,
    },
  ];
}

async function writeLifecycles({ directory, dataModel }: HandoffOptions): Promise<WrittenFile[]> {
  if (dataModel === undefined) return [];
  const transitions = await readLifecycles(dataModel);
  const rows: CsvRow[] = transitions.map((transition) => ({ ...transition }));
  const file = 'workflows/lifecycles.csv';
  await put(directory, file, csvStart + toCsv(['class', 'state', 'stimulus', 'target'], rows));
  const purpose =
    'Every state and way out of it, by class. Intercom knows open, snoozed and closed, and ticket states of your own: keep the steps that people use.';
  return [{ file, title: 'Lifecycles and approvals', purpose, rows: rows.length }];
}

async function writeCrosswalk(client: pg.ClientBase, { directory, itopUrl }: HandoffOptions): Promise<WrittenFile[]> {
  const columns = [
    'itop_class',
    'itop_id',
    'itop_ref',
    'itop_url',
    'target_type',
    'intercom_id',
    'intercom_url',
    'state',
  ];
  const redirected: CrosswalkRow[] = [];
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    yield csvStart + toCsv(columns, []);
    for await (const rows of readCrosswalk(client, itopUrl)) {
      count += rows.length;
      redirected.push(...rows.filter((row) => row.intercom_url !== ''));
      yield toCsv(
        columns,
        rows.map((row) => ({ ...row })),
        false,
      );
    }
  }
  await makePrivateDirectory(join(directory, 'crosswalk'));
  await pipeline(Readable.from(lines()), await openPrivateFile(join(directory, 'crosswalk/crosswalk.csv')));
  await put(directory, 'crosswalk/nginx-redirects.conf', nginxMap(redirected));
  await put(directory, 'crosswalk/apache-redirects.txt', apacheMap(redirected));
  const filled = count === 0 ? ' Empty before the load: write the hand-off again after it.' : '';
  return [
    {
      file: 'crosswalk/crosswalk.csv',
      title: 'Where everything went',
      purpose: `iTop's key and address beside Intercom's.${filled}`,
      rows: count,
    },
    {
      file: 'crosswalk/nginx-redirects.conf',
      title: 'Redirects for nginx',
      purpose: 'Old links keep working: include it where iTop was served.',
      rows: redirected.length,
    },
    {
      file: 'crosswalk/apache-redirects.txt',
      title: 'Redirects for Apache',
      purpose: 'The same for Apache.',
      rows: redirected.length,
    },
  ];
}

async function put(directory: string, file: string, text: string): Promise<void> {
  const path = join(directory, file);
  await makePrivateDirectory(dirname(path));
  await writePrivateFile(path, text);
}

/** Chapters in the order in which they are worked through. */
const chapters: readonly (readonly [string, string, string])[] = [
  ['set-up', 'Before the load', 'Do these first: the load refuses or falls back where they are missing.'],
  ['service-levels', 'Service levels', 'Made by hand in Intercom.'],
  ['workflows', 'Workflows', 'What iTop does by itself, and what to build instead.'],
  ['services', 'Services', 'A chance to tidy up.'],
  ['knowledge', 'Knowledge', 'Articles arrive as drafts.'],
  ['crosswalk', 'Links and redirects', 'After the load.'],
  [
    'objects',
    'Records that stay outside conversations',
    'Changes, problems, configuration items, contracts and every other class, for import or archive.',
  ],
  [
    'attributes',
    'Attributes without a place in Intercom',
    'Further logs, long texts and other attributes of tickets, persons and organizations that move. Private logs are in it.',
  ],
  ['archive', 'Tickets out of scope', 'What the scope leaves behind, to be kept. Private logs are in it.'],
  ['files', 'Files', 'What hangs on other objects than tickets.'],
];

function indexPage(files: readonly WrittenFile[]): string {
  const sections = chapters.map(([folder, title, lead]) => {
    const own = files.filter((file) => file.file.startsWith(`${folder}/`));
    const rows = own.map(
      (file) =>
        html`<tr><td><a href="${file.file}">${file.title}</a></td><td class="n">${file.rows}</td><td>${file.purpose}</td></tr>\n`,
    );
    return html`<h2>${title}</h2><p>${lead}</p>
<table><thead><tr><th>file</th><th>rows</th><th>what it is for</th></tr></thead><tbody>
${rows}</tbody></table>\n`;
  });
  const style = `body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#1c2430}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #d9dee5;vertical-align:top}
td:first-child{width:18rem}.n{text-align:right;font-variant-numeric:tabular-nums}a{color:#0b57a4}.warn{background:#fff4d6;padding:.6rem .8rem}`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${new Html(escapeHtml('Hand-off: iTop to Intercom'))}</title>
<style>${new Html(style)}</style></head><body>
<h1>Hand-off: what people take over</h1>
<p>What does not move by itself, sorted in the order in which it is worked through. CSV files are UTF-8 and open in any spreadsheet; a cell
that a spreadsheet would run as a formula starts with an apostrophe. Proposals are proposals: decide them.</p>
<p class="warn">The files under objects/ and attributes/ hold private logs. For your team only.</p>
${sections}</body></html>
`.text;
}
