import { afterEach, describe, expect, it } from 'vitest';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';

let workspace: TestWorkspace;
afterEach(() => workspace.close());

const theirs = {
  contact: { role: 'user', email: 'claude.monet@example.com', name: 'C. M.' },
  company: { company_id: 'DEMO', name: 'Their name' },
};

/** A workspace that holds a contact and a company of the workload already; loaded under a policy. */
async function load(policy: 'leave' | 'fill_empty' | 'overwrite'): Promise<void> {
  workspace = await openTestWorkspace(everyOperation());
  await workspace.control('/actions', [
    { do: 'plant-contact', fields: theirs.contact },
    { do: 'plant-company', fields: theirs.company },
  ]);
  await workspace.database.pool.query(`insert into ops.mapping_option values ('on_existing', $1)`, [
    JSON.stringify({ contact: policy, company: policy, article: 'leave' }),
  ]);
  await workspace.load();
}

async function held() {
  const dump = await workspace.dump();
  const contact = dump.find((one) => one.type === 'contact' && one.email === theirs.contact.email);
  const company = dump.find((one) => one.type === 'company' && one.company_id === 'DEMO');
  return {
    contact: { name: contact?.name, phone: contact?.phone },
    company: { name: company?.name },
  };
}

const beforeImages = async () =>
  (
    await workspace.database.pool.query<{ target_type: string; before_image: unknown }>(
      `select target_type, before_image from load.journal
       where before_image is not null and target_type in ('contact', 'company') order by target_type`,
    )
  ).rows.map((row) => [row.target_type, row.before_image]);

const change = (relation: string, key: string, set: string) =>
  workspace.database.pool.query(
    `update intercom.${relation} set ${set}, payload_hash = sha256(payload_hash || 'changed'::bytea) where target_key = $1`,
    [key],
  );

describe('on_existing', () => {
  it('leave: nothing is written to what existed, not by a delta either', async () => {
    await load('leave');
    expect(await held()).toEqual({ contact: { name: 'C. M.', phone: null }, company: { name: 'Their name' } });
    expect(await beforeImages()).toEqual([]);
    await change('contact', 'Contact::5', `phone = '+33 9'`);
    await workspace.load({ withChanges: true });
    expect(await held()).toMatchObject({ contact: { phone: null } });
  });

  it('fill_empty: only what was empty', async () => {
    await load('fill_empty');
    expect(await held()).toEqual({ contact: { name: 'C. M.', phone: '+33123' }, company: { name: 'Their name' } });
    expect(await beforeImages()).toMatchObject([['contact', { phone: null }]]);
  });

  it('overwrite: what the source fills, with what stood there recorded; later edits are kept', async () => {
    await load('overwrite');
    expect(await held()).toEqual({
      contact: { name: 'Claude Monet', phone: '+33123' },
      company: { name: 'Demo & Sons' },
    });
    expect(await beforeImages()).toMatchObject([
      ['company', { name: 'Their name' }],
      ['contact', { name: 'C. M.', phone: null }],
    ]);
    const failed = await workspace.database.pool.query(
      `select target_key from reconcile.verdict where verdict = 'failed' and object_type in ('contact', 'company')`,
    );
    expect(failed.rows).toEqual([]);
    // A change in the source reaches a field that nobody edited since.
    await change('contact', 'Contact::5', `name = 'Oscar-Claude Monet'`);
    await workspace.load({ withChanges: true });
    expect(await held()).toMatchObject({ contact: { name: 'Oscar-Claude Monet' } });
  });
});

describe("attributes of Intercom's own", () => {
  it('fail the planned attribute of their name before anything is created, and stop nothing else', async () => {
    const workload = everyOperation();
    workspace = await openTestWorkspace({
      ...workload,
      attributes: [
        ...workload.attributes,
        { target_key: 'company_attribute:industry', model: 'company', name: 'industry', data_type: 'string' },
      ],
    });
    const { failed } = (await workspace.load()).phases.find(({ phase }) => phase === 'attributes') ?? {};
    expect(failed).toBe(1);
    const { rows } = await workspace.database.pool.query(
      `select reason from load.outcome where target_key = 'company_attribute:industry'`,
    );
    expect(rows).toEqual([{ reason: "Intercom's own company attribute industry has the name industry." }]);
    expect((await workspace.dump()).some((one) => one.type === 'data_attribute' && one.name === 'industry')).toBe(
      false,
    );
  });
});

describe('a conversation attribute that stands in the workspace twice', () => {
  const post = async () => {
    const response = await fetch(`${workspace.url}/conversations/attributes`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${workspace.token}`,
        'Intercom-Version': '2.16',
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({ name: 'itop_ref', data_type: 'string' }),
    });
    expect(response.status).toBe(200);
  };
  const created = async () => (await workspace.requests()).createConversation ?? 0;

  it('ends a load before its first conversation where it came after the attributes', async () => {
    workspace = await openTestWorkspace(everyOperation());
    let hasCome = false;
    const beforePhase = async (_: string, phase: string) => {
      if (phase !== 'conversations' || hasCome) return;
      hasCome = true;
      await post();
    };
    await expect(workspace.load({ beforePhase })).rejects.toMatchObject({
      message: expect.stringMatching(/^Conversations have 2 attributes named itop_ref \(\d+, \d+\): Intercom refuses/),
      nextStep: expect.stringMatching(/^Archive all but \d+, which the load knows, in Intercom/),
    });
    expect(await created()).toBe(0);
  });

  it('ends a load before it writes anything where it was there before', async () => {
    workspace = await openTestWorkspace(everyOperation());
    await post();
    await post();
    await expect(workspace.load()).rejects.toThrow('Conversations have 2 attributes named itop_ref');
    expect(await created()).toBe(0);
  });
});
