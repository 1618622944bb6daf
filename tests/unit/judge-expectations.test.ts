import { describe, expect, it } from 'vitest';
import { ExpectedAuthors } from '../../rehearsal/judge/expected-authors.ts';
import { expectCompanies } from '../../rehearsal/judge/expected-companies.ts';
import { expectContacts, validEmail } from '../../rehearsal/judge/expected-contacts.ts';
import { expectThread } from '../../rehearsal/judge/expected-thread.ts';
import { expectAttributes, expectState, expectTitle } from '../../rehearsal/judge/expected-ticket.ts';
import type { Account, ItopDirectory, LogEntry, Person, Ticket } from '../../rehearsal/judge/itop-objects.ts';
import { LocalClock } from '../../rehearsal/judge/local-clock.ts';
import type { TicketSurvey } from '../../rehearsal/judge/ticket-survey.ts';

const utc = new LocalClock('UTC');

function ticket(fields: Record<string, string>, publicLog: LogEntry[] = [], privateLog: LogEntry[] = []): Ticket {
  const start = { start_date: '2024-01-10 10:00:00', org_id: '2', caller_id: '30', ...fields } as Record<
    string,
    string
  >;
  return {
    className: 'UserRequest',
    id: '7',
    key: 'Ticket::7',
    text: (attribute) => start[attribute] ?? '',
    publicLog,
    privateLog,
  };
}

function said(date: string, message = 'text', login = '', userId: LogEntry['user_id'] = 0): LogEntry {
  return { date, user_login: login, user_id: userId, message_html: message };
}

function person(id: string, name: string, email: string, organizationId = '2', isInactive = false): Person {
  return { id, name, email, organizationId, isInactive };
}

const PEOPLE = [
  person('10', 'Ada Agent', 'Ada@itsm.example', '1'),
  person('11', 'Bo Agent', '', '1'),
  person('30', 'Noémie Fabre', 'noemie@helvetia.example'),
  person('31', 'Noé Fabre', 'noe@helvetia.example'),
  person('32', 'Lars Out', 'lars@kestrel.example', '3'),
  person('33', 'Same Name', 'a@helvetia.example'),
  person('34', 'Same Name', 'b@helvetia.example'),
];

function directoryOf(people: readonly Person[], accounts: Record<string, [string, boolean]> = {}): ItopDirectory {
  const persons = new Map(people.map((one) => [one.id, one]));
  return {
    ticketClasses: ['UserRequest'],
    organizations: new Map(),
    persons,
    accounts: new Map(
      Object.entries(accounts).map(([id, [personId, isPortal]]): [string, Account] => [
        id,
        { person: persons.get(personId), isPortal },
      ]),
    ),
    linkedPersons: new Map([['7', new Set(['31', '32', '33', '34'])]]),
    keptOut: new Map(),
    linkedCis: new Map(),
    files: new Map(),
  };
}

const survey = (fields: Partial<TicketSurvey> = {}): TicketSurvey => ({
  ticketsOfCaller: new Map([['30', 1]]),
  portalWriters: new Set(),
  organizationsWithoutCaller: new Set(),
  leftOut: new Set(),
  ...fields,
});

const ACCOUNTS: Record<string, [string, boolean]> = {
  20: ['10', false],
  21: ['11', false],
  22: ['', false],
  40: ['30', true],
  41: ['31', true],
  42: ['32', true],
};

function authorsOf(accounts = ACCOUNTS, refusesFurtherContacts = false): ExpectedAuthors {
  const directory = directoryOf(PEOPLE, accounts);
  const teammates = new Map([['ada@itsm.example', '901']]);
  return new ExpectedAuthors(directory, expectContacts(directory, survey()), teammates, { refusesFurtherContacts });
}

describe('the thread the judge expects', () => {
  const thread = (...args: Parameters<typeof ticket>) => expectThread(ticket(...args), authorsOf(), utc);
  const shown = (...args: Parameters<typeof ticket>) =>
    thread(...args).parts.map((part) => [
      part.key.replace('Ticket::7#', ''),
      new Date(part.createdAt * 1000).toISOString().slice(11, 19),
    ]);

  it('moves equal seconds on, but never up to the next time', () => {
    const at = '2024-01-10 11:00:00';
    const publicLog = [said(at), said(at), said(at), said('2024-01-10 11:00:02')];
    expect(shown({}, publicLog, [said(at), said('2024-01-10 11:00:01')])).toEqual([
      ['public_log/0', '11:00:00'],
      ['public_log/1', '11:00:00'],
      ['public_log/2', '11:00:00'],
      ['private_log/0', '11:00:00'],
      ['private_log/1', '11:00:01'],
      ['public_log/3', '11:00:02'],
    ]);
    expect(shown({}, [said(at), said(at), said('2024-01-10 11:00:02')], [said(at)])).toEqual([
      ['public_log/0', '11:00:00'],
      ['public_log/1', '11:00:01'],
      ['private_log/0', '11:00:01'],
      ['public_log/2', '11:00:02'],
    ]);
  });

  it('orders one second by kind and keeps the opening first in its own', () => {
    const fields = {
      start_date: '2024-01-10 11:00:00',
      resolution_date: '2024-01-10 11:00:00',
      close_date: '2024-01-10 11:00:00',
      last_pending_date: '2024-01-10 11:00:00',
      solution: 'done',
      user_comment: 'thanks',
      pending_reason: 'wait',
    };
    expect(shown(fields, [said('2024-01-10 11:00:00')], [said('2024-01-10 11:00:00')])).toEqual([
      ['public_log/0', '11:00:01'],
      ['private_log/0', '11:00:02'],
      ['pending_reason', '11:00:03'],
      ['solution', '11:00:04'],
      ['user_comment', '11:00:05'],
    ]);
  });

  it('opens at the earliest time and puts text without a date right behind it', () => {
    const early = thread({}, [said(''), said('2024-01-09 08:00:00'), said('2024-01-09 07:00:00')]);
    expect(new Date(early.createdAt * 1000).toISOString()).toBe('2024-01-09T07:00:00.000Z');
    expect(early.parts.map((part) => part.key)).toEqual([
      'Ticket::7#public_log/0',
      'Ticket::7#public_log/2',
      'Ticket::7#public_log/1',
    ]);
    expect(early.parts[1]?.createdAt).toBe(early.createdAt + 2);
  });

  it('leaves empty entries out, also when they are the earliest', () => {
    expect(shown({}, [said('2024-01-09 08:00:00', '<!DOCTYPE html><?xml encoding="UTF-8"?>')])).toEqual([]);
    expect(new Date(thread({}, [said('2024-01-09 08:00:00', '<p></p>')]).createdAt * 1000).toISOString()).toBe(
      '2024-01-10T10:00:00.000Z',
    );
  });

  it('gives a solution and a pending reason without a date another one', () => {
    const fields = { solution: 'a', pending_reason: 'b', last_update: '2024-01-12 10:00:00' };
    expect(shown(fields)).toEqual([
      ['pending_reason', '10:00:00'],
      ['solution', '10:00:01'],
    ]);
    expect(shown({ ...fields, pending_reason: '', close_date: '2024-01-11 09:00:00' })).toEqual([
      ['solution', '09:00:00'],
    ]);
  });
});

describe('the author the judge expects', () => {
  const author = (login: string, userId: LogEntry['user_id'], isPrivate = false) => {
    const found = authorsOf().entry(ticket({}), said('', '', login, userId), isPrivate);
    if (found.kind === 'contact') return found.contact.key;
    return found.kind === 'teammate' ? `admin ${found.adminId}` : `fallback for "${found.shownName}"`;
  };

  it('is the teammate of an agent’s account, or the fallback where the workspace has none', () => {
    expect(author('Ada Agent', '20')).toBe('admin 901');
    expect(author('Ada Agent', '20', true)).toBe('admin 901');
    expect(author('Bo Agent', '21')).toBe('fallback for "Bo Agent"');
  });

  it('is the contact of a portal account in the ticket’s organization, never of a private entry', () => {
    expect(author('Noémie Fabre', '40')).toBe('Contact::30');
    expect(author('Noé Fabre', '41')).toBe('Contact::31');
    expect(author('Lars Out', '42')).toBe('fallback for "Lars Out"');
    expect(author('Noémie Fabre', '40', true)).toBe('fallback for "Noémie Fabre"');
  });

  it('is found by name where no account tells: the caller, else the only linked person of that name', () => {
    expect(author('  NOÉMIE   fabre ', 0)).toBe('Contact::30');
    expect(author('Noé Fabre', null)).toBe('Contact::31');
    expect(author('noé fabre', '999')).toBe('Contact::31');
    expect(author('Noé Fabre', '22')).toBe('Contact::31');
    expect(author('Same Name', 0)).toBe('fallback for "Same Name"');
    expect(author('Lars Out', 0)).toBe('fallback for "Lars Out"');
    expect(author('Ada Agent', 0)).toBe('fallback for "Ada Agent"');
    expect(author('', 0)).toBe('fallback for ""');
    expect(author('Noémie Fabre', 0, true)).toBe('fallback for "Noémie Fabre"');
  });

  it.each([
    [false, 'Noé Fabre', '41', undefined],
    [true, 'Noé Fabre', '41', 'Noé Fabre'],
    [true, 'Noémie Fabre', '40', undefined],
  ])(
    'where further contacts are refused (%s), %s is sent by a teammate unless he is the caller',
    (refuses, login, userId, shownName) => {
      const found = authorsOf(ACCOUNTS, refuses).entry(ticket({}), said('', '', login, userId), false);
      expect(found.kind === 'contact' && found.namedAs).toBe(shownName);
    },
  );

  it('is the caller, whatever his organization is', () => {
    const { caller, entry } = { caller: authorsOf().caller(ticket({ org_id: '3' })), entry: said('', '', '', '40') };
    expect(caller?.key).toBe('Contact::30');
    expect(authorsOf().entry(ticket({ org_id: '3' }), entry, false)).toMatchObject({ contact: { key: 'Contact::30' } });
  });
});

describe('the contacts the judge expects', () => {
  const keys = (people: readonly Person[], fields: Partial<TicketSurvey> = {}, accounts = {}) => {
    const directory = { ...directoryOf(people, accounts), linkedPersons: new Map([['7', new Set(['6'])]]) };
    return expectContacts(directory, survey({ ticketsOfCaller: new Map(), ...fields })).contacts.map((c) => c.key);
  };

  it('are one an address; the active, then busiest, then first person survives', () => {
    const shared = (isInactive: boolean) => [
      person('1', 'A', 'X@a.example', '2', isInactive),
      person('2', 'B', ' x@A.example', '3'),
      person('3', 'C', 'x@a.example', '4'),
    ];
    expect(keys(shared(false))).toEqual(['Contact::1']);
    expect(keys(shared(true), { ticketsOfCaller: new Map([['1', 9]]) })).toEqual(['Contact::2']);
    expect(keys(shared(false), { ticketsOfCaller: new Map([['3', 2]]) })).toEqual(['Contact::3']);
    const [contact] = expectContacts(directoryOf(shared(false)), survey()).contacts;
    expect([...(contact?.organizationIds ?? [])]).toEqual(['2', '3', '4']);
  });

  it('links the organization of an inactive person nobody needs, when another of his address is wanted', () => {
    const people = [
      person('1', 'Ada', 'desk@dup.example', '2'),
      person('2', 'Gone', 'Desk@dup.example', '3', true),
      person('3', 'Alone', 'alone@dup.example', '4', true),
    ];
    const { contacts } = expectContacts(directoryOf(people), survey({ ticketsOfCaller: new Map([['1', 1]]) }));
    expect(contacts.map((contact) => [contact.key, [...contact.organizationIds]])).toEqual([
      ['Contact::1', ['2', '3']],
    ]);
  });

  it('leave out agents and inactive persons whom no ticket needs', () => {
    const people = [
      person('4', 'Agent', 'agent@a.example'),
      person('5', 'Gone', 'gone@a.example', '2', true),
      person('6', 'Linked, gone', 'linked@a.example', '2', true),
    ];
    expect(keys(people, {}, { 20: ['4', false] })).toEqual(['Contact::6']);
    expect(keys(people, { ticketsOfCaller: new Map([['4', 1]]) }, { 20: ['4', false] })).toEqual([
      'Contact::4',
      'Contact::6',
    ]);
    expect(keys(people, { portalWriters: new Set(['5']) }, { 20: ['4', false] })).toEqual(['Contact::5', 'Contact::6']);
  });

  it('are placeholders for organizations whose tickets have no caller', () => {
    expect(keys([], { organizationsWithoutCaller: new Set(['3']) })).toEqual(['Organization::3#placeholder']);
  });

  it('know an address from what is none', () => {
    expect(['a@b.example', ' Plus+Tag@Ocean.Example ', "o'brien@x-y.example"].map(validEmail)).toEqual([
      'a@b.example',
      'plus+tag@ocean.example',
      "o'brien@x-y.example",
    ]);
    expect(
      ['', 'nobody@', 'not an address', '@b.example', 'a@b', 'a b@c.example', 'a@b..example'].map(validEmail),
    ).toEqual(Array(7).fill(undefined));
  });
});

describe('the fields the judge expects', () => {
  it('are the code of an organization where it is unique in any case, else an id of our own', () => {
    const organizations = [
      ['1', 'A'],
      ['2', 'b'],
      ['3', 'B'],
      ['4', ''],
    ].map(([id = '', code = '']): [string, { id: string; name: string; code: string }] => [id, { id, name: id, code }]);
    expect([...expectCompanies(new Map(organizations)).values()].map((company) => company.companyId)).toEqual([
      'A',
      'itop-organization-2',
      'itop-organization-3',
      'itop-organization-4',
    ]);
  });

  it('are title and state', () => {
    expect(expectTitle(ticket({ ref: 'R-1', title: 'a\tb\u0007c' }))).toBe('[R-1] a b c');
    const states = ['closed', 'resolved', 'rejected', 'pending', 'new', 'escalated_ttr'];
    expect(states.map((status) => expectState(ticket({ status })))).toEqual([
      'closed',
      'closed',
      'closed',
      'snoozed',
      'open',
      'open',
    ]);
  });

  it('are attributes only where iTop holds a value, at most 255 characters long', () => {
    const attributes = expectAttributes(
      ticket({ ref: 'R-1', priority: '1', service_name: 'x'.repeat(300), close_date: '', caller_id: '0' }),
      directoryOf([]),
      utc,
    );
    expect(Object.fromEntries(attributes)).toEqual({
      itop_ref: 'R-1',
      itop_created_at: Date.parse('2024-01-10T10:00:00Z') / 1000,
      priority: 'critical',
      service_name: 'x'.repeat(255),
    });
  });
});
