import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it.each([1, 9, 10, 11, 319, 320, 321, 1_000_000])('cuts a text of %i characters every so many', async (length) => {
  const size = length > 1_000 ? 10_000 : 10;
  const text = '1é文😀'.repeat(Math.ceil(length / 4));
  const { rows } = await database.pool.query<{ pieces: string[] }>(
    'select intermediate.pieces(left($1, $2), $3) as pieces',
    [text, length, size],
  );
  const pieces = rows[0]?.pieces ?? [];
  expect(pieces.join('') === [...text].slice(0, length).join('')).toBe(true);
  expect(pieces.length).toBe(Math.ceil(length / size));
  expect(pieces.slice(0, -1).every((piece) => [...piece].length === size)).toBe(true);
});
