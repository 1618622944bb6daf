import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { moveWatermarks } from '../../extract/delta/watermarks.ts';
import type { Finding } from '../../platform/findings.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(
    `insert into ops.run (command, fingerprint, fingerprint_detail) values ('extract', 'x', '{}')`,
  );
});
beforeEach(async () => {
  await database.pool.query(`delete from ops.watermark;
    insert into ops.watermark (run_id, channel, class, value)
    values (1, 'last_update', 'Ticket', '2026-01-01 00:00:00'), (1, 'history', 'CMDBChangeOp', '7')`);
});
afterAll(() => database.drop());

const blocker = (subject: string, about: Pick<Finding, 'class' | 'rootClass'> = {}): Finding => ({
  code: 'itop_server_error',
  severity: 'blocker',
  subject,
  finding: 'iTop could not give it.',
  nextStep: '',
  ...about,
});

async function reachedAfter(blockers: readonly Finding[]): Promise<readonly string[]> {
  await moveWatermarks(database.pool, '1', true, blockers);
  const { rows } = await database.pool.query<{ channel: string }>(
    'select channel from ops.watermark where is_reached order by channel',
  );
  return rows.map((row) => row.channel);
}

it('a pass without blockers moves every watermark', async () => {
  expect(await reachedAfter([])).toEqual(['history', 'last_update']);
});

it('a class of tickets that the site added holds the times of tickets, whatever it is called', async () => {
  const custom = blocker('LegalRequest::12', { class: 'LegalRequest', rootClass: 'Ticket' });
  expect(await reachedAfter([custom])).toEqual([]);
});

it('a class whose tree is not known may be one of tickets', async () => {
  expect(await reachedAfter([blocker('LegalRequest', { class: 'LegalRequest' })])).toEqual([]);
});

it('a class of another tree holds the history alone, even where its name reads like a ticket', async () => {
  const other = blocker('ProblemArea::3', { class: 'UserRequestTemplate', rootClass: 'UserRequestTemplate' });
  expect(await reachedAfter([other])).toEqual(['last_update']);
  expect(await reachedAfter([blocker('iTop account')])).toEqual(['last_update']);
});
