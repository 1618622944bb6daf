import { afterEach, beforeEach, expect, it } from 'vitest';
import { editOverApi, openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';
import { readBack, redChecks } from '../support/read-back-workspace.ts';
import { execute, plan } from '../support/rollback-workspace.ts';

/* What others did in the workspace between a load and its read-back, its delta or its rollback: each has a stated outcome. */
let workspace: TestWorkspace;
beforeEach(async () => {
  workspace = await openTestWorkspace(everyOperation());
  await workspace.load();
});
afterEach(() => workspace.close());

async function idOf(type: string, key: string): Promise<string> {
  const { rows } = await workspace.database.pool.query<{ target_id: string }>(
    'select target_id from load.identity where target_type = $1 and target_key = $2',
    [type, key],
  );
  return rows[0]?.target_id ?? '';
}

/** What became of the items of a kind, with the reason. */
async function outcomes(planId: string, ...types: readonly string[]): Promise<readonly string[]> {
  const { rows } = await workspace.database.pool.query<{ line: string }>(
    `select concat_ws(' ', target_key, state, outcome) as line from reconcile.rollback_item
     where plan_id = $1 and target_type = any ($2) order by position`,
    [planId, types],
  );
  return rows.map((row) => row.line);
}

const live = async (type: string) =>
  (await workspace.dump()).filter((object) => object.type === type && object.archived !== true);

it('a contact that was merged into another is gone, by the name of the other; the other stays', async () => {
  await workspace.control('/actions', [
    { do: 'plant-contact', fields: { role: 'user', email: 'own@customer.example', name: 'Own Customer' } },
  ]);
  const into = String((await live('contact')).find((contact) => contact.email === 'own@customer.example')?.id);
  await workspace.control('/actions', [{ do: 'merge-contact', contact_id: await idOf('contact', 'Contact::6'), into }]);

  await workspace.database.pool.query(
    `update intercom.contact set name = 'Another', payload_hash = sha256('x') where target_key = 'Contact::6'`,
  );
  await workspace.load({ withChanges: true });
  const { rows } = await workspace.database.pool.query<{ reason: string }>(
    `select reason from load.outcome where target_key = 'Contact::6'`,
  );
  expect(rows).toEqual([{ reason: expect.stringContaining(`It was merged into contact ${into}.`) }]);

  const planned = await plan(workspace, { phase: 'contacts' });
  const result = await execute(workspace, planned.hash);
  expect(result.failures).toEqual([]);
  expect(await outcomes(planned.planId, 'contact')).toContain(`Contact::6 gone merged into contact ${into}`);
  expect((await live('contact')).map((contact) => contact.id)).toContain(into);
});

it('a company that somebody renames is kept, whether before the plan or after it', async () => {
  const rename = (name: string) =>
    workspace.control('/actions', [{ do: 'plant-company', fields: { company_id: 'DEMO', name } }]);
  const planned = await plan(workspace);
  await rename('Their own name');
  await execute(workspace, planned.hash);
  expect(await outcomes(planned.planId, 'company')).toEqual(['Organization::3 kept changed since: name']);
  const again = await plan(workspace);
  const { rows } = await workspace.database.pool.query<{ action: string; reason: string }>(
    `select action, reason from reconcile.rollback_item where plan_id = $1 and target_type = 'company'`,
    [again.planId],
  );
  expect(rows).toEqual([{ action: 'keep', reason: 'changed since: name' }]);
  expect((await live('company')).map((company) => company.name)).toEqual(['Their own name']);
});

it('an article that somebody edits between the plan and its execution is kept, with the collections it lies in', async () => {
  const planned = await plan(workspace);
  await editOverApi(workspace, `articles/${await idOf('article', 'FAQ::1')}`, { body: '<p>Pull it.</p>' });
  const result = await execute(workspace, planned.hash);
  expect([result.failures, result.unverified]).toEqual([[], []]);
  const [article, inner, outer] = await outcomes(planned.planId, 'article', 'collection');
  expect(article).toBe('FAQ::1 kept changed since: body');
  expect(inner).toMatch(/^FAQCategory::2 kept article \d+, which stays, lies in it$/);
  expect(outer).toMatch(/^FAQCategory::1 kept collection \d+, which stays, lies in it$/);
  expect(await live('article')).toHaveLength(1);
  expect(await live('collection')).toHaveLength(2);
});

it('a foreign conversation with a marker of ours in its text is told apart from a second one of ours, and no rollback touches it', async () => {
  const { rows } = await workspace.database.pool.query<{ marker: string }>(
    `select marker from intercom.conversation where target_key = 'Ticket::83'`,
  );
  await workspace.control('/actions', [
    { do: 'plant-contact', fields: { role: 'user', email: 'own@customer.example', name: 'Own Customer' } },
  ]);
  const author = (await live('contact')).find((contact) => contact.email === 'own@customer.example')?.id;
  const response = await fetch(`${workspace.url}/conversations`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${workspace.token}`,
      'Content-Type': 'application/json',
      'Intercom-Version': '2.16',
    },
    body: JSON.stringify({ from: { type: 'user', id: author }, body: `What is ${rows[0]?.marker}?` }),
  });
  const { conversation_id: foreign } = (await response.json()) as { conversation_id: string };
  await readBack(workspace, 'counts');
  expect(await redChecks(workspace)).toEqual([]);
  const verdict = await workspace.database.pool.query(
    `select verdict, reason_code from reconcile.verdict
     where target_key = 'Ticket::83' and check_name = 'read back: one conversation a ticket'`,
  );
  expect(verdict.rows).toEqual([{ verdict: 'passed', reason_code: 'marker_in_foreign_text' }]);
  const planned = await plan(workspace);
  const result = await execute(workspace, planned.hash);
  expect(result.failures).toEqual([]);
  expect((await live('conversation')).map((conversation) => conversation.id)).toEqual([foreign]);
});
