import { afterAll, beforeAll, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { loadSettings } from '../../platform/settings.ts';
import { checkStaging } from '../../transform/check-staging.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { landObjects } from '../support/land-objects.ts';

const quoted = 'the printer on the second floor prints nothing but blank pages since monday';
const secret = 'between us this customer never pays his bills so let him wait';
const planted = 'privq1ax2bz';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const entry = (message: string) => ({
    date: '2024-01-10 11:00:00',
    user_id: '0',
    user_login: 'Gita Agent',
    message,
    message_html: `<p>${message}</p>`,
  });
  const fields = {
    ref: 'R-1',
    title: 'Printer: all pages come out blank, on the second floor, since last week',
    status: 'new',
    start_date: '2024-01-10 10:00:00',
    description: '<p>Help</p>',
    public_log: { entries: [entry(`Hello, ${quoted}. Thanks!`), entry('Thank you')] },
    private_log: {
      entries: [
        entry(`He says: ${quoted}. He calls it: all pages come out blank, on the second floor. ${secret} ${planted}`),
      ],
    },
  };
  await landObjects(database.pool, {
    'Ticket::1': { class: 'UserRequest', fields },
    'FAQCategory::1': { class: 'FAQCategory', fields: { name: 'Hardware' } },
    'FAQ::1': { class: 'FAQ', fields: { title: 'Printers', category_id: '1', description: '<p>Turn it on.</p>' } },
  });
  const environment = { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'UTC' };
  await runTransform(database.pool, loadSettings({ environment }), openProgress('silent'));
});
afterAll(() => database.drop());

/** Names of the tests that fail once the statements were run; they are undone afterwards. */
async function failuresAfter(...statements: readonly string[]): Promise<string[]> {
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    for (const statement of statements) await client.query(statement);
    const checks = await checkStaging(client);
    return checks.filter(({ offences }) => offences > 0).map(({ test }) => test);
  } finally {
    await client.query('rollback');
    client.release();
  }
}

it('finds nothing where an agent only quotes what the caller wrote in public', async () => {
  expect(await failuresAfter()).toEqual([]);
});

const set = (relation: string, column: string, text: string, key: string): string =>
  `update ${relation} set ${column} = '${text}' where target_key = '${key}'`;

it.each([
  ['a comment', set('intercom.conversation_part', 'attributed_body', `Thank you ${secret}`, 'Ticket::1#public_log/1')],
  ['an opening', `update intercom.conversation set body = body || ' ${secret}'`],
  ['a title', set('intercom.conversation', 'title', `[R-1] ${secret}`, 'Ticket::1')],
  ['an attribute', `update intercom.conversation set custom_attributes = '{"note": "${secret}"}'`],
])('finds eight words of a private entry in %s', async (_where, statement) => {
  expect(await failuresAfter(statement)).toContain('assert_private_run__none');
});

it.each([
  ['a title', set('intercom.conversation', 'title', `[R-1] ${planted}`, 'Ticket::1')],
  ['an attribute', `update intercom.conversation set custom_attributes = '{"note": "${planted}"}'`],
  ['an article', `update ops.rendered_body set html = '${planted}' where html = '<p>Turn it on.</p>'`],
  ['a contact', `update intercom.contact set name = '${planted}'`],
])('finds a planted word in %s', async (_where, statement) => {
  expect(await failuresAfter(statement)).toContain('assert_private_word__unseen');
});
