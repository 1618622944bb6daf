import { describe, expect, test } from 'vitest';
import { generatePopulation } from '../../rehearsal/generator/population.ts';
import { DEFAULT_SETTINGS, type GeneratorSettings } from '../../rehearsal/generator/settings.ts';
import type { CaseLog, LogEntry, StoredClass, StoredFields } from '../../rehearsal/generator/stored-class.ts';
import { TICKET_CASES } from '../../rehearsal/generator/ticket-cases.ts';

type Objects = ReadonlyMap<number, StoredFields>;

function generate(settings: Partial<GeneratorSettings> = {}): ReadonlyMap<string, StoredClass> {
  return generatePopulation({ ...DEFAULT_SETTINGS, ...settings });
}

function classOf(population: ReadonlyMap<string, StoredClass>, name: string): StoredClass {
  const storedClass = population.get(name);
  if (storedClass === undefined) throw new Error(`${name} is not generated`);
  return storedClass;
}

function objectsOf(population: ReadonlyMap<string, StoredClass>, name: string): Objects {
  const storedClass = classOf(population, name);
  return new Map([...storedClass.ids(0, Number.MAX_SAFE_INTEGER)].map((id) => [id, storedClass.read(id)]));
}

const population = generate();
const tickets = objectsOf(population, 'UserRequest');
const persons = objectsOf(population, 'Person');
const users = objectsOf(population, 'UserLocal');
const organizations = objectsOf(population, 'Organization');
const links = [...objectsOf(population, 'lnkContactToTicket').values()];

function log(ticket: StoredFields, name: 'public_log' | 'private_log'): readonly LogEntry[] {
  return (ticket[name] as CaseLog).entries;
}

function allEntries(): readonly { ticket: StoredFields; entry: LogEntry }[] {
  return [...tickets.values()].flatMap((ticket) =>
    [...log(ticket, 'public_log'), ...log(ticket, 'private_log')].map((entry) => ({ ticket, entry })),
  );
}

function someTicket(condition: (ticket: StoredFields) => boolean): boolean {
  return [...tickets.values()].some(condition);
}

function someEntry(condition: (entry: LogEntry, ticket: StoredFields) => boolean): boolean {
  return allEntries().some(({ entry, ticket }) => condition(entry, ticket));
}

/** Profiles of the account of a person, as a sorted list of ids. */
function profilesOf(userId: string): string {
  const rows = [...objectsOf(population, 'URP_UserProfile').values()].filter((row) => row.userid === userId);
  return rows
    .map((row) => String(row.profileid))
    .sort()
    .join('+');
}

function accountOfPerson(contactId: unknown): readonly [string, StoredFields] | undefined {
  const found = [...users].find(([, user]) => user.contactid === contactId);
  return found && [String(found[0]), found[1]];
}

function callerOf(ticket: StoredFields): StoredFields | undefined {
  return persons.get(Number(ticket.caller_id));
}

function fullName(person: StoredFields | undefined): string {
  return person === undefined ? '' : `${person.first_name} ${person.name}`;
}

/** A portal account that wrote on a ticket, whose person is not the caller. */
function otherPortalWriters(): readonly { person: StoredFields; id: number; ticket: StoredFields; ticketId: number }[] {
  return [...tickets].flatMap(([ticketId, ticket]) =>
    log(ticket, 'public_log').flatMap((entry) => {
      const user = users.get(Number(entry.user_id));
      const person = user && persons.get(Number(user.contactid));
      const isPortal = profilesOf(String(entry.user_id)).split('+').includes('2');
      if (user === undefined || person === undefined || !isPortal || user.contactid === ticket.caller_id) return [];
      return [{ person, id: Number(user.contactid), ticket, ticketId }];
    }),
  );
}

function roleOf(ticketId: number, contactId: number): unknown {
  return links.find((link) => link.ticket_id === String(ticketId) && link.contact_id === String(contactId))?.role_code;
}

describe('a generated iTop', () => {
  test('is the same for the same settings and another for another seed', () => {
    expect(objectsOf(generate(), 'UserRequest')).toEqual(tickets);
    expect(objectsOf(generate({ seed: 2 }), 'UserRequest')).not.toEqual(tickets);
  });

  test('gives each object alone, in any order, as it stands in the whole', () => {
    const fresh = classOf(generate(), 'UserRequest');
    for (const id of [...tickets.keys()].reverse().slice(0, 20)) expect(fresh.read(id)).toEqual(tickets.get(id));
  });

  test('gives scalars without texts equal to those with texts', () => {
    const userRequest = classOf(population, 'UserRequest');
    for (const [id, ticket] of tickets) expect(ticket).toMatchObject(userRequest.read(id, true));
  });

  test.each([...population.values()].map((storedClass) => [storedClass.name, storedClass] as const))(
    'the ids of %s are found by any window, and only they exist',
    (_, storedClass) => {
      const all = [...storedClass.ids(0, Number.MAX_SAFE_INTEGER)];
      const last = Math.max(...all);
      const windows: number[] = [];
      for (let from = 0; from <= last; from += 13) windows.push(...storedClass.ids(from, from + 13));
      expect(windows).toEqual(all);
      expect(new Set(all).size).toBe(all.length);
      const existing = new Set(all);
      for (let id = 0; id <= Math.min(last + 20, 3000); id++) expect(storedClass.has(id)).toBe(existing.has(id));
    },
  );

  test('ticket ids have gaps and the number in the ref is not the id', () => {
    expect(tickets.size).toBe(300);
    expect(Math.max(...tickets.keys())).toBeGreaterThan(300);
    for (const [id, ticket] of tickets) expect(Number(String(ticket.ref).slice(2))).not.toBe(id);
  });

  test('tickets are about 3 kB with about four log entries', () => {
    const many = generate({ tickets: 2000 });
    const ordinary = [...objectsOf(many, 'UserRequest').values()].slice(TICKET_CASES.length);
    const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const size = average(ordinary.map((ticket) => JSON.stringify(ticket).length));
    expect(size).toBeGreaterThan(2000);
    expect(size).toBeLessThan(4500);
    const entries = average(
      ordinary.map((ticket) => log(ticket, 'public_log').length + log(ticket, 'private_log').length),
    );
    expect(Math.abs(entries - 4)).toBeLessThan(0.6);
  });

  test('every key points to an object that exists, but those of deleted accounts', () => {
    const exists = (objects: Objects, key: unknown) => key === '0' || objects.has(Number(key));
    for (const ticket of tickets.values()) {
      for (const code of ['caller_id', 'agent_id', 'approver_id']) expect(exists(persons, ticket[code])).toBe(true);
      expect(exists(organizations, ticket.org_id)).toBe(true);
      expect(exists(tickets, ticket.parent_request_id)).toBe(true);
    }
    for (const person of persons.values()) expect(exists(organizations, person.org_id)).toBe(true);
    for (const user of users.values()) expect(exists(persons, user.contactid)).toBe(true);
  });

  test('the organization tree has three levels and no cycle', () => {
    const depths = [...organizations].map(([id]) => {
      const path = [id];
      for (let at = Number(organizations.get(id)?.parent_id); at !== 0; at = Number(organizations.get(at)?.parent_id)) {
        expect(path).not.toContain(at);
        path.push(at);
      }
      return path.length;
    });
    expect(Math.max(...depths)).toBe(3);
  });

  test('each private entry holds a planted word of its own that no public text holds', () => {
    const words = [...tickets.values()].flatMap((ticket) =>
      log(ticket, 'private_log').map((entry) => /privq\w+/.exec(entry.message)?.[0]),
    );
    expect(words.length).toBeGreaterThan(260);
    expect(words).not.toContain(undefined);
    expect(new Set(words).size).toBe(words.length);
    const open = [...tickets.values()].map(({ private_log: _, ...rest }) => JSON.stringify(rest)).join('\n');
    expect(open).not.toContain('privq');
  });
});

/** What reality has, each as something that can be seen in the objects themselves. */
const HARD_CASES: Readonly<Record<string, () => boolean>> = {
  'a caller with portal profile 2 answers': () =>
    someEntry(
      (entry, ticket) =>
        profilesOf(String(entry.user_id)) === '2' && users.get(Number(entry.user_id))?.contactid === ticket.caller_id,
    ),
  'a portal power user answers': () => someEntry((entry) => profilesOf(String(entry.user_id)) === '12+2'),
  'a portal user with REST answers': () => someEntry((entry) => profilesOf(String(entry.user_id)) === '1024+2'),
  'a linked colleague writes': () =>
    otherPortalWriters().some(
      ({ person, id, ticket, ticketId }) => person.org_id === ticket.org_id && roleOf(ticketId, id) === 'manual',
    ),
  'a colleague who is not linked writes': () =>
    otherPortalWriters().some(
      ({ person, id, ticket, ticketId }) => person.org_id === ticket.org_id && roleOf(ticketId, id) === undefined,
    ),
  'a colleague linked as do_not_notify writes': () =>
    otherPortalWriters().some(({ id, ticketId }) => roleOf(ticketId, id) === 'do_not_notify'),
  'a linked portal user of another organization writes': () =>
    otherPortalWriters().some(
      ({ person, id, ticket, ticketId }) => person.org_id !== ticket.org_id && roleOf(ticketId, id) === 'manual',
    ),
  'a portal user of another organization writes, not linked': () =>
    otherPortalWriters().some(
      ({ person, id, ticket, ticketId }) => person.org_id !== ticket.org_id && roleOf(ticketId, id) === undefined,
    ),
  'mail reply with user_id 0 in the caller’s name': () =>
    someEntry((entry, ticket) => entry.user_id === 0 && entry.user_login === fullName(callerOf(ticket))),
  'mail reply with user_id null in other case': () =>
    someEntry(
      (entry, ticket) => entry.user_id === null && entry.user_login === fullName(callerOf(ticket)).toLowerCase(),
    ),
  'mail reply with doubled blanks': () =>
    someEntry((entry) => entry.user_id === 0 && /\S {2,}\S/.test(entry.user_login)),
  'mail reply as Last, First': () =>
    someEntry(
      (entry, ticket) =>
        entry.user_id === 0 && entry.user_login === `${callerOf(ticket)?.name}, ${callerOf(ticket)?.first_name}`,
    ),
  'mail reply as Name <mail>': () =>
    someEntry((entry) => entry.user_id === 0 && /^.+ <\S+@\S+>$/.test(entry.user_login)),
  'mail reply with only an address': () =>
    someEntry((entry) => entry.user_id === 0 && /^\S+@\S+$/.test(entry.user_login)),
  'mail reply by MAILER-DAEMON': () => someEntry((entry) => entry.user_login === 'MAILER-DAEMON'),
  'mail reply in an agent’s name': () =>
    someEntry(
      (entry, ticket) => entry.user_id === null && entry.user_login === fullName(persons.get(Number(ticket.agent_id))),
    ),
  'mail reply without name': () => someEntry((entry) => entry.user_id === null && entry.user_login === ''),
  'entry by a deleted account': () =>
    someEntry((entry) => Number(entry.user_id) > 0 && !users.has(Number(entry.user_id))),
  'entry by an account without person': () => someEntry((entry) => users.get(Number(entry.user_id))?.contactid === '0'),
  'private entry by a deleted account': () =>
    someTicket((ticket) =>
      log(ticket, 'private_log').some((entry) => Number(entry.user_id) > 0 && !users.has(Number(entry.user_id))),
    ),
  'equal seconds in one log': () =>
    someTicket((ticket) =>
      log(ticket, 'public_log').some((entry, place, all) => entry.date !== '' && all[place + 1]?.date === entry.date),
    ),
  'equal seconds in both logs': () =>
    someTicket((ticket) =>
      log(ticket, 'public_log').some((entry) => log(ticket, 'private_log').some((other) => other.date === entry.date)),
    ),
  'entry older than start_date': () =>
    someEntry((entry, ticket) => entry.date !== '' && entry.date < String(ticket.start_date)),
  'entries out of date order': () =>
    someTicket((ticket) =>
      log(ticket, 'public_log').some(
        (entry, place, all) => place > 0 && entry.date !== '' && entry.date < (all[place - 1]?.date ?? ''),
      ),
    ),
  'the repeated hour of autumn': () =>
    someTicket(
      (ticket) =>
        log(ticket, 'public_log')
          .map((entry) => entry.date.slice(11, 16))
          .join() === '02:10,02:50,02:05,02:55',
    ),
  'a start in the gap of spring': () => someTicket((ticket) => ticket.start_date === '2024-03-31 02:28:00'),
  'an empty entry with preamble': () =>
    someEntry((entry) => entry.message === '' && entry.message_html.startsWith('<!DOCTYPE html PUBLIC')),
  'text before the first header': () =>
    someTicket((ticket) => {
      const [first, second] = log(ticket, 'public_log');
      return first?.date === '' && first.user_id === 0 && first.user_login === '' && second !== undefined;
    }),
  'a log that holds only text without header': () =>
    someTicket((ticket) => log(ticket, 'public_log').length === 1 && log(ticket, 'public_log')[0]?.date === ''),
  'a ticket without caller': () => someTicket((ticket) => ticket.caller_id === '0'),
  'a caller without e-mail': () => someTicket((ticket) => callerOf(ticket)?.email === ''),
  'a caller with half an address': () => someTicket((ticket) => callerOf(ticket)?.email === 'nobody@'),
  'a caller whose address is none': () => someTicket((ticket) => callerOf(ticket)?.email === 'not an address'),
  'one address in several organizations and cases': () => {
    const shared = [...persons.values()].filter(
      (person) => String(person.email).trim().toLowerCase() === 'shared.mailbox@dup.example',
    );
    return (
      new Set(shared.map((person) => person.org_id)).size === 4 &&
      new Set(shared.map((person) => person.email)).size === 4
    );
  },
  'a mixed-case address': () => someTicket((ticket) => callerOf(ticket)?.email === 'Petra.NOVOTNA@Nordlicht.Example'),
  'an agent as caller': () => someTicket((ticket) => ticket.caller_id !== '0' && ticket.caller_id === ticket.agent_id),
  'an agent without e-mail': () => someTicket((ticket) => persons.get(Number(ticket.agent_id))?.email === ''),
  'an agent who left': () => someTicket((ticket) => persons.get(Number(ticket.agent_id))?.status === 'inactive'),
  'an entry by an account disabled later': () =>
    someEntry((entry) => users.get(Number(entry.user_id))?.status === 'disabled'),
  'two accounts of one person': () =>
    [...users].some(([id, user]) => user.contactid !== '0' && accountOfPerson(user.contactid)?.[0] !== String(id)),
  'a 45 kB description and entry': () =>
    someTicket(
      (ticket) =>
        String(ticket.description).length > 45_000 &&
        log(ticket, 'public_log').some((entry) => entry.message_html.length > 45_000),
    ),
  'script tags': () => someEntry((entry) => entry.message_html.includes('<script>')),
  style: () => someTicket((ticket) => String(ticket.description).includes('<style>')),
  'nested tables': () => someTicket((ticket) => /<td><table>.*<td><table>/.test(String(ticket.description))),
  'a data: image': () => someEntry((entry) => entry.message_html.includes('src="data:image/')),
  'a mention': () => someEntry((entry) => entry.message_html.includes('data-role="object-mention"')),
  'right-to-left text': () => someEntry((entry) => /[\u0590-\u06ff]/.test(entry.message)),
  emoji: () => someEntry((entry) => entry.message.includes('👩‍🚀')),
  NUL: () =>
    someEntry((entry) => entry.message.includes('\u0000')) &&
    someTicket((ticket) => String(ticket.description).includes('\u0000')),
  CRLF: () => someEntry((entry) => entry.message.includes('\r\n') && entry.message_html.includes('<br/>')),
  'a body that imitates a header': () => someEntry((entry) => entry.message.includes('\n========== ')),
  'a reopened ticket that keeps its solution': () =>
    someTicket((ticket) => ticket.status === 'assigned' && ticket.solution !== '' && ticket.resolution_date !== ''),
  'a pending ticket with reason and date': () =>
    someTicket(
      (ticket) => ticket.status === 'pending' && ticket.pending_reason !== '' && ticket.last_pending_date !== '',
    ),
  'defaults that look like data': () =>
    someTicket(
      (ticket) =>
        ticket.status === 'new' && ticket.resolution_code === 'assistance' && ticket.user_satisfaction === '1',
    ),
  'a closing remark': () => someTicket((ticket) => ticket.status === 'closed' && ticket.user_comment !== ''),
  'a child request': () => someTicket((ticket) => ticket.parent_request_id !== '0'),
  'an approver': () => someTicket((ticket) => ticket.approver_id !== '0'),
  'a few threads of 40 entries and more': () =>
    [...tickets.values()].filter((ticket) => log(ticket, 'public_log').length + log(ticket, 'private_log').length >= 40)
      .length >= 3,
  '300 public and 260 private entries': () =>
    someTicket((ticket) => log(ticket, 'public_log').length === 300 && log(ticket, 'private_log').length === 260),
  'a team as linked contact': () => links.some((link) => Number(link.contact_id) <= 6),
  'every role of a linked contact': () => new Set(links.map((link) => link.role_code)).size === 3,
  'an inactive caller': () => someTicket((ticket) => callerOf(ticket)?.status === 'inactive'),
  'a caller without first name': () => someTicket((ticket) => callerOf(ticket)?.first_name === ''),
  'an inactive organization that has a ticket': () =>
    someTicket((ticket) => organizations.get(Number(ticket.org_id))?.status === 'inactive'),
  'organizations without code and with equal codes': () => {
    const codes = [...organizations.values()].map((organization) => organization.code);
    return codes.includes('') && codes.filter((code) => code === 'DUP-1').length === 2;
  },
  'a ticket in another organization than its caller': () =>
    someTicket((ticket) => ticket.caller_id !== '0' && callerOf(ticket)?.org_id !== ticket.org_id),
};

describe('the hard cases at the default size', () => {
  test.each(Object.entries(HARD_CASES))('%s', (_, occurs) => {
    expect(occurs()).toBe(true);
  });

  test.each([
    'new',
    'waiting_for_approval',
    'approved',
    'rejected',
    'assigned',
    'pending',
    'escalated_tto',
    'escalated_ttr',
    'resolved',
    'closed',
  ])('status %s', (status) => {
    expect(someTicket((ticket) => ticket.status === status)).toBe(true);
  });

  test('fit into a third of the default size', () => {
    expect(TICKET_CASES.length).toBeLessThan(100);
  });
});
