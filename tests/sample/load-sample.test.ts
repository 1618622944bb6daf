import { afterEach, expect, it } from 'vitest';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';

let workspace: TestWorkspace;
afterEach(() => workspace.close());

it('loads the sample and what it needs, and nothing else', async () => {
  workspace = await openTestWorkspace(everyOperation());
  const { pool } = workspace.database;
  await expect(workspace.load({ isSampleOnly: true })).rejects.toThrow(/no sample to load/);
  await pool.query(
    `insert into ops.sample (target_key, target_type, source_key, position)
     select target_key, 'conversation', source_key, 1 from intercom.conversation order by target_key limit 1`,
  );
  await workspace.load({ isSampleOnly: true });
  const loaded = await pool.query<{ target_key: string }>(
    `select target_key from load.identity where target_type = 'conversation'`,
  );
  const sample = await pool.query<{ target_key: string }>('select target_key from ops.sample');
  expect(loaded.rows).toEqual(sample.rows);
  const people = await pool.query<{ missing: string }>(
    `select c.contact_key as missing from intercom.conversation c join ops.sample s on s.target_key = c.target_key
     where not exists (select from load.identity i where i.target_type = 'contact' and i.target_key = c.contact_key)`,
  );
  expect(people.rows).toEqual([]);
  await workspace.load();
  const all = await pool.query<{ missing: string }>(
    `select target_key as missing from intercom.conversation
     where target_key not in (select target_key from load.identity where target_type = 'conversation')`,
  );
  expect(all.rows).toEqual([]);
});
