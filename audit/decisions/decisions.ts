import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sql } from 'kysely';
import Papa from 'papaparse';
import type pg from 'pg';
import { csvStart, toCsv } from '../../platform/csv.ts';
import { inTransaction } from '../../platform/database.ts';
import { RefusedError } from '../../platform/errors.ts';
import { makePrivateDirectory, writePrivateFile } from '../../platform/private-file.ts';
import { clockTimestamp, insertRows } from '../../platform/warehouse.ts';
import { isTransformed } from '../warehouse/progress-of-stages.ts';
import { companyIdDecision } from './company-id-decision.ts';
import type { DecisionFile } from './decision-file.ts';
import { survivorDecision } from './survivor-decision.ts';
import { teammateDecision } from './teammate-decision.ts';

const files: readonly DecisionFile[] = [teammateDecision, companyIdDecision, survivorDecision];

export interface WrittenFile {
  readonly path: string;
  readonly rows: number;
  /** Rows that still need an answer. */
  readonly open: number;
}

/** Writes each decision that the data asks for as a CSV to fill in; what was decided before stands in it. */
export async function writeDecisions(
  pool: pg.Pool,
  workspaceIdCode: string,
  directory: string,
): Promise<WrittenFile[]> {
  await requireTransformed(pool);
  await makePrivateDirectory(directory);
  const written: WrittenFile[] = [];
  for (const file of files) {
    const rows = await file.rows(pool, workspaceIdCode);
    if (rows.length === 0) continue;
    const path = join(directory, file.fileName);
    await writePrivateFile(path, csvStart + toCsv(file.columns, rows));
    written.push({ path, rows: rows.length, open: rows.filter((row) => row[file.answer] === '').length });
  }
  return written;
}

export interface ReadDecisions {
  readonly kind: string;
  /** Decisions that are new or changed. */
  readonly changed: number;
  /** Rows left empty: still undecided. */
  readonly open: number;
}

/**
 * Reads a filled-in file back. Nothing is recorded unless all of it is right: a column that is missing, unknown or out of place, a
 * key that was not asked for, a key twice, an answer that cannot be. Throws RefusedError with each line.
 */
export async function readDecisions(
  pool: pg.Pool,
  request: { readonly workspaceIdCode: string; readonly path: string; readonly decidedBy: string },
): Promise<ReadDecisions> {
  const { workspaceIdCode, path, decidedBy } = request;
  await requireTransformed(pool);
  if (decidedBy.trim() === '') throw refused('A decision needs the name of who took it.', 'Give it with --by.');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw refused(
      `${path} cannot be read: ${(error as Error).message}`,
      'Name a file of: itop-to-intercom audit write-decisions <directory>',
    );
  }
  const { file, rows } = parse(text, path);
  const asked = new Set((await file.rows(pool, workspaceIdCode)).map((row) => row[file.columns[0] ?? '']));
  const faults: string[] = [];
  const seen = new Map<string, number>();
  const decided: { key: string; value: string; reason: string }[] = [];
  let open = 0;
  for (const { line, row } of rows) {
    const [key, value, reason] = [row[file.columns[0] ?? ''] ?? '', row[file.answer] ?? '', row.reason ?? ''];
    const before = seen.get(key);
    seen.set(key, line);
    if (before !== undefined) faults.push(`line ${line}: ${key} stands in line ${before} already`);
    else if (!asked.has(key)) faults.push(`line ${line}: no decision is asked for "${key}"`);
    else if (value === '') open += 1;
    else {
      const fault = await file.fault(pool, workspaceIdCode, key, value);
      if (fault === undefined) decided.push({ key, value, reason });
      else faults.push(`line ${line}: ${fault}`);
    }
  }
  if (faults.length > 0)
    throw refused(
      `Nothing in ${path} was recorded:\n  ${faults.slice(0, 40).join('\n  ')}`,
      `Correct these lines (${file.answer} holds ${file.expected}; left empty it stays undecided), then read the file again.`,
    );
  return { kind: file.kind, changed: await store(pool, file, decided, decidedBy), open };
}

interface Line {
  readonly line: number;
  readonly row: Readonly<Record<string, string>>;
}

function parse(text: string, path: string): { file: DecisionFile; rows: Line[] } {
  // Spreadsheets of some countries write semicolons; editors mix line ends.
  const parsed = Papa.parse<string[]>(text.replace(/^\uFEFF+/, '').replaceAll('\r\n', '\n'), {
    skipEmptyLines: 'greedy',
    delimitersToGuess: [',', ';', '\t'],
  });
  const header = (parsed.data[0] ?? []).map((name) => name.trim());
  const file =
    files.find((candidate) => candidate.columns.join() === header.join()) ??
    files.find((candidate) => candidate.fileName === basename(path)) ??
    files.find((candidate) => candidate.columns[0] === header[0]);
  const known = files.map((candidate) => candidate.fileName).join(', ');
  if (file === undefined)
    throw refused(
      `${path}, line 1: none of the files ${known} has the columns ${header.join(', ')}.`,
      'Fill in a file as it was written: itop-to-intercom audit write-decisions <directory>',
    );
  const wrong = [
    ...header.filter((name) => !file.columns.includes(name)).map((name) => `the column "${name}" is unknown`),
    ...file.columns.filter((name) => !header.includes(name)).map((name) => `the column "${name}" is missing`),
    ...header
      .filter((name, place) => header.indexOf(name) !== place)
      .map((name) => `the column "${name}" is there twice`),
  ];
  if (wrong.length > 0)
    throw refused(`${path}, line 1: ${wrong.join('; ')}.`, `The columns are: ${file.columns.join(', ')}.`);
  const torn = parsed.errors.find((error) => error.code !== 'UndetectableDelimiter');
  if (torn !== undefined)
    throw refused(
      `${path}, line ${(torn.row ?? 0) + 1}: ${torn.message}.`,
      'Save the file as CSV with quotes around texts that hold a comma.',
    );
  const rows: Line[] = [];
  for (const [place, cells] of parsed.data.entries()) {
    if (place === 0) continue;
    if (cells.length !== header.length)
      throw refused(
        `${path}, line ${place + 1}: it has ${cells.length} cells, not ${header.length}.`,
        `The columns are: ${file.columns.join(', ')}.`,
      );
    rows.push({
      line: place + 1,
      row: Object.fromEntries(header.map((name, at) => [name, unescaped(cells[at] ?? '')])),
    });
  }
  return { file, rows };
}

/** Takes away the apostrophe that was written before what looks like a formula. */
function unescaped(cell: string): string {
  return cell.trim().replace(/^'(?=[=+\-@\t\r])/, '');
}

async function store(
  pool: pg.Pool,
  file: DecisionFile,
  decided: readonly { key: string; value: string; reason: string }[],
  decidedBy: string,
): Promise<number> {
  return inTransaction(pool, async (client) => {
    const rows = await insertRows(
      client,
      'ops.decision',
      ['kind', 'key', 'value', 'reason', 'decided_by'],
      decided.map((one) => ({ ...one, kind: file.kind, decided_by: decidedBy })),
    )
      .onConflict((conflict) =>
        conflict
          .columns(['kind', 'key'])
          .doUpdateSet((excluded) => ({
            value: excluded.ref('excluded.value'),
            reason: excluded.ref('excluded.reason'),
            decided_by: excluded.ref('excluded.decided_by'),
            decided_at: clockTimestamp,
          }))
          .where(
            sql<boolean>`(ops.decision.value, ops.decision.reason) is distinct from (excluded.value, excluded.reason)`,
          ),
      )
      .returning('key')
      .execute();
    const affected: string[] = [];
    for (const row of rows) affected.push(...(await file.affected(pool, row.key)));
    await insertRows(
      client,
      'ops.changed_object',
      ['root_class', 'source_key'],
      affected.map((key) => ({ root_class: key.split('::')[0], source_key: key })),
    ).execute();
    return rows.length;
  });
}

async function requireTransformed(pool: pg.Pool): Promise<void> {
  if (await isTransformed(pool)) return;
  throw refused(
    'The cases that need a decision are known only after extract and transform.',
    'itop-to-intercom extract, then transform, then audit',
  );
}

function refused(message: string, nextStep: string): RefusedError {
  return new RefusedError(message, { stage: 'audit', nextStep });
}
