import { basename, dirname } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ColumnFacts } from '../support/column-facts.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type DescribedColumn, describeStatement } from '../support/describe-statement.ts';
import {
  type DeclaredColumn,
  findQueryFiles,
  findStatementCalls,
  type StatementCall,
} from '../support/static-statements.ts';
import { typeScriptOf } from '../support/warehouse-types.ts';

let database: TestDatabase;
let calls: StatementCall[];
beforeAll(async () => {
  database = await createTestDatabase();
  calls = findStatementCalls();
});
afterAll(() => database.drop());

/**
 * Columns that no row has null in, for a reason that Postgres cannot see: `<file>: <column>`, by the kind of reason. One that is not
 * needed any more turns the test red.
 */
const filledForAReason: Readonly<Record<string, readonly string[]>> = {
  'a function of ours gives a value for every value, which Postgres does not derive from its text': [
    'shared-pace.ts: granted',
    'shared-pace.ts: window_ends_in_ms',
    'thread.ts: body',
    'render-missing.ts: source_hash',
    'tag.ts: name',
    'tag.ts: target_key',
    'collection.ts: name',
    'thread.ts: target_key',
    'thread.ts: tag_key',
    'verify-attributes.ts: target_key',
    'verify-attributes.ts: filled',
  ],
  'a constraint of the table, or a condition of the view, asks for it where the kind of the row is this one': [
    'attribute.ts: target_key',
    'attribute.ts: name',
    'attribute.ts: data_type',
    'thread.ts: attribute',
    'draw-threads.ts: payload',
    'crosswalk.ts: workspace_id_code',
  ],
  'one side of the full or left join is there, and each side names it': [
    'class-knowledge.ts: kind',
    'payload-changes.ts: what',
    'contact-company.ts: contact_key',
  ],
  'each arm of the union, or of the case, gives one': [
    'thread.ts: author_kind',
    'thread.ts: created_at',
    'read-tickets.ts: author_kind',
    'read-tickets.ts: created_at',
    'read-tickets.ts: body',
    'find-records.ts: title',
    'company.ts: company_id',
    'company.ts: custom_attributes',
    'custom-object.ts: custom_attributes',
    'read-objects.ts: value',
  ],
  'an aggregate over rows, or an element of an array, that are there': [
    'payload-changes.ts: examples',
    'class-tree.ts: ancestors',
    'chosen-keys.ts: key',
    'collect-report.ts: at',
    'land-batch.ts: ids',
  ],
  'a function of the catalogue answers about what is there': [
    'partition-leases.ts: taken',
    'inherit-comments.ts: sql',
    'inherit-comments.ts: name',
    'apply-views.ts: statement',
    'fingerprint.ts: text',
  ],
};
const explained: ReadonlySet<string> = new Set(Object.values(filledForAReason).flat());

const phaseReason =
  'the query of a phase, whose select list and relation are described below, with the conditions of the engine';
const commentReason = 'comments that Postgres itself quoted';
const copyReason = 'COPY, by the column names of the table';
const fileReason = 'a statement of a file, or of a person';

/**
 * Statements that are put together at run time and stay SQL, by file: how many, and why. All others are written with kysely, which
 * quotes names and passes values, or are one of a few texts, which are described below.
 */
const putTogether: Readonly<Record<string, readonly [count: number, reason: string]>> = {
  'cli/db.ts': [1, fileReason],
  'extract/landing/store-versions.ts': [1, copyReason],
  'extract/sources/exports/cross-check.ts': [1, copyReason],
  'load/desired-state/adoption.ts': [1, phaseReason],
  'load/engine/orphaned-intents.ts': [1, phaseReason],
  'load/engine/pending-rows.ts': [2, phaseReason],
  'load/engine/prove-first.ts': [1, phaseReason],
  'load/engine/turn.ts': [1, phaseReason],
  'load/plan/forecast.ts': [1, phaseReason],
  'load/plan/plan-requests.ts': [1, phaseReason],
  'platform/backup/restore-backup.ts': [2, copyReason],
  'platform/backup/write-backup.ts': [1, copyReason],
  'platform/migrate.ts': [2, fileReason],
  'platform/statistics.ts': [1, 'analyze takes names that Postgres gave'],
  'platform/warehouse.ts': [1, 'what kysely compiled'],
  'reconcile/report/write-query.ts': [1, 'a cursor over what kysely compiled'],
  'transform/apply-views.ts': [2, fileReason],
  'transform/inherit-comments.ts': [2, commentReason],
};

it('statements that are put together at run time are written with kysely, or stand in a list with a reason', () => {
  const found = Map.groupBy(
    calls.filter(({ texts }) => texts.length === 0),
    ({ file }) => file,
  );
  const counts = Object.fromEntries([...found].map(([file, inFile]) => [file, inFile.length]));
  expect(counts).toEqual(Object.fromEntries(Object.entries(putTogether).map(([file, [count]]) => [file, count])));
});

/** Postgres prepares no statement of these kinds; each is run by a test of its own file. */
const utility =
  /^(begin|commit|rollback|savepoint|release|set|reset|show|lock|analyze|vacuum|truncate|create|drop|alter|comment|copy|declare|fetch|close|deallocate)\b/i;

it('every statement that stays SQL fits the schema, and its row type says what Postgres gives', async () => {
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    const ofWarehouse = await ColumnFacts.read(client);
    const wrong: string[] = [];
    const needed = new Set<string>();
    let described = 0;
    for (const inRoom of Map.groupBy(calls, (call) => dirname(call.file)).values()) {
      await client.query('savepoint room');
      const hasOwnTables = await createTemporaryTables(client, inRoom);
      const facts = hasOwnTables ? await ColumnFacts.read(client) : ofWarehouse;
      for (const { file, texts, line, row, valueCount } of inRoom) {
        for (const text of valueCount === undefined ? [] : texts) {
          const takes = parametersOf(text).length;
          if (takes !== valueCount && !utility.test(text.trim()))
            wrong.push(`${file}:${line} passes ${valueCount} values to a statement of ${takes} parameters`);
        }
        for (const text of texts.flatMap((text) => withQueryOfCursor(text, inRoom))) {
          if (utility.test(text.trim())) continue;
          described++;
          const faults = await describe(client, text, row, facts);
          for (const fault of faults) {
            const key = reasonKeyOf(file, fault);
            if (key !== undefined && explained.has(key)) needed.add(key);
            else wrong.push(`${file}:${line} ${fault}`);
          }
        }
      }
      await client.query('rollback to savepoint room');
    }
    expect(wrong).toEqual([]);
    expect([...explained].filter((key) => !needed.has(key))).toEqual([]);
    // Statements are found at all; they become fewer as more of them are written with kysely.
    expect(described).toBeGreaterThan(100);
  } finally {
    client.release();
  }
});

it('every query file says in its first comment what each parameter is, is in lower case, and is run by a module beside it', () => {
  const files = findQueryFiles();
  expect(files.length).toBeGreaterThan(0);
  const faults = files.flatMap(({ file, text }) => {
    const head = /^(?:--.*\n)*/.exec(text)?.[0] ?? '';
    const statement = text.slice(head.length);
    const parameters = parametersOf(statement);
    const isRun = calls.some(
      (call) => dirname(call.file) === dirname(file) && call.texts.some((one) => one.includes(text)),
    );
    return [
      head === '' && 'does not begin with a comment',
      parametersOf(head).join() !== parameters.join() &&
        `has the parameters ${parameters.join()}, not those of its comment`,
      parameters.some((parameter, index) => parameter !== index + 1) && 'leaves out a parameter',
      /[A-Z]/.test(withoutTexts(statement)) && 'is not in lower case',
      statement.includes(';') && 'is more than one statement without a semicolon',
      !isRun && 'is run by no module beside it',
    ]
      .filter((fault) => fault !== false)
      .map((fault) => `${file} ${fault}`);
  });
  expect(faults).toEqual([]);
});

/** The numbers of the parameters that a statement, or a comment on one, names. */
function parametersOf(text: string): number[] {
  const numbers = [...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number));
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function withoutTexts(statement: string): string {
  return statement.replace(/--.*$/gm, '').replace(/'[^']*'|"[^"]*"/g, '');
}

/** What a fetch gives is what the query of its cursor gives. */
function withQueryOfCursor(text: string, inRoom: readonly StatementCall[]): readonly string[] {
  const cursor = /^\s*fetch (?:\d+ )?from (\w+)/i.exec(text)?.[1];
  if (cursor === undefined) return [text];
  const declared = new RegExp(`^\\s*declare ${cursor} .*?cursor .*?for\\b`, 'is');
  const texts = inRoom.flatMap((call) => call.texts).filter((one) => declared.test(one));
  return texts.map((one) => one.replace(declared, ''));
}

function reasonKeyOf(file: string, fault: string): string | undefined {
  const column = /^(\S+) may be null$/.exec(fault)?.[1];
  return column === undefined ? undefined : `${basename(file)}: ${column}`;
}

/** Those that the statements of a room make for its others. */
async function createTemporaryTables(client: pg.ClientBase, inRoom: readonly StatementCall[]): Promise<boolean> {
  const made = inRoom.flatMap(({ texts }) => texts).filter((text) => /^\s*create temp/i.test(text));
  // Twice: a table may read one that is made in a later file.
  for (const text of [...made, ...made]) {
    await client.query('savepoint temporary');
    // The same table may be made in two ways.
    await client.query(text.replace(/\$\d+/g, 'null')).catch(() => client.query('rollback to savepoint temporary'));
  }
  return made.length > 0;
}

async function describe(
  client: pg.ClientBase,
  text: string,
  row: StatementCall['row'],
  facts: ColumnFacts,
): Promise<string[]> {
  await client.query('savepoint statement');
  try {
    const given = await describeStatement(client, text, facts);
    return (row ?? []).flatMap((declared) =>
      compare(
        declared,
        given.find(({ name }) => name === declared.name),
      ),
    );
  } catch (error) {
    return [(error as Error).message];
  } finally {
    await client.query('rollback to savepoint statement');
  }
}

function compare(declared: DeclaredColumn, given: DescribedColumn | undefined): string[] {
  if (given === undefined) return [`${declared.name} is not among the columns`];
  const faults: string[] = [];
  const kind = kindOf(given.type);
  const isOfKind = declared.kinds.every((one) => one === kind || one === 'unknown');
  if (kind !== 'any' && !isOfKind) faults.push(`${declared.name} is ${given.type}, not ${declared.kinds.join(' or ')}`);
  if (given.isNullable && !declared.isNullable) faults.push(`${declared.name} may be null`);
  return faults;
}

/** What the driver makes of a type of Postgres, in the words of DeclaredColumn; any for JSON. */
function kindOf(type: string): string {
  const name = typeScriptOf(type);
  return (
    ({ Int8: 'string', Numeric: 'string', Timestamp: 'Date', Json: 'any' } as Record<string, string>)[name] ?? name
  );
}
