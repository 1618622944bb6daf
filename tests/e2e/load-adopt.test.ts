import { afterEach, expect, it } from 'vitest';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';

let workspace: TestWorkspace;
afterEach(() => workspace.close());

/** Forgets everything that loads wrote down, as a database that was lost and filled again from iTop. */
async function forget(): Promise<void> {
  await workspace.database.pool.query(
    'truncate load.identity, load.representation, load.outcome, load.kept_edit, load.journal, reconcile.verdict restart identity cascade',
  );
}

it('knows everything again, and the next load sends nothing a second time', async () => {
  workspace = await openTestWorkspace(everyOperation());
  await workspace.load();
  const known = `select target_type, target_key, target_id, origin from load.identity
    where target_type in ('company', 'contact', 'custom_object_instance', 'conversation', 'part', 'attachment',
                          'attachment_handed_off', 'participant', 'conversation_state', 'conversation_tag')
    order by target_type, target_key`;
  const before = await workspace.database.pool.query(known);
  const dump = await workspace.dump();
  await forget();

  const adopted = await workspace.adopt();
  expect(adopted).toMatchObject({
    objects: { companies: 1, contacts: 2, tags: 1, custom_objects: 1 },
    conversations: 2,
    incomplete: 0,
  });
  expect(adopted.duplicates).toEqual([]);
  await workspace.load();

  expect((await workspace.database.pool.query(known)).rows).toEqual(before.rows);
  const conversations = (objects: typeof dump) => objects.filter((object) => object.type === 'conversation');
  expect(conversations(await workspace.dump())).toEqual(conversations(dump));
});

it('takes nothing for ours that was there before the first load', async () => {
  workspace = await openTestWorkspace(everyOperation());
  await workspace.control('/actions', [
    { do: 'plant-contact', fields: { role: 'user', email: 'claude.monet@example.com', name: 'C. M.' } },
    { do: 'plant-company', fields: { company_id: 'DEMO', name: 'Their name' } },
  ]);
  await workspace.load();
  await forget();

  expect(await workspace.adopt()).toMatchObject({ objects: { companies: 0, contacts: 1 } });
});
