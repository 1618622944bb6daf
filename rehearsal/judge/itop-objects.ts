import { readNdjson } from './ndjson.ts';

/** A line of the iTop simulator's dump, values as `core/get` shows them. */
export interface DumpedObject {
  readonly class: string;
  readonly id: number | string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface LogEntry {
  readonly date: string;
  readonly user_login: string;
  /** The number 0 or null where nobody with an account wrote. */
  readonly user_id: string | number | null;
  readonly message_html: string;
}

/** Classes whose tickets become conversations, as do those of the classes that a site made below them. */
const TICKET_CLASSES = ['UserRequest', 'Incident'];

/** A ticket that becomes a conversation, with its scalar attributes by iTop's names. */
export interface Ticket {
  readonly className: string;
  readonly id: string;
  /** `Ticket::83` */
  readonly key: string;
  /** An attribute as text, `''` when iTop holds nothing. */
  readonly text: (attribute: string) => string;
  readonly publicLog: readonly LogEntry[];
  readonly privateLog: readonly LogEntry[];
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly organizationId: string;
  readonly isInactive: boolean;
}

export interface Account {
  /** Undefined for an account without person, or whose person is gone. */
  readonly person: Person | undefined;
  readonly isPortal: boolean;
}

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly code: string;
}

/** A CI linked to a ticket, by `lnkFunctionalCIToTicket`. */
export interface LinkedCi {
  readonly ciId: number;
  readonly name: string;
  readonly impactCode: string;
}

/** Everything but the tickets: small enough to be held. */
export interface ItopDirectory {
  /** Final classes of the tickets that become conversations. */
  readonly ticketClasses: readonly string[];
  readonly organizations: ReadonlyMap<string, Organization>;
  readonly persons: ReadonlyMap<string, Person>;
  readonly accounts: ReadonlyMap<string, Account>;
  /** Persons linked to a ticket (`lnkContactToTicket`), by ticket id; linked Teams are not persons. */
  readonly linkedPersons: ReadonlyMap<string, ReadonlySet<string>>;
  /** Of these, persons whom iTop must not notify about the ticket: they take no part in its conversation (K6). */
  readonly keptOut: ReadonlyMap<string, ReadonlySet<string>>;
  /** By ticket id. */
  readonly linkedCis: ReadonlyMap<string, readonly LinkedCi[]>;
  /** Attachments with bytes, by ticket id. */
  readonly files: ReadonlyMap<string, readonly TicketFile[]>;
}

export interface TicketFile {
  readonly id: string;
  readonly name: string;
  readonly size: number;
}

const ACCOUNT_CLASSES = ['UserLocal', 'UserLDAP', 'UserExternal'];
/** Portal user, Portal power user. */
const PORTAL_PROFILES = ['2', '12'];
/** REST Services User only opens the API: it makes nobody an agent. */
const REST_PROFILE = '1024';

/** Reads what people and organizations iTop holds, and of which classes its tickets are. */
export async function readDirectory(controlUrl: string): Promise<ItopDirectory> {
  const ticketClasses = (await Promise.all(TICKET_CLASSES.map((name) => classesBelow(controlUrl, name)))).flat();
  const organizations = new Map<string, Organization>();
  for await (const { id, text } of objects(controlUrl, 'Organization')) {
    organizations.set(id, { id, name: text('name'), code: text('code').trim() });
  }
  const persons = new Map<string, Person>();
  for await (const { id, text } of objects(controlUrl, 'Person')) {
    const isInactive = text('status') === 'inactive';
    persons.set(id, {
      id,
      name: text('friendlyname'),
      email: text('email'),
      organizationId: text('org_id'),
      isInactive,
    });
  }
  const profiles = new Map<string, string[]>();
  for await (const { text } of objects(controlUrl, 'URP_UserProfile')) {
    profiles.set(text('userid'), [...(profiles.get(text('userid')) ?? []), text('profileid')]);
  }
  const accounts = new Map<string, Account>();
  for (const accountClass of ACCOUNT_CLASSES) {
    for await (const { id, text } of objects(controlUrl, accountClass)) {
      accounts.set(id, { person: persons.get(text('contactid')), isPortal: isPortal(profiles.get(id) ?? []) });
    }
  }
  const linkedPersons = new Map<string, Set<string>>();
  const keptOut = new Map<string, Set<string>>();
  for await (const { text } of objects(controlUrl, 'lnkContactToTicket')) {
    if (!persons.has(text('contact_id'))) continue;
    const groups = text('role_code') === 'do_not_notify' ? [linkedPersons, keptOut] : [linkedPersons];
    for (const group of groups) {
      group.set(text('ticket_id'), (group.get(text('ticket_id')) ?? new Set()).add(text('contact_id')));
    }
  }
  const linkedCis = new Map<string, LinkedCi[]>();
  for await (const { text } of objects(controlUrl, 'lnkFunctionalCIToTicket')) {
    const linked = linkedCis.get(text('ticket_id')) ?? [];
    linked.push({
      ciId: Number(text('functionalci_id')),
      name: text('functionalci_name'),
      impactCode: text('impact_code'),
    });
    linkedCis.set(text('ticket_id'), linked);
  }
  const files = new Map<string, TicketFile[]>();
  for await (const { id, text, fields } of objects(controlUrl, 'Attachment')) {
    const contents = fields.contents as { data: string; filename: string };
    const size = Buffer.from(contents.data, 'base64').length;
    if (size === 0 || !ticketClasses.includes(text('item_class'))) continue;
    files.set(text('item_id'), [...(files.get(text('item_id')) ?? []), { id, name: contents.filename, size }]);
  }
  return { ticketClasses, organizations, persons, accounts, linkedPersons, keptOut, linkedCis, files };
}

/** The tickets, one at a time, by class and rising id. */
export async function* readTickets(controlUrl: string, { ticketClasses }: ItopDirectory): AsyncGenerator<Ticket> {
  for (const className of ticketClasses) {
    for await (const { id, text, fields } of objects(controlUrl, className)) {
      const log = (attribute: string) => (fields[attribute] as { entries: LogEntry[] } | undefined)?.entries ?? [];
      yield { className, id, key: `Ticket::${id}`, text, publicLog: log('public_log'), privateLog: log('private_log') };
    }
  }
}

/** The class and those that the site made below it. */
export async function classesBelow(controlUrl: string, className: string): Promise<readonly string[]> {
  const url = `${controlUrl}/classes?below=${className}`;
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status} instead of classes.`);
  return (await response.json()) as string[];
}

function isPortal(profiles: readonly string[]): boolean {
  return (
    profiles.some((profile) => PORTAL_PROFILES.includes(profile)) &&
    profiles.every((profile) => PORTAL_PROFILES.includes(profile) || profile === REST_PROFILE)
  );
}

/** Objects of a class, one at a time, with their attributes as text: `''` where iTop holds nothing. */
export async function* objects(controlUrl: string, className: string) {
  for await (const object of readNdjson<DumpedObject>(`${controlUrl}/dump?class=${className}`)) {
    if (object.class !== className) continue;
    const { fields } = object;
    const text = (attribute: string): string => {
      const value = fields[attribute];
      return value === null || value === undefined ? '' : String(value);
    };
    yield { id: String(object.id), fields, text };
  }
}
