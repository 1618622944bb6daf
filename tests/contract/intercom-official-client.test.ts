import { type Intercom, IntercomClient, IntercomError } from 'intercom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IntercomSimulator, startIntercomSimulator } from '../../rehearsal/intercom-simulator/server.ts';
import { objectType, workspaceTeammates, workspaceTeams } from '../support/load-workload.ts';

const token = 'simulated-token';
const adminId = workspaceTeammates[0]?.id ?? '';
let simulator: IntercomSimulator;
let client: IntercomClient;

beforeAll(async () => {
  simulator = await startIntercomSimulator({
    token,
    admins: workspaceTeammates,
    teams: workspaceTeams,
    switches: { searchLagMs: 0, limit: 0, foreignObjects: 'complete' },
  });
  await fetch(`${simulator.controlUrl}/actions`, {
    method: 'POST',
    body: JSON.stringify([{ do: 'plant-object-type', fields: objectType }]),
  });
  client = new IntercomClient({
    token,
    baseUrl: simulator.url,
    maxRetries: 0,
    // Its own type ends at 2.14.
    headers: { 'Intercom-Version': '2.16' },
  });
});
afterAll(() => simulator.close());

async function all<T>(page: PromiseLike<AsyncIterable<T>>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of await page) items.push(item);
  return items;
}

/** Intercom's own client, whose requests and pages nobody here wrote, works with the simulator as with Intercom. */
describe("Intercom's official client against the simulator", () => {
  it('reads the workspace, its people and its attributes', async () => {
    expect((await client.admins.identify())?.app?.id_code).toBe('rehearsal');
    expect((await client.admins.list()).admins?.map((admin) => admin?.id)).toEqual(
      workspaceTeammates.map(({ id }) => id),
    );
    expect((await client.teams.list()).teams?.map((team) => team.id)).toEqual(workspaceTeams.map(({ id }) => id));
    await client.dataAttributes.create({
      name: 'itop_code',
      model: 'company',
      data_type: 'string',
    } as Intercom.CreateDataAttributeRequest);
    const attributes = (await client.dataAttributes.list({ model: 'company' })).data ?? [];
    expect(attributes.find((one) => one.name === 'itop_code')?.full_name).toBe('custom_attributes.itop_code');
    expect(attributes.find((one) => one.full_name === 'plan.name')).toMatchObject({ name: 'name', custom: false });
  });

  it('makes companies and contacts, links them, goes through their pages and takes them back', async () => {
    const company = await client.companies.createOrUpdate({ company_id: 'DEMO', name: 'Demo' });
    expect(await client.companies.find({ company_id: company.id })).toMatchObject({ company_id: 'DEMO', name: 'Demo' });
    const made: string[] = [];
    for (const name of ['Ada', 'Bob', 'Cyd']) {
      const contact = await client.contacts.create({
        email: `${name}@example.com`,
        name,
      } as Intercom.CreateContactRequest);
      made.push(contact.id ?? '');
    }
    expect((await all(client.contacts.list({ per_page: 2 }))).map((contact) => contact.id)).toEqual(made);
    const [ada = '', bob = ''] = made;
    await client.contacts.update({ contact_id: ada, phone: '+15551230000' });
    expect(await client.contacts.find({ contact_id: ada })).toMatchObject({ phone: '+15551230000', role: 'user' });
    await client.companies.attachContact({ contact_id: ada, id: company.id });
    // The client looks for `companies` in the answer; the description's example has `data`, as the simulator.
    const linked = (await client.contacts.listAttachedCompanies({ contact_id: ada })).response as { data?: unknown };
    expect(linked.data).toMatchObject([{ id: company.id }]);
    const query = { field: 'email', operator: '=', value: 'bob@example.com' } as const;
    expect((await all(client.contacts.search({ query }))).map((contact) => contact.id)).toEqual([bob]);
    expect(await client.contacts.delete({ contact_id: bob })).toMatchObject({ id: bob, deleted: true });
  });

  it('begins, writes in, sets, assigns, closes, finds and deletes a conversation', async () => {
    const contact = await client.contacts.create({ email: 'eve@example.com' } as Intercom.CreateContactRequest);
    const message = await client.conversations.create({
      from: { type: 'user', id: contact.id ?? '' },
      body: 'Printer on fire',
      created_at: 1_700_000_000,
    });
    const conversationId = message.conversation_id ?? '';
    await client.conversations.reply({
      conversation_id: conversationId,
      body: { message_type: 'note', type: 'admin', admin_id: adminId, body: '<p>Seen</p>', created_at: 1_700_000_060 },
    });
    await client.conversations.reply({
      conversation_id: conversationId,
      body: { message_type: 'comment', type: 'user', intercom_user_id: contact.id ?? '', body: 'Thanks' },
    });
    await client.conversations.update({ conversation_id: conversationId, read: true, title: 'Fire' });
    const assignment = { message_type: 'assignment', type: 'admin', admin_id: adminId, assignee_id: adminId } as const;
    await client.conversations.manage({ conversation_id: conversationId, body: assignment });
    const closing = { message_type: 'close', type: 'admin', admin_id: adminId } as const;
    await client.conversations.manage({ conversation_id: conversationId, body: closing });
    const tag = await client.tags.create({ name: 'Mail' });
    await client.tags.tagConversation({ conversation_id: conversationId, id: tag.id ?? '', admin_id: adminId });
    const found = await client.conversations.find({ conversation_id: conversationId });
    expect(found).toMatchObject({ title: 'Fire', state: 'closed', read: true, tags: { tags: [{ name: 'Mail' }] } });
    expect(found.conversation_parts?.conversation_parts?.some((part) => part.part_type === 'note')).toBe(true);
    const query = { field: 'contact_ids', operator: '=', value: contact.id ?? '' } as const;
    expect((await all(client.conversations.search({ query }))).map(({ id }) => id)).toEqual([conversationId]);
    expect((await all(client.conversations.list({ per_page: 1 }))).map(({ id }) => id)).toEqual([conversationId]);
    const deleted = await client.conversations.deleteConversation({ conversation_id: conversationId as never });
    expect(deleted).toMatchObject({ deleted: true });
  });

  it('makes articles, collections and instances', async () => {
    const collection = await client.helpCenters.collections.create({ name: 'FAQ' });
    expect((await all(client.helpCenters.collections.list())).map(({ id }) => id)).toEqual([collection.id]);
    const article = await client.articles.create({
      title: 'How',
      body: '<p>So</p>',
      author_id: Number(adminId),
      state: 'draft',
    });
    expect((await all(client.articles.list())).map(({ id }) => id)).toEqual([article.id]);
    const instance = await client.customObjectInstances.createCustomObjectInstances({
      custom_object_type_identifier: objectType.identifier,
      external_id: 'FunctionalCI::1',
    });
    expect(instance).toMatchObject({ external_id: 'FunctionalCI::1' });
  });

  it('understands refusals', async () => {
    const missing = client.contacts.find({ contact_id: '000000000000000000000000' });
    await expect(missing).rejects.toMatchObject({ statusCode: 404, body: { errors: [{ code: 'not_found' }] } });
    const taken = client.contacts.create({ email: 'ada@example.com' } as Intercom.CreateContactRequest);
    await expect(taken).rejects.toBeInstanceOf(IntercomError);
    await expect(taken).rejects.toMatchObject({ statusCode: 409, body: { errors: [{ code: 'conflict' }] } });
  });
});
