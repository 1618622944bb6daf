import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/*
 * Views call these once or several times a row. Postgres puts their expression in the place of the call, unless the function promises
 * more than what it calls (immutable around a cast that is only stable): then each call costs ten times the work.
 */
it.each([
  ['staging.local_timestamp', '(t.written)'],
  ['staging.local_time', `(t.written, t.zone)`],
  ['staging.number', '(t.written)'],
  ['staging.reference', `('Ticket', t.written)`],
  ['staging.body_hash', `('html', t.written)`],
  ['intermediate.html_text', '(t.written)'],
  ['intermediate.without_itop_addresses', '(t.written)'],
  ['intermediate.unix_time', '(t.written, t.zone)'],
  ['reconcile.plan_of_log_entry', `('UserRequest', t.written, t.zone is null, false, false, true, false, true, false)`],
])('%s costs no call', async (name, given) => {
  const { rows } = await database.pool.query<{ 'QUERY PLAN': string }>(
    `explain (verbose, costs off) select ${name}${given} from (values (now()::text, 'UTC'::text), ('x', 'UTC')) as t (written, zone)`,
  );
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toContain('Output:');
  expect(plan).not.toContain(`${name.split('.')[1]}(`);
});

it('the pass of an entry in the hour that autumn repeats is looked for once', async () => {
  const { rows } = await database.pool.query<{ 'QUERY PLAN': string }>(
    'explain (verbose, costs off) select written_at, autumn_pass from staging.log_entry',
  );
  // A step computes it; those above mention it wherever they use its value.
  const mentions = rows.map((row) => row['QUERY PLAN'].match(/autumn_pass\(/g)?.length ?? 0);
  expect(mentions).toContain(1);
});
