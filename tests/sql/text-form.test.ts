import { afterAll, beforeAll, expect, it } from 'vitest';
import { textForm } from '../../intercom/same-text.ts';
import { wordsOfText } from '../../intercom/words.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import fc from '../support/fast-check.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('the form in which texts are compared is the same in SQL, but for case', async () => {
  const marks = [
    ...'‘’‚‛ʼ′“”„‟″«»‐‑‒–—―−…ab é½\u00a0\u00ad\u200b\u2060\ufe0f\ufeff\u3000\u2009\t\n',
    'e\u0301',
    '\u{e0041}',
    '👍',
  ];
  const unit = fc.oneof(fc.constantFrom(...marks), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }));
  const texts = fc.sample(fc.string({ unit }), 500).filter((text) => !text.includes('\0'));
  const { rows } = await database.pool.query<{ form: string; wanted: string }>(
    `select reconcile.text_form(written) as form, lower(wanted) as wanted from unnest($1::text[], $2::text[]) as t (written, wanted)`,
    [texts, texts.map(textForm)],
  );
  expect(rows.map((row) => row.form)).toEqual(rows.map((row) => row.wanted));
});

it('the words of a title are the same in SQL', async () => {
  const units = [
    ...'‘’“”«»‐—…™℠№ﬁ½²ⅧＡª㎏ \u00a0\u200b\ufeff\n.,:;!?()[]{}<>&"\'/\\|@#$%^*+=~`_-',
    ...['é', 'e\u0301', 'Ä', 'ß', 'я', 'Я', '日', '한', '7', 'Foo', 'printer', 'VPN', '👍', '✔', '🖨'],
    ...['&lt;', '&gt;', '&amp;', '&quot;', '&#39;', '&rsquo;', '&hellip;', '&amp;amp;', '&amp;lt;'],
  ];
  const texts = [
    ...['Foo™', '???', '&amp;', '👍', 'Great 👍', 'O&amp;#39;Neill'],
    ...fc.sample(fc.string({ unit: fc.constantFrom(...units) }), { numRuns: 500, seed: 18 }),
  ];
  const { rows } = await database.pool.query<{ words: string }>(
    'select reconcile.words_of(title) as words from unnest($1::text[]) as title',
    [texts],
  );
  const differing = texts
    .map((text, place) => ({ text, inSql: rows[place]?.words, expected: wordsOfText(text) }))
    .filter(({ inSql, expected }) => inSql !== expected);
  expect(differing.slice(0, 5)).toEqual([]);
});

it.each([
  ['title', `Don't wait...`, 'Don&rsquo;t wait&hellip;', true],
  ['title', `Don't wait...`, `Don't`, false],
  ['email', 'a-b@x.example', 'a‐b@x.example', false],
])('%s %j is %j: %j', async (field, written, present, isSame) => {
  const { rows } = await database.pool.query<{ is_same: boolean }>(
    'select reconcile.is_same_value($1, to_jsonb($2::text), to_jsonb($3::text)) as is_same',
    [field, written, present],
  );
  expect(rows[0]?.is_same).toBe(isSame);
});
