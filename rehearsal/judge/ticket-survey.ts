import { type ItopDirectory, readTickets } from './itop-objects.ts';
import type { IsInScope } from './ticket-scope.ts';

/** What all tickets together say about people: needed before any single ticket can be judged. */
export interface TicketSurvey {
  readonly ticketsOfCaller: ReadonlyMap<string, number>;
  /** Persons who wrote public entries with a portal account. */
  readonly portalWriters: ReadonlySet<string>;
  /** Organizations with a ticket that has no caller. */
  readonly organizationsWithoutCaller: ReadonlySet<string>;
  /** Ids of tickets that the scope leaves out. */
  readonly leftOut: ReadonlySet<string>;
}

/** Reads all tickets once. */
export async function surveyTickets(
  controlUrl: string,
  directory: ItopDirectory,
  isInScope: IsInScope,
): Promise<TicketSurvey> {
  const leftOut = new Set<string>();
  const ticketsOfCaller = new Map<string, number>();
  const portalWriters = new Set<string>();
  const organizationsWithoutCaller = new Set<string>();
  for await (const ticket of readTickets(controlUrl, directory)) {
    if (!isInScope(ticket)) {
      leftOut.add(ticket.id);
      continue;
    }
    const caller = ticket.text('caller_id');
    if (directory.persons.has(caller)) ticketsOfCaller.set(caller, (ticketsOfCaller.get(caller) ?? 0) + 1);
    else organizationsWithoutCaller.add(ticket.text('org_id'));
    for (const { user_id: userId } of ticket.publicLog) {
      const account = directory.accounts.get(String(userId ?? 0));
      if (account?.isPortal && account.person !== undefined) portalWriters.add(account.person.id);
    }
  }
  return { ticketsOfCaller, portalWriters, organizationsWithoutCaller, leftOut };
}
