import type { ItopDirectory, Person } from './itop-objects.ts';
import type { TicketSurvey } from './ticket-survey.ts';

export interface ExpectedContact {
  /** `Contact::5` of the surviving person, or `Organization::3#placeholder`. */
  readonly key: string;
  /** Lower case; undefined where there is none or it is invalid. */
  readonly email: string | undefined;
  /** Undefined for contacts with an e-mail: there it is the customer's own user id. */
  readonly externalId: string | undefined;
  /** Text that is no address, kept in an attribute (P5). */
  readonly invalidEmail: string | undefined;
  /** Undefined for placeholders, whose name no rule tells. */
  readonly name: string | undefined;
  readonly organizationIds: ReadonlySet<string>;
}

/** The contacts that should be, and which of them stands for a person. */
export interface ExpectedContacts {
  readonly contacts: readonly ExpectedContact[];
  readonly contactOfPerson: (personId: string) => ExpectedContact | undefined;
  readonly placeholder: (organizationId: string) => ExpectedContact | undefined;
}

const ADDRESS = /^[^\s@,;:<>()[\]"\\]+@[^\s@,;:<>()[\]"\\.]+(\.[^\s@,;:<>()[\]"\\.]+)*\.[^\s@,;:<>()[\]"\\.]{2,}$/;

/** Lower case, or undefined for what is no address. */
export function validEmail(text: string): string | undefined {
  const email = text.trim().toLowerCase();
  return ADDRESS.test(email) ? email : undefined;
}

/** Applies P1, P2, P4, P5 and K8. */
export function expectContacts(directory: ItopDirectory, survey: TicketSurvey): ExpectedContacts {
  const wanted = new Set(wantedPersons(directory, survey));
  const groups = new Map<string, Person[]>();
  for (const person of directory.persons.values()) {
    const group = validEmail(person.email) ?? `Contact::${person.id}`;
    groups.set(group, [...(groups.get(group) ?? []), person]);
  }
  const contacts: ExpectedContact[] = [];
  const byPerson = new Map<string, ExpectedContact>();
  for (const persons of groups.values()) {
    // P1 merges all persons of an address before anything is left out: one who is wanted brings the others along.
    if (!persons.some((person) => wanted.has(person))) continue;
    const contact = expectContact(persons, survey);
    if (contact === undefined) continue;
    contacts.push(contact);
    for (const person of persons) byPerson.set(person.id, contact);
  }
  const placeholders = new Map([...survey.organizationsWithoutCaller].map((id) => [id, expectPlaceholder(id)]));
  return {
    contacts: [...contacts, ...placeholders.values()],
    contactOfPerson: (personId) => byPerson.get(personId),
    placeholder: (organizationId) => placeholders.get(organizationId),
  };
}

function* wantedPersons(directory: ItopDirectory, survey: TicketSurvey): Iterable<Person> {
  const agents = new Set<string>();
  for (const { person, isPortal } of directory.accounts.values()) {
    if (person !== undefined && !isPortal) agents.add(person.id);
  }
  const linked = new Set(
    [...directory.linkedPersons].flatMap(([ticket, persons]) => (survey.leftOut.has(ticket) ? [] : [...persons])),
  );
  for (const person of directory.persons.values()) {
    const isOnTicket = survey.ticketsOfCaller.has(person.id) || linked.has(person.id);
    if (isOnTicket) yield person;
    else if (agents.has(person.id)) continue;
    else if (!person.isInactive || survey.portalWriters.has(person.id)) yield person;
  }
}

/** The survivor is the active one, then the one with most tickets, then the one with the lowest id (P1). */
function expectContact(persons: readonly Person[], survey: TicketSurvey): ExpectedContact | undefined {
  const tickets = (person: Person) => survey.ticketsOfCaller.get(person.id) ?? 0;
  const [survivor] = [...persons].sort(
    (a, b) => Number(a.isInactive) - Number(b.isInactive) || tickets(b) - tickets(a) || Number(a.id) - Number(b.id),
  );
  if (survivor === undefined) return undefined;
  const email = validEmail(survivor.email);
  return {
    key: `Contact::${survivor.id}`,
    email,
    externalId: email === undefined ? `itop-contact-${survivor.id}` : undefined,
    invalidEmail: email === undefined && survivor.email.trim() !== '' ? survivor.email.trim() : undefined,
    name: survivor.name,
    organizationIds: new Set(persons.map((person) => person.organizationId).filter((id) => id !== '0' && id !== '')),
  };
}

function expectPlaceholder(organizationId: string): ExpectedContact {
  return {
    key: `Organization::${organizationId}#placeholder`,
    email: undefined,
    externalId: `itop-organization-${organizationId}-placeholder`,
    invalidEmail: undefined,
    name: undefined,
    organizationIds: new Set(),
  };
}
