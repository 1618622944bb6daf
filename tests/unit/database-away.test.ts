import { expect, it } from 'vitest';
import { databaseAway, openDatabase } from '../../platform/database.ts';
import { RefusedError } from '../../platform/errors.ts';

it('tells in words, with the next step, that Postgres is not there', async () => {
  const database = openDatabase('postgres://u:hunter2@127.0.0.1:9/x');
  const thrown = await database.pool.query('select 1').catch((error: unknown) => error);
  await database.close();
  const told = databaseAway(thrown);
  expect(told?.message).toMatch(/^Postgres does not answer/);
  expect(told?.message).not.toContain('hunter2');
  expect(told?.nextStep).toContain('DATABASE_URL');
});

it.each(['57P01', '57P03', '08006', '28P01', '3D000', '53300'])('knows SQLSTATE %s for a connection', (code) => {
  expect(databaseAway(Object.assign(new Error('x'), { code }))).toBeDefined();
});

it('takes no other error for one', () => {
  expect(databaseAway(new RefusedError('x', { stage: 'a', nextStep: 'b' }))).toBeUndefined();
  expect(databaseAway(Object.assign(new Error('no file'), { code: 'ENOENT', syscall: 'open' }))).toBeUndefined();
  expect(databaseAway(Object.assign(new Error('bad'), { code: '22003' }))).toBeUndefined();
});
