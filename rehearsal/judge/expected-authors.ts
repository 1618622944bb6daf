import { type ExpectedContact, type ExpectedContacts, validEmail } from './expected-contacts.ts';
import type { ItopDirectory, LogEntry, Person, Ticket } from './itop-objects.ts';
import type { WorkspaceBehaviour } from './workspace-behaviour.ts';

/** Who must stand as author of a part. */
export type ExpectedAuthor =
  /** `namedAs`: he may not be able to take part; then the fallback teammate sends it, with a first line that names him so. */
  | { readonly kind: 'contact'; readonly contact: ExpectedContact; readonly namedAs?: string }
  | { readonly kind: 'teammate'; readonly adminId: string }
  /** The fallback teammate, with a first line that names the author as iTop showed him. */
  | { readonly kind: 'fallback'; readonly shownName: string };

/** Applies T4 and T5. */
export class ExpectedAuthors {
  private readonly directory: ItopDirectory;
  private readonly contacts: ExpectedContacts;
  /** Ids of the workspace's teammates by lower-case e-mail. */
  private readonly teammates: ReadonlyMap<string, string>;
  private readonly behaviour: Pick<WorkspaceBehaviour, 'refusesFurtherContacts'>;

  constructor(
    directory: ItopDirectory,
    contacts: ExpectedContacts,
    teammates: ReadonlyMap<string, string>,
    behaviour: Pick<WorkspaceBehaviour, 'refusesFurtherContacts'>,
  ) {
    this.directory = directory;
    this.contacts = contacts;
    this.teammates = teammates;
    this.behaviour = behaviour;
  }

  /** The contact that opens the conversation: the caller's, or the organization's placeholder (K8). */
  caller(ticket: Ticket): ExpectedContact | undefined {
    const callerId = ticket.text('caller_id');
    return this.directory.persons.has(callerId)
      ? this.contacts.contactOfPerson(callerId)
      : this.contacts.placeholder(ticket.text('org_id'));
  }

  /** Id of the teammate who is the ticket's agent, where the workspace has him. */
  agentTeammate(ticket: Ticket): string | undefined {
    const agent = this.directory.persons.get(ticket.text('agent_id'));
    return agent && this.teammateOf(agent);
  }

  agent(ticket: Ticket): ExpectedAuthor {
    const adminId = this.agentTeammate(ticket);
    if (adminId !== undefined) return { kind: 'teammate', adminId };
    return { kind: 'fallback', shownName: ticket.text('agent_id_friendlyname') };
  }

  entry(ticket: Ticket, entry: LogEntry, isPrivate: boolean): ExpectedAuthor {
    const account = this.directory.accounts.get(String(entry.user_id ?? 0));
    const fallback: ExpectedAuthor = { kind: 'fallback', shownName: entry.user_login };
    if (account?.person !== undefined && !account.isPortal) {
      const adminId = this.teammateOf(account.person);
      return adminId === undefined ? fallback : { kind: 'teammate', adminId };
    }
    if (isPrivate) return fallback;
    const writer = account?.person ?? this.personNamed(ticket, entry.user_login);
    const contact = writer && this.participant(ticket, writer);
    if (contact === undefined) return fallback;
    const mayJoin = contact.email !== undefined && !this.behaviour.refusesFurtherContacts;
    const canJoin = contact === this.caller(ticket) || mayJoin;
    return { kind: 'contact', contact, ...(canJoin ? {} : { namedAs: entry.user_login }) };
  }

  private teammateOf(person: Person): string | undefined {
    const email = validEmail(person.email);
    return email === undefined ? undefined : this.teammates.get(email);
  }

  /** The caller of that name, else the only linked person of that name in the ticket's organization. */
  private personNamed(ticket: Ticket, shownName: string): Person | undefined {
    const name = fold(shownName);
    if (name === '') return undefined;
    const caller = this.directory.persons.get(ticket.text('caller_id'));
    if (caller !== undefined && fold(caller.name) === name) return caller;
    const named: Person[] = [];
    for (const id of this.directory.linkedPersons.get(ticket.id) ?? []) {
      const person = this.directory.persons.get(id);
      if (person?.organizationId === ticket.text('org_id') && fold(person.name) === name) named.push(person);
    }
    return named.length === 1 ? named[0] : undefined;
  }

  /** A person's contact, unless he is not the caller and of another organization than the ticket's, or kept out of it. */
  private participant(ticket: Ticket, person: Person): ExpectedContact | undefined {
    const contact = this.contacts.contactOfPerson(person.id);
    const isCaller = contact !== undefined && contact === this.caller(ticket);
    const isKeptOut = this.directory.keptOut.get(ticket.id)?.has(person.id) === true;
    return isCaller || (person.organizationId === ticket.text('org_id') && !isKeptOut) ? contact : undefined;
  }
}

function fold(name: string): string {
  return name.trim().replace(/\s+/g, ' ').toLowerCase();
}
