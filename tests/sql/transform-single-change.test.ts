import { afterAll, beforeAll, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { loadSettings } from '../../platform/settings.ts';
import { materialisedRelations } from '../../transform/materialised/materialised-relations.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

/*
 * Each object that shapes a conversation is changed alone, so that nothing else puts its ticket out of date. The change must show in
 * what is loaded, and the incremental build must end where a full one would: a dependency that is taken away is noticed here.
 */

const settings = loadSettings({
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
});

const at = (minute: number) => `2024-01-10 10:${String(minute).padStart(2, '0')}:00`;
const entry = (userId: string, minute: number, html: string) => ({
  entries: [{ date: at(minute), user_id: userId, user_login: 'somebody', message: 'text', message_html: html }],
});
const person = (friendlyname: string, email: string) => ({
  class: 'Person',
  fields: { name: 'X', first_name: 'Y', friendlyname, status: 'active', org_id: '1', email, phone: '' },
});
const ticket = {
  ref: 'R-000001',
  title: 'Printer',
  status: 'resolved',
  org_id: '1',
  caller_id: '1',
  caller_id_friendlyname: 'Ada Caller',
  agent_id: '2',
  agent_id_friendlyname: 'Ben Agent',
  start_date: at(0),
  last_update: at(50),
  description: '<p>first</p>',
  solution: '<p>solved</p>',
  resolution_date: at(40),
  parent_request_id: '2',
  parent_request_ref: 'R-000002',
  priority: '2',
  topics: ['mail'],
  service_details: { template_id: '1', values: { floor: '3' } },
  public_log: entry('2', 10, '<p>answer</p>'),
  private_log: entry('3', 20, '<p>seen <img data-img-id="1" data-img-secret="s" src="x"></p>'),
};
const parent = { ...ticket, ref: 'R-000002', title: 'Network', caller_id: '0', agent_id: '0', parent_request_id: '0' };

const world: Readonly<Record<string, GivenObject>> = {
  'Organization::1': { class: 'Organization', fields: { name: 'Acme', code: 'A', parent_id: '0' } },
  'Contact::1': person('Ada Caller', 'ada@a.example'),
  'Contact::2': person('Ben Agent', 'ben@a.example'),
  'Contact::3': person('Carla Colleague', 'carla@a.example'),
  'Contact::4': person('Dora Linked', 'dora@a.example'),
  'User::2': { class: 'UserLocal', fields: { login: 'ben', contactid: '2', status: 'enabled' } },
  'User::3': { class: 'UserLocal', fields: { login: 'carla', contactid: '3', status: 'enabled' } },
  'URP_UserProfile::2': { class: 'URP_UserProfile', fields: { userid: '2', profileid: '5', profile: 'Support Agent' } },
  'URP_UserProfile::3': { class: 'URP_UserProfile', fields: { userid: '3', profileid: '5', profile: 'Support Agent' } },
  'Ticket::1': { class: 'UserRequest', fields: ticket },
  'Ticket::2': { class: 'UserRequest', fields: parent },
  'lnkContactToTicket::1': {
    class: 'lnkContactToTicket',
    fields: {
      ticket_id: '1',
      contact_id: '4',
      contact_id_friendlyname: 'Dora Linked',
      contact_id_finalclass_recall: 'Person',
      role_code: 'manual',
    },
  },
  'lnkFunctionalCIToTicket::1': {
    class: 'lnkFunctionalCIToTicket',
    fields: {
      ticket_id: '1',
      functionalci_id: '1',
      functionalci_name: 'srv-1',
      functionalci_id_finalclass_recall: 'Server',
      impact_code: 'manual',
    },
  },
  'Attachment::1': {
    class: 'Attachment',
    fields: { item_class: 'UserRequest', item_id: '1', creation_date: at(10), user_id: '2', contact_id: '2' },
  },
  'InlineImage::1': { class: 'InlineImage', fields: { item_class: 'UserRequest', item_id: '1', secret: 's' } },
  'CMDBChangeOp::1': {
    class: 'CMDBChangeOpCreate',
    fields: { change: '1', date: at(0), userinfo: 'Ben Agent', user_id: '2', objclass: 'UserRequest', objkey: '1' },
  },
  'WorkOrder::1': {
    class: 'WorkOrder',
    fields: { name: 'Swap', status: 'open', description: 'do it', ticket_id: '1', log: { entries: [] } },
  },
  'TagSetFieldData::1': {
    class: 'TagSetFieldDataFor_UserRequest__topics',
    fields: { obj_class: 'UserRequest', obj_attcode: 'topics', code: 'mail', label: 'Mail' },
  },
  'TemplateField::1': {
    class: 'TemplateField',
    fields: { template_id: '1', code: 'floor', label: 'Which floor?', order: '1' },
  },
};

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(
    `insert into ops.itop_class (class, root_class, parent_class, is_standard) values
       ('TagSetFieldDataFor_UserRequest__topics', 'TagSetFieldData', 'TagSetFieldData', false), ('TemplateField', 'TemplateField', null, false);
     insert into ops.mapping_attribute (class, attribute, home, label, position, rule) values
       ('UserRequest', 'topics', 'record_note', 'Topics', 90, 'T6'), ('UserRequest', 'service_details', 'record_note', 'Form', 91, 'T6')`,
  );
  await landObjects(database.pool, world);
  await database.pool.query(
    `insert into raw.blob_source (source_key, attribute, blob_hash, byte_size, file_name, media_type)
     select key, 'contents', sha256('x'), 1, 'file.png', 'image/png' from unnest(array['Attachment::1', 'InlineImage::1']) as key`,
  );
  await runTransform(database.pool, settings, openProgress('silent'));
});
afterAll(() => database.drop());

async function rowsOf(relation: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ row: string }>(`select r::text as row from ${relation} r order by 1`);
  return rows.map(({ row }) => row);
}

const loaded = async (): Promise<string[][]> =>
  Promise.all(['intercom.conversation', 'intercom.conversation_part', 'intercom.conversation_part_file'].map(rowsOf));

/** A change of some fields of an object of the world; null takes the object away. */
const changes: readonly (readonly [key: string, fields: Readonly<Record<string, unknown>> | null])[] = [
  ['Ticket::1', { title: 'Printer again' }],
  // Merged into another person by the address, and taken apart again.
  ['Contact::1', { email: 'dora@a.example', status: 'inactive' }],
  ['Contact::2', { friendlyname: 'Ben Renamed' }],
  ['Contact::4', { email: 'another@a.example' }],
  ['Organization::1', null],
  ['User::2', { contactid: '3' }],
  ['User::3', { contactid: '4' }],
  ['URP_UserProfile::3', { profileid: '12', profile: 'Portal user' }],
  ['lnkContactToTicket::1', { contact_id_friendlyname: 'Dora Linked Again' }],
  ['lnkFunctionalCIToTicket::1', { functionalci_name: 'srv-2' }],
  ['InlineImage::1', { item_id: '2' }],
  ['Attachment::1', { creation_date: at(20), user_id: '3' }],
  ['CMDBChangeOp::1', { userinfo: 'Carla Colleague', user_id: '3' }],
  ['WorkOrder::1', { status: 'closed' }],
  ['Ticket::2', null],
  ['TagSetFieldData::1', { label: 'E-mail' }],
  ['TemplateField::1', { label: 'On which floor?' }],
];

let minutes = 0;
it.each(changes)('%s changed alone reaches what is loaded, as a full build would bring it', async (key, fields) => {
  const before = await loaded();
  const object = world[key] ?? expect.fail(key);
  const changed = fields === null ? null : { ...object.fields, ...fields };
  minutes += 1;
  await landObjects(
    database.pool,
    { [key]: { class: object.class, fields: changed } },
    { observedAt: new Date(Date.UTC(2026, 0, 2, 0, minutes)) },
  );
  await runTransform(database.pool, settings, openProgress('silent'));
  for (const { relation } of materialisedRelations)
    expect(await rowsOf(relation), relation).toEqual(await rowsOf(`${relation}_definition`));
  expect(await loaded()).not.toEqual(before);
});
