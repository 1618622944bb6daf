import { afterAll, beforeAll, expect, it } from 'vitest';
import { secretAttributes } from '../../audit/warehouse/secret-attributes.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const run = () => secretAttributes.run({ pool: database.pool, snoozeUntil: undefined });

it('names attributes that were read although they hint at a secret, and those that were left out', async () => {
  expect(await run()).toMatchObject([{ severity: 'passed' }]);
  await database.pool.query(`
    insert into ops.itop_attribute (class, attribute, kind, is_standard, is_requested, decision, first_run_id, last_run_id) values
      ('Asset', 'bitlocker_recovery', 'text', false, true, null, 1, 1),
      ('Asset', 'serial_key', 'text', false, true, 'request', 1, 1),
      ('Asset', 'serialnumber', 'text', true, true, null, 1, 1),
      ('Asset', 'unlock_code', 'secret', false, false, null, 1, 1)`);
  const findings = await run();
  expect(findings).toMatchObject([
    {
      severity: 'warning',
      subject: 'Asset.bitlocker_recovery',
      nextStep: expect.stringContaining("decision = 'never'"),
    },
    { severity: 'note', finding: expect.stringMatching(/^1 attribute .* are not read: Asset.unlock_code/) },
  ]);
});
