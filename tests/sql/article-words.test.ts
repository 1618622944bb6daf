import { afterAll, beforeAll, expect, it } from 'vitest';
import { articleLength } from '../../audit/warehouse/article-length.ts';
import { openProgress } from '../../platform/progress.ts';
import { loadSettings } from '../../platform/settings.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { landObjects } from '../support/land-objects.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const words = (count: number) => Array.from({ length: count }, (_, place) => `word${place}`).join(' ');
  const article = (title: string, description: string) => ({ class: 'FAQ', fields: { title, description } });
  await landObjects(database.pool, {
    // 90 words, 12 dashes and a picture with words of its own.
    'FAQ::1': article(
      'Dashes',
      `<p>${words(90)}</p><p>${'- '.repeat(12)}</p><p><img src="x" alt="many words of a picture"></p>`,
    ),
    'FAQ::2': article('Hundred', `<p>${words(100)}</p><script>${words(500)}</script>`),
    'FAQ::3': article('Plus', `<ul><li>${words(501)}</li></ul>`),
    'FAQ::4': article('Nothing', '<p>&nbsp;</p>'),
  });
  await runTransform(database.pool, loadSettings({ environment: { ITOP_TIMEZONE: 'UTC' } }), openProgress('silent'));
});
afterAll(() => database.drop());

async function rows(query: string): Promise<readonly unknown[]> {
  return (await database.pool.query<Record<string, unknown>>(query)).rows;
}

it('an article has one number of words, for the audit, the hand-off and the sample', async () => {
  expect(await rows('select faq_key, word_count::integer, length from intermediate.article_text order by 1')).toEqual([
    { faq_key: 'FAQ::1', word_count: 90, length: 'short' },
    { faq_key: 'FAQ::2', word_count: 100, length: 'right' },
    { faq_key: 'FAQ::3', word_count: 501, length: 'long' },
    { faq_key: 'FAQ::4', word_count: 0, length: 'empty' },
  ]);
  expect(
    await rows(
      'select word_count::integer, length, picture_count::integer from handoff.article_review order by faq_key',
    ),
  ).toEqual([
    { word_count: 90, length: 'short', picture_count: 1 },
    { word_count: 100, length: 'right', picture_count: 0 },
    { word_count: 501, length: 'long', picture_count: 0 },
    { word_count: 0, length: 'empty', picture_count: 0 },
  ]);
  const features = await rows(
    `select target_key, feature from reconcile.sample_feature where feature ~ '^article: (empty|short|long|neither)' order by 1`,
  );
  expect(features).toEqual([
    { target_key: 'FAQ::1', feature: 'article: short' },
    { target_key: 'FAQ::2', feature: 'article: neither short nor long' },
    { target_key: 'FAQ::3', feature: 'article: long' },
    { target_key: 'FAQ::4', feature: 'article: empty' },
  ]);
  expect(await articleLength.run({ pool: database.pool, snoozeUntil: undefined })).toMatchObject([
    { finding: 'Of 4 articles 2 have fewer than 100 words and 1 more than 500.' },
  ]);
});
