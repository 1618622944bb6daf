import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Call, Operation } from '../../rehearsal/intercom-simulator/call.ts';
import { operations } from '../../rehearsal/intercom-simulator/router.ts';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';

/** What the description says of an operation, taken from it field by field. */
interface Described {
  readonly method: string;
  readonly path: string;
  readonly query?: readonly string[];
  readonly request?: readonly string[];
  readonly required?: readonly string[];
  readonly response: readonly string[];
}

const described = (
  JSON.parse(readFileSync(join(import.meta.dirname, 'intercom-2.16.json'), 'utf8')) as {
    operations: Record<string, Described>;
  }
).operations;

/** Where the description's words, or an example of it, say more than its schema does. */
const wordsSayMore: Readonly<Record<string, string>> = {
  retrieveCompany: 'the schema is a list, the words say one company',
  listCustomObjectInstances: 'with external_id "the response is a single object rather than a list"',
  attachContactToConversation: 'it "returns the conversation", of which other operations name more fields',
};

const answers = new Map<string, Set<string>>();
const requests = new Map<string, Set<string>[]>();
let workspace: TestWorkspace;

/** Notes what is asked and answered while everything that the loader does is done once. */
beforeAll(async () => {
  for (const operation of operations) {
    const { handle } = operation;
    Object.assign(operation, {
      handle(call: Call) {
        const answer = handle(call);
        note(answers, operation.name, answer);
        requests.set(operation.name, [...(requests.get(operation.name) ?? []), keysOf(call.body)]);
        return answer;
      },
    } satisfies Pick<Operation, 'handle'>);
  }
  workspace = await openTestWorkspace(everyOperation());
  await workspace.load();
  await workspace.database.pool.query(
    `update intercom.conversation set title = title || '!', payload_hash = sha256(payload_hash)`,
  );
  await workspace.database.pool.query(
    `update intercom.contact set name = name || '!', payload_hash = sha256(payload_hash)`,
  );
  await workspace.load({ withChanges: true });
  await workspace.adopt();
});
afterAll(() => workspace.close());

function note(where: Map<string, Set<string>>, name: string, value: unknown): void {
  const known = where.get(name) ?? new Set();
  for (const key of keysOf(value)) known.add(key);
  where.set(name, known);
}

function keysOf(value: unknown): Set<string> {
  return new Set(typeof value === 'object' && value !== null ? Object.keys(value) : []);
}

it.each(operations.map((operation) => [operation.name, operation] as const))(
  '%s has the method and the path of the description',
  (name, operation) => {
    const { method, path } = described[name] ?? { method: 'not described', path: '' };
    const shape = (text: string) => text.replace(/\{[^}]*\}/g, '{}');
    expect(`${operation.method} ${shape(operation.path)}`).toBe(`${method} ${shape(path)}`);
  },
);

it('answers hold nothing that the description does not name', () => {
  const extra = [...answers].flatMap(([name, keys]) =>
    [...keys]
      .filter((key) => !(name in wordsSayMore) && !described[name]?.response.includes(key))
      .map((key) => `${name}.${key}`),
  );
  expect(extra).toEqual([]);
});

it('the loader sends only fields that the description names, and all that it requires', () => {
  const wrong = [...requests].flatMap(([name, bodies]) =>
    bodies.flatMap((body) => [
      ...[...body].filter((key) => !described[name]?.request?.includes(key)).map((key) => `${name} sends ${key}`),
      ...(described[name]?.required ?? []).filter((key) => !body.has(key)).map((key) => `${name} lacks ${key}`),
    ]),
  );
  expect([...new Set(wrong)]).toEqual([]);
});
