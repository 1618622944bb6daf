import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it.each([
  ['string', 'x'.repeat(255), 'x'.repeat(255)],
  ['string', 'x'.repeat(256), `${'x'.repeat(254)}…`],
  ['integer', '12', 12],
  ['integer', 'twelve', null],
  ['float', '1.5', 1.5],
  ['float', '1e400', null],
  ['float', 'NaN', null],
  ['integer', 'Infinity', null],
  ['integer', '9007199254740993', null],
  ['float', '9'.repeat(400), null],
  ['datetime', '1700000000', 1_700_000_000],
  ['boolean', 'yes', true],
  ['boolean', 'no', false],
  ['list', 'x', null],
])('a value of type %s becomes what Intercom takes (%#)', async (type, value, expected) => {
  const { rows } = await database.pool.query(
    'select intermediate.typed_value(data_type, value) as value from unnest($1::text[], $2::text[]) as v (data_type, value)',
    [[type], [value]],
  );
  expect(rows).toEqual([{ value: expected }]);
});
