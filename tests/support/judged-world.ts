import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Judgement, type JudgeRequest, judgeRehearsal } from '../../rehearsal/judge/judge-rehearsal.ts';

type Fields = Record<string, unknown>;

export interface ItopObject {
  readonly class: string;
  readonly id: number;
  readonly fields: Fields;
}

export interface IntercomPart {
  id: string;
  part_type: string;
  author: { type: string; id: string };
  created_at: number;
  body: string | null;
}

export interface IntercomConversation {
  type: 'conversation';
  id: string;
  created_at: number;
  title: string | null;
  state: string;
  snoozed_until: number | null;
  admin_assignee_id: string | null;
  company: { id: string } | null;
  custom_attributes: Fields;
  tags: { tags: { name: string }[] };
  source: { body: string; author: { type: string; id: string } };
  conversation_parts: { conversation_parts: IntercomPart[] };
}

export interface IntercomContact {
  type: 'contact';
  id: string;
  role: string;
  email: string | null;
  external_id: string | null;
  name: string;
  custom_attributes: Fields;
  company_ids: string[];
}

export interface IntercomCompany {
  type: 'company';
  id: string;
  company_id: string;
  name: string;
  custom_attributes: Fields;
}

export interface IntercomArticle {
  type: 'article';
  id: string;
  title: string;
  description: string;
  body: string;
  state: string;
  parent_ids: string[];
}

/** Both dumps as objects, for a test to change before they are judged. */
export interface JudgedWorld {
  itop: ItopObject[];
  contacts: IntercomContact[];
  companies: IntercomCompany[];
  collections: { type: 'collection'; id: string; name: string; parent_id: string | null }[];
  articles: IntercomArticle[];
  conversations: IntercomConversation[];
  /** Of other kinds. */
  others?: Fields[];
  /** To customers. */
  notifications: Fields[];
  /** How the workspace behaves. */
  switches: Fields;
}

const unix = (time: string): number => Date.parse(time) / 1000;
const FALLBACK = { type: 'admin', id: '900' };
const ADA = { type: 'admin', id: '901' };
const NOEMIE = { type: 'user', id: 'c30' };

const itopObject = (className: string, id: number, fields: Fields): ItopObject => ({ class: className, id, fields });
const person = (id: number, name: string, email: string, org: number, status = 'active') =>
  itopObject('Person', id, { friendlyname: name, email, org_id: String(org), status });
const organization = (id: number, name: string, code: string, parent = '0') =>
  itopObject('Organization', id, { name, code, status: 'active', parent_id: parent });
const account = (id: number, contact: number) => itopObject('UserLocal', id, { contactid: String(contact) });
const profile = (id: number, user: number, profileId: number) =>
  itopObject('URP_UserProfile', id, { userid: String(user), profileid: String(profileId) });
const entry = (date: string, login: string, userId: string | 0 | null, html: string) => ({
  date,
  user_login: login,
  user_id: userId,
  message: '',
  message_html: html,
});

const NO_TEXTS = { solution: '', pending_reason: '', user_comment: '' };
const NO_PARENTS = { parent_request_ref: '', parent_incident_ref: '', parent_problem_ref: '', parent_change_ref: '' };

function itopSide(): ItopObject[] {
  return [
    organization(1, 'IT Department', 'ITD'),
    organization(2, 'Helvetia', ' HEL '),
    organization(3, 'Kestrel', 'hel', '2'),
    organization(4, 'Nordlicht', 'NORD'),
    person(10, 'Ada Agent', 'Ada@ITSM.example', 1),
    person(11, 'Bo Agent', 'bo@itsm.example', 1),
    itopObject('Person', 30, {
      ...person(30, 'Noémie Fabre', 'Noemie@helvetia.example', 2).fields,
      mobile_phone: '+41 79 1',
      function: 'Buyer',
    }),
    person(31, 'N. Fabre', ' noemie@HELVETIA.example', 4),
    person(32, 'No Address', 'not an address', 2),
    person(33, 'Gone Unneeded', 'gone@helvetia.example', 2, 'inactive'),
    account(20, 10),
    account(21, 11),
    account(40, 30),
    profile(1, 20, 5),
    profile(2, 21, 5),
    profile(3, 40, 2),
    profile(4, 40, 1024),
    itopObject('FAQCategory', 5, { name: 'Mail' }),
    itopObject('FAQ', 6, {
      title: 'Set up  mail',
      summary: 'On a phone',
      description: '<p>Open the <b>settings</b>.</p>',
      category_id: '5',
    }),
    itopObject('FAQ', 7, { title: 'Printers', summary: '', description: '<p>None.</p>', category_id: '0' }),
    itopObject('lnkContactToTicket', 1, { ticket_id: '1', contact_id: '32' }),
    itopObject('UserRequest', 1, {
      ...NO_TEXTS,
      ...NO_PARENTS,
      ref: 'R-000007',
      title: 'VPN\tdrops',
      org_id: '2',
      caller_id: '30',
      caller_id_friendlyname: 'Noémie Fabre',
      agent_id: '10',
      agent_id_friendlyname: 'Ada Agent',
      status: 'closed',
      priority: '2',
      service_name: 'Network',
      start_date: '2024-01-10 10:00:00',
      resolution_date: '2024-01-11 10:00:00',
      close_date: '2024-01-12 10:00:00',
      last_pending_date: '',
      last_update: '2024-01-12 10:00:00',
      description: '<p>It drops <b>every</b> minute.</p>',
      solution: '<p>New cable.</p>',
      user_comment: 'Perfect, thanks',
      public_log: {
        entries: [
          entry('2024-01-10 11:00:00', 'Ada Agent', '20', '<p>Looking at it.</p>'),
          entry('2024-01-10 11:00:00', 'Noémie Fabre', '40', '<p>Thank you!</p>'),
          entry('2024-01-10 12:00:00', ' NOÉMIE  fabre', 0, 'by mail'),
          entry('2024-01-10 13:00:00', 'MAILER-DAEMON', null, 'undeliverable'),
          entry('2024-01-10 13:30:00', 'Ada Agent', '20', '<!DOCTYPE html><?xml encoding="UTF-8"?>'),
        ],
      },
      private_log: { entries: [entry('2024-01-10 11:30:00', 'Bo Agent', '21', '<p>privq1x0z ask the provider</p>')] },
    }),
    itopObject('UserRequest', 2, {
      ...NO_TEXTS,
      ...NO_PARENTS,
      ref: 'R-000008',
      title: 'Printer',
      org_id: '3',
      caller_id: '0',
      caller_id_friendlyname: '',
      agent_id: '11',
      agent_id_friendlyname: 'Bo Agent',
      status: 'pending',
      priority: '4',
      service_name: '',
      parent_request_ref: 'R-000007',
      pending_reason: 'Waiting for <paper>',
      start_date: '2024-07-10 10:00:00',
      resolution_date: '',
      close_date: '',
      last_pending_date: '2024-07-10 12:00:00',
      last_update: '2024-07-10 12:00:00',
      description: '<p>Paper jam</p>',
      public_log: { entries: [] },
      private_log: { entries: [] },
    }),
  ];
}

let parts = 0;
function part(type: string, author: { type: string; id: string }, time: string, body: string | null): IntercomPart {
  parts += 1;
  return { id: `p${parts}`, part_type: type, author, created_at: unix(time), body };
}

function intercomContact(id: string, fields: Partial<IntercomContact>, key: string): IntercomContact {
  const empty = { role: 'user', email: null, external_id: null, name: '', company_ids: [] };
  const { custom_attributes: more, ...rest } = fields;
  return { type: 'contact', id, ...empty, ...rest, custom_attributes: { itop_source_key: key, ...more } };
}

function intercomCompany(id: number, companyId: string, name: string, fields: Fields): IntercomCompany {
  const usual = { itop_organization_key: `Organization::${id}`, itop_path: name, itop_level: 1 };
  const attributes = { ...usual, itop_organization_status: 'active', ...fields };
  return { type: 'company', id: `o${id}`, company_id: companyId, name, custom_attributes: attributes };
}

function intercomArticle(
  id: string,
  title: string,
  description: string,
  body: string,
  parentIds: string[],
): IntercomArticle {
  return { type: 'article', id, title, description, body, state: 'draft', parent_ids: parentIds };
}

/** A small iTop and the Intercom that the rules make of it. Every call gives a new one. */
export function cleanWorld(): JudgedWorld {
  const now = '2025-01-01T00:00:00Z';
  const event = (type: string) => part(type, FALLBACK, now, null);
  // A copy: the constants above are used in many places, and tests change what they are given.
  return structuredClone<JudgedWorld>({
    itop: itopSide(),
    notifications: [],
    switches: {},
    companies: [
      intercomCompany(1, 'ITD', 'IT Department', { itop_code: 'ITD' }),
      intercomCompany(2, 'itop-organization-2', 'Helvetia', { itop_code: 'HEL' }),
      intercomCompany(3, 'itop-organization-3', 'Kestrel', {
        itop_code: 'hel',
        itop_path: 'Helvetia / Kestrel',
        itop_level: 2,
        itop_parent_organization: 'Helvetia',
      }),
      intercomCompany(4, 'NORD', 'Nordlicht', { itop_code: 'NORD' }),
    ],
    collections: [{ type: 'collection', id: 'k5', name: 'Mail', parent_id: null }],
    articles: [
      intercomArticle('a6', 'Set up mail', 'On a phone', '<p>Open the settings.</p>', ['k5']),
      intercomArticle('a7', 'Printers', '', '<p>None.</p>', []),
    ],
    contacts: [
      intercomContact(
        'c30',
        {
          email: 'noemie@helvetia.example',
          name: 'Noémie Fabre',
          company_ids: ['o2', 'o4'],
          custom_attributes: { itop_mobile_phone: '+41 79 1', itop_function: 'Buyer' },
        },
        'Contact::30',
      ),
      intercomContact(
        'c32',
        {
          external_id: 'itop-contact-32',
          name: 'No Address',
          company_ids: ['o2'],
          custom_attributes: { itop_email: 'not an address' },
        },
        'Contact::32',
      ),
      intercomContact(
        'c3',
        { external_id: 'itop-organization-3-placeholder', name: 'Kestrel' },
        'Organization::3#placeholder',
      ),
    ],
    conversations: [
      {
        type: 'conversation',
        id: '101',
        created_at: unix('2024-01-10T09:00:00Z'),
        title: '[R-000007] VPN drops',
        state: 'closed',
        snoozed_until: null,
        admin_assignee_id: '901',
        company: { id: 'o2' },
        custom_attributes: {
          itop_ref: 'R-000007',
          itop_status: 'closed',
          itop_created_at: unix('2024-01-10T09:00:00Z'),
          itop_resolved_at: unix('2024-01-11T09:00:00Z'),
          itop_closed_at: unix('2024-01-12T09:00:00Z'),
          service_name: 'Network',
          priority: 'high',
          itop_caller: 'Noémie Fabre',
        },
        tags: { tags: [] },
        source: {
          body: '<p>It drops every minute.</p><p>Imported from iTop R-000007 (itopUserRequest1)</p>',
          author: NOEMIE,
        },
        conversation_parts: {
          conversation_parts: [
            part('comment', ADA, '2024-01-10T10:00:00Z', '<p>Looking at it.</p>'),
            part('comment', NOEMIE, '2024-01-10T10:00:01Z', '<p>Thank you!</p>'),
            part('note', FALLBACK, '2024-01-10T10:30:00Z', '<p>Bo Agent (iTop):</p><p>privq1x0z ask the provider</p>'),
            part('comment', NOEMIE, '2024-01-10T11:00:00Z', '<p>by mail</p>'),
            part('comment', FALLBACK, '2024-01-10T12:00:00Z', '<p>MAILER-DAEMON (iTop):<br>undeliverable</p>'),
            part('comment', ADA, '2024-01-11T09:00:00Z', '<p>New cable.</p>'),
            part('note', FALLBACK, '2024-01-12T09:00:00Z', '<p>Noémie Fabre (iTop):</p><p>Perfect, thanks</p>'),
            part('note', FALLBACK, '2024-12-31T00:00:00Z', '<p>Record of R-000007</p>'),
            event('conversation_attribute_updated_by_admin'),
            event('assignment'),
            event('close'),
          ],
        },
      },
      {
        type: 'conversation',
        id: '102',
        created_at: unix('2024-07-10T08:00:00Z'),
        title: '[R-000008] Printer',
        state: 'snoozed',
        snoozed_until: unix('2030-01-07T08:00:00Z'),
        admin_assignee_id: null,
        company: { id: 'o3' },
        custom_attributes: {
          itop_ref: 'R-000008',
          itop_status: 'pending',
          itop_created_at: unix('2024-07-10T08:00:00Z'),
          priority: 'low',
          itop_parent: 'R-000007',
        },
        tags: { tags: [] },
        source: {
          body: '<p>Paper jam</p><p>Imported from iTop R-000008 (itopUserRequest2)</p>',
          author: { type: 'user', id: 'c3' },
        },
        conversation_parts: {
          conversation_parts: [
            part('note', FALLBACK, '2024-07-10T10:00:00Z', '<p>Bo Agent (iTop):</p><p>Waiting for &lt;paper&gt;</p>'),
            part('note', FALLBACK, '2024-12-31T00:00:00Z', '<p>Record of R-000008</p>'),
            event('snoozed'),
          ],
        },
      },
    ],
  });
}

/** Serves both dumps as the simulators do and judges them. */
export async function judgeWorld(
  world: JudgedWorld,
  decided: Pick<JudgeRequest, 'mappingFile' | 'scope'> = {},
): Promise<Judgement> {
  const admins = [
    { type: 'admin', id: '900', email: 'migration@workspace.example', name: 'Migration' },
    { type: 'admin', id: '901', email: 'ada@itsm.example', name: 'Ada' },
  ];
  const archived = { type: 'contact', id: 'c99', role: 'user', email: 'old@helvetia.example', archived: true };
  const ndjson = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://control');
    const className = url.searchParams.get('class');
    if (url.pathname === '/itop/dump') response.end(ndjson(world.itop.filter((object) => object.class === className)));
    else if (url.pathname === '/itop/classes') {
      const below = url.searchParams.get('below');
      response.end(JSON.stringify(below === 'UserRequest' ? [below, 'AcmeRequest'] : [below]));
    } else if (url.pathname === '/intercom/dump')
      response.end(
        ndjson([
          ...admins,
          ...world.companies,
          ...world.contacts,
          ...world.collections,
          ...world.articles,
          archived,
          ...world.conversations,
          ...(world.others ?? []),
        ]),
      );
    else if (url.pathname === '/intercom/switches') response.end(JSON.stringify(world.switches));
    else response.end(JSON.stringify({ customer: world.notifications, teammate: [{ reason: 'inbox' }] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return await judgeRehearsal({
      itopControlUrl: `${url}/itop`,
      intercomControlUrl: `${url}/intercom`,
      timezone: 'Europe/Paris',
      snoozedUntil: '2030-01-07T08:00:00Z',
      ...decided,
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
