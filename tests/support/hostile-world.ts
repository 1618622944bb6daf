import fc from './fast-check.ts';
import type { GivenObject } from './land-objects.ts';

/*
 * Random worlds of iTop objects in which any field may hold what no form of iTop lets through but old versions, imports, scripts and
 * the database do: impossible dates, numbers without bounds, text of any kind, markup of any depth, values of another type.
 */

const dates = [
  ...[
    '',
    '0000-00-00 00:00:00',
    '1899-12-30 00:00:00',
    '1969-12-31 23:59:59',
    '1970-01-01 00:00:00',
    '0001-01-01 00:00:00',
  ],
  ...['2024-03-31 02:30:00', '2024-10-27 02:30:00', '2024-02-30 10:00:00', '2024-01-10', '2034-03-01 10:00:00'],
  ...[
    '9999-12-31 23:59:59',
    '10000-01-01 00:00:00',
    '294276-12-31 23:59:59',
    '4714-11-24 00:00:00 BC',
    '2024-01-10 10:00:00 BC',
  ],
  ...['infinity', '-infinity', 'now', 'epoch', 'yesterday', '2024-01-10T10:00:00Z', '10/01/2024', 'not a date'],
];
const numbers = [
  '0',
  '-1',
  '1.5',
  '1e400',
  '-1e-400',
  'NaN',
  'Infinity',
  '0x1F',
  '1_000',
  '9'.repeat(400),
  '2147483648',
  '9223372036854775808',
  ' 7 ',
  '٣',
  '',
];
const texts = [
  ...[
    '',
    ' ',
    '\u00a0',
    '\u200b',
    '0',
    'null',
    '\u0000',
    'a\u0000b',
    '\ud83d',
    '\udc00x',
    '😀'.repeat(200),
    '\u202eabc',
    '\u001b[2J',
  ],
  ...[
    "'; drop table raw.object; --",
    '=cmd|x!A1\nsecond line',
    '{"a": 1}',
    '\\u0000',
    '%s%n',
    '$(x)',
    'Straße İstanbul ﬁ',
    'ａ@ｂ.example',
  ],
  ...[
    'a@x.example',
    'A@X.example\u00a0',
    'a@x.example, b@x.example',
    `${'x'.repeat(300)}@x.example`,
    '文'.repeat(300),
    'line\r\nline\u2028line',
  ],
];
const bodies = [
  `${'<table><tr><td>'.repeat(400)}deep${'</td></tr></table>'.repeat(400)}`,
  `${'<ul><li>'.repeat(600)}deep`,
  `<p>x</p><!-- ${'a'.repeat(9_999)}😀 -->`,
  '<a'.repeat(20_000),
  '&#xD83D;&#0;&#1114112;&nbsp;&hellip;',
  `<img src="data:image/png;base64,${'A'.repeat(20_000)}" data-img-id="7">`,
  `<a href="javascript:alert(1)" onclick="x">${'<'.repeat(500)}</a>`,
  `<p>${'word '.repeat(12_000)}</p>`,
  '<![CDATA[ x ]]><?php y ?><!DOCTYPE z>',
];

const strange = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...dates, ...numbers, ...texts, ...bodies) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      null,
      true,
      12,
      -0.5,
      1e300,
      [],
      {},
      [1, 'x'],
      { entries: 'x' },
      { entries: [null, 1, {}] },
    ),
  },
);

/** A field's ordinary value, and now and then any other. */
const field = (ordinary: unknown): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(ordinary) }, { weight: 1, arbitrary: strange });

const entry = fc.record({
  date: fc.oneof(fc.constant('2024-01-10 11:00:00'), fc.constantFrom(...dates)),
  user_id: field('5'),
  user_login: field('Ada Berger'),
  message: field('hello'),
  message_html: fc.oneof(fc.constant('<p>hello</p>'), fc.constantFrom(...bodies, ...texts)),
});
const log = fc.oneof(
  { weight: 6, arbitrary: fc.record({ entries: fc.array(entry, { maxLength: 3 }) }) },
  { weight: 1, arbitrary: strange },
);

function object(finalClass: string, fields: Readonly<Record<string, unknown>>): fc.Arbitrary<GivenObject> {
  const arbitraries = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, name.endsWith('_log') || name === 'log' ? log : field(value)]),
  );
  return fc.record(arbitraries, { requiredKeys: [] }).map((made) => ({ class: finalClass, fields: made }));
}

const ticketFields = {
  ...{
    ref: 'R-000100',
    title: 'Printer',
    status: 'new',
    org_id: '1',
    caller_id: '10',
    caller_id_friendlyname: 'Ada Berger',
  },
  ...{ agent_id: '20', agent_id_friendlyname: 'Gita Agent', team_id: '30', team_name: 'Desk', service_name: 'Mail' },
  ...{ start_date: '2024-01-10 10:00:00', last_update: '2024-01-12 10:00:00', close_date: '', resolution_date: '' },
  ...{
    last_pending_date: '',
    description: '<p>It is broken</p>',
    solution: '<p>x</p>',
    pending_reason: 'later',
    user_comment: 'thanks',
  },
  ...{
    public_log: null,
    private_log: null,
    priority: '3',
    impact: '1',
    urgency: '1',
    origin: 'mail',
    time_spent: '60',
  },
  ...{
    parent_request_id: '0',
    resolution_code: '',
    user_satisfaction: '',
    tto_escalation_deadline: '',
    assignment_date: '',
  },
};
const personFields = {
  ...{ name: 'Berger', first_name: 'Ada', friendlyname: 'Ada Berger', status: 'active', org_id: '1' },
  ...{
    email: 'a@x.example',
    phone: '+33 1',
    mobile_phone: '',
    function: 'chief',
    employee_number: '7',
    location_id: '2',
  },
};

/** One world, its objects by source key. */
export const hostileWorld: fc.Arbitrary<Record<string, GivenObject>> = fc.record({
  'Organization::1': object('Organization', { name: 'Acme', code: 'AC', status: 'active', parent_id: '1' }),
  'Contact::10': object('Person', personFields),
  'Contact::11': object('Person', personFields),
  'Contact::20': object('Person', { ...personFields, email: 'gita@desk.example', friendlyname: 'Gita Agent' }),
  'Contact::30': object('Team', { name: 'Desk', status: 'active', org_id: '1', email: 'desk@x.example' }),
  'User::5': object('UserLocal', { login: 'gita', contactid: '20', status: 'enabled' }),
  'URP_UserProfile::1': object('URP_UserProfile', { userid: '5', profileid: '5', profile: 'Support Agent' }),
  'Ticket::100': object('UserRequest', ticketFields),
  'Ticket::101': object('Incident', ticketFields),
  'Ticket::102': object('UserRequest', ticketFields),
  'Ticket::200': object('Problem', { ...ticketFields, product: 'x', related_change_id: '201' }),
  'Ticket::201': object('NormalChange', {
    ...ticketFields,
    acceptance_date: '',
    approval_date: '',
    creation_date: '2024-01-10 10:00:00',
  }),
  'lnkContactToTicket::1': object('lnkContactToTicket', {
    ...{
      ticket_id: '100',
      contact_id: '11',
      contact_id_friendlyname: 'Ada Berger',
      contact_id_finalclass_recall: 'Person',
      role_code: 'manual',
    },
  }),
  'lnkFunctionalCIToTicket::1': object('lnkFunctionalCIToTicket', {
    ...{
      ticket_id: '100',
      functionalci_id: '40',
      functionalci_name: 'srv',
      functionalci_id_finalclass_recall: 'Server',
      impact_code: 'manual',
    },
  }),
  'FunctionalCI::40': object('Server', {
    ...{
      name: 'srv',
      status: 'production',
      org_id: '1',
      move2production: '2020-01-01',
      purchase_date: '',
      description: 'a<b',
      cpu: '4',
      ram: '8',
    },
  }),
  'Attachment::60': object('Attachment', {
    ...{
      item_class: 'UserRequest',
      item_id: '100',
      creation_date: '2024-01-10 10:01:00',
      user_id: '5',
      contact_id: '10',
      temp_id: '',
      expire: '',
    },
  }),
  'InlineImage::7': object('InlineImage', {
    item_class: 'UserRequest',
    item_id: '100',
    temp_id: '',
    expire: '',
    secret: 's',
  }),
  'CMDBChangeOp::90': object('CMDBChangeOpCreate', {
    ...{
      change: '1',
      date: '2024-01-10 10:00:00',
      userinfo: 'Gita',
      user_id: '5',
      objclass: 'UserRequest',
      objkey: '100',
    },
  }),
  'CMDBChangeOp::91': object('CMDBChangeOpSetAttributeCaseLog', {
    ...{
      change: '2',
      date: '2024-01-10 11:00:00',
      userinfo: 'Gita',
      user_id: '5',
      objclass: 'UserRequest',
      objkey: '100',
      attcode: 'public_log',
      lastentry: '0',
    },
  }),
  'WorkOrder::80': object('WorkOrder', {
    ...{
      name: 'Swap',
      status: 'open',
      description: 'do it',
      ticket_id: '100',
      team_id: '30',
      owner_id: '20',
      start_date: '',
      end_date: '',
      log: null,
    },
  }),
  'FAQ::50': object('FAQ', {
    title: 'How',
    summary: 's',
    description: '<p>x</p>',
    category_id: '51',
    error_code: '',
    key_words: 'k',
    domains: '',
  }),
  'FAQCategory::51': object('FAQCategory', { name: 'Mail' }),
  'Service::55': object('Service', {
    name: 'Mail',
    org_id: '1',
    status: 'production',
    description: '',
    servicefamily_id: '0',
  }),
  'SLA::4': object('SLA', { name: 'Bronze', organization_name: 'IT', org_id: '1' }),
  'SLT::35': object('SLT', {
    name: 'tto',
    priority: '1',
    request_type: 'incident',
    metric: 'tto',
    value: '4',
    unit: 'hours',
  }),
  'lnkSLAToSLT::1': object('lnkSLAToSLT', { sla_id: '4', slt_id: '35' }),
});
