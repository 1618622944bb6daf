import { basename, dirname } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ColumnFacts } from '../support/column-facts.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type DescribedColumn, describeStatement } from '../support/describe-statement.ts';
import { type DeclaredColumn, findStatementCalls, type StatementCall } from '../support/static-statements.ts';
import { typeScriptOf } from '../support/warehouse-types.ts';

let database: TestDatabase;
let calls: StatementCall[];
beforeAll(async () => {
  database = await createTestDatabase();
  calls = findStatementCalls();
});
afterAll(() => database.drop());

/** Columns that no row has null in, for a reason that Postgres cannot see: `<file>: <column>`. */
const filledForAReason: Readonly<Record<string, string>> = {
  'fingerprint.ts: fingerprint': 'ops.mapping_fingerprint always answers',
  'require-confirmed.ts: present': 'ops.mapping_fingerprint always answers',
  'companies.ts: company_id': 'a company without a usable code gets one made of its id',
  'shared-addresses.ts: address': 'only valid addresses are asked for',
  'verify-attributes.ts: target_key': 'handoff.attribute_plan_of names class and attribute in every row, and counts',
  'verify-attributes.ts: filled': 'handoff.attribute_plan_of names class and attribute in every row, and counts',
  'unusable-values.ts: reason': 'each kind of record_finding says why',
  'class-tree.ts: ancestors': 'a class is its own first ancestor',
  'class-knowledge.ts: kind': 'one side of the full join is there, and each requires it',
  'partition-leases.ts: taken': 'pg_try_advisory_lock answers true or false',
  'shared-pace.ts: granted': 'load.lease_permits always answers',
  'shared-pace.ts: window_ends_in_ms': 'load.lease_permits always answers',
  'thread.ts: body': 'comment_html is built of texts that are not null',
  'change-conversation.ts: body': 'a creation has a body; purged ones are not compared',
  'chosen-keys.ts: key': 'elements of arrays of keys are not null',
  'inherit-comments.ts: sql': 'the view is there: its comments are being read',
  'inherit-comments.ts: name': 'made from column names',
  'apply-views.ts: statement': 'a description is never null',
  'refresh-relation.ts: key': 'a changed object has its key',
  'fingerprint.ts: text': 'ops.setting has its one row',
  'draw-threads.ts: payload': 'these operations have a body',
  'pass-gate.ts: reason': 'a closed gate says why',
  'check-freeze.ts: source_key': 'made from arrays of ours',
  'check-freeze.ts: id': 'one side of the full join is there',
  'read-tickets.ts: title': 'made of the ref, which a ticket has',
  'read-tickets.ts: author_kind': 'each arm of the thread names one',
  'read-tickets.ts: created_at': 'each arm of the thread has one',
  'read-tickets.ts: body': 'each arm of the thread has one',
  'read-objects.ts: attributes': 'aggregated over attributes with a name',
  'read-objects.ts: value': 'the condition leaves filled values only',
  'payload-changes.ts: what': 'one side of the full join is there',
  'payload-changes.ts: examples': 'a group has a first row',
  'list-verdicts.ts: is_passed': 'compares counts and texts that are there',
  'person-content.ts: is_loaded': 'true or false over the persons of an address',
};

/** Postgres prepares no statement of these kinds; each is run by a test of its own file. */
const utility =
  /^(begin|commit|rollback|savepoint|release|set|reset|lock|analyze|vacuum|truncate|create|drop|alter|comment|copy|declare|fetch|close|deallocate)\b/i;

it('every statement that stays SQL fits the schema, and its row type says what Postgres gives', async () => {
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    const ofWarehouse = await ColumnFacts.read(client);
    const wrong: string[] = [];
    let described = 0;
    for (const inRoom of Map.groupBy(calls, (call) => dirname(call.file)).values()) {
      await client.query('savepoint room');
      const hasOwnTables = await createTemporaryTables(client, inRoom);
      const facts = hasOwnTables ? await ColumnFacts.read(client) : ofWarehouse;
      for (const { file, texts, line, row } of inRoom) {
        for (const text of texts) {
          if (utility.test(text.trim())) continue;
          described++;
          const faults = await describe(client, text, row, facts);
          wrong.push(...faults.filter((fault) => !isExplained(file, fault)).map((fault) => `${file}:${line} ${fault}`));
        }
      }
      await client.query('rollback to savepoint room');
    }
    expect(wrong).toEqual([]);
    expect(described).toBeGreaterThan(100);
  } finally {
    client.release();
  }
});

function isExplained(file: string, fault: string): boolean {
  const column = /^(\S+) may be null$/.exec(fault)?.[1];
  return column !== undefined && filledForAReason[`${basename(file)}: ${column}`] !== undefined;
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
