import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkAttributesHaveAHome } from '../../audit/itop-scope.ts';
import type { Itop } from '../../itop/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('inner values of a stop watch need no home; what only sounds like one does', async () => {
  const attributes = [
    ...['tto', 'tto_started', 'tto_laststart', 'tto_stopped', 'tto_75_deadline', 'tto_100_passed'],
    ...['machine', 'machine_stopped'],
  ];
  const itop = {
    listAttributes: async (name: string) => (name === 'UserRequest' ? attributes : []),
  } as unknown as Itop;
  const findings = await checkAttributesHaveAHome(itop, database.pool);
  const open = findings.filter(({ severity }) => severity !== 'passed');
  expect(open.map(({ subject }) => subject)).toEqual(['UserRequest']);
  expect(open[0]?.finding).toContain('machine, machine_stopped');
  expect(open[0]?.finding).not.toContain('tto');
});
