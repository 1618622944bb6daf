import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { csvStart, toCsv } from '../../platform/csv.ts';
import { makePrivateDirectory, writePrivateFile } from '../../platform/private-file.ts';
import { collectReport, type ReportRequest } from './collect-report.ts';
import { isReportGreen, type ReportLinks, reportPage, verdictSentence } from './report-page.ts';
import { differenceRows, laterChangeRows, notLoadedRows } from './report-rows.ts';
import { writeQuery } from './write-query.ts';

export interface WrittenReport {
  readonly isGreen: boolean;
  readonly sentence: string;
  readonly directory: string;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

/**
 * Writes the report into a directory: the page to read and sign, the same as JSON, every row behind it as CSV, and a manifest
 * with the hash of each file, so that a signed copy can be told from another.
 */
export async function writeReport(
  request: ReportRequest & { readonly directory: string; readonly links: ReportLinks },
): Promise<WrittenReport> {
  const { pool, workspaceIdCode, directory, links } = request;
  await makePrivateDirectory(directory);
  const data = await collectReport(request);
  await writePrivateFile(join(directory, 'report.html'), reportPage(data, links));
  await writePrivateFile(
    join(directory, 'report.json'),
    `${JSON.stringify({ verdict: verdictSentence(data), ...data }, null, 2)}\n`,
  );
  await writePrivateFile(join(directory, 'counts.csv'), csvOf(data.byClass));
  await writeQuery(pool, join(directory, 'differences.csv'), differenceRows(pool, workspaceIdCode));
  await writeQuery(pool, join(directory, 'not_loaded.csv'), notLoadedRows(pool, workspaceIdCode));
  await writeQuery(pool, join(directory, 'later_changes.csv'), laterChangeRows(pool, workspaceIdCode));
  const names = ['report.html', 'report.json', 'counts.csv', 'differences.csv', 'not_loaded.csv', 'later_changes.csv'];
  const files = await Promise.all(names.map((name) => describeFile(directory, name)));
  const manifest = { workspace: workspaceIdCode, madeAt: data.madeAt, seed: data.seed, parts: data.hashes, files };
  await writePrivateFile(join(directory, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return { isGreen: isReportGreen(data), sentence: verdictSentence(data), directory, files };
}

function csvOf(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const names = Object.keys(rows[0] ?? {});
  return csvStart + toCsv(names, rows);
}

async function describeFile(directory: string, name: string) {
  const path = join(directory, name);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return { name, bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}
