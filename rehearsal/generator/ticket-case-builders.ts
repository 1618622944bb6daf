import type { BodyKind } from './bodies.ts';
import type { GeneratedPerson, People, SpecialPersonName } from './contacts.ts';
import { accountAuthor, type LogAuthor, type PlannedEntry, type TicketPlan, type TicketStatus } from './ticket-plan.ts';

/** One hard case: what a test may look for, and how it changes an ordinary ticket. */
export interface TicketCase {
  readonly name: string;
  readonly script: (plan: TicketPlan, people: People) => void;
}

export const HOUR = 3600;

export function callFrom(plan: TicketPlan, caller: GeneratedPerson | undefined): void {
  plan.caller = caller;
  if (caller !== undefined) plan.orgId = caller.orgId;
}

/** A quiet ticket in a status, without what dice may have given it. */
export function reset(
  plan: TicketPlan,
  people: People,
  caller: SpecialPersonName | undefined,
  status: TicketStatus = 'assigned',
): void {
  callFrom(plan, caller === undefined ? undefined : people.special(caller));
  plan.status = status;
  plan.agent = 0;
  plan.approverId = 0;
  plan.entries = [];
  plan.links = [];
  plan.description = 'plain';
  plan.pendingAt = undefined;
  plan.pendingReason = '';
  plan.userComment = '';
  plan.satisfaction = '1';
  const isResolved = status === 'resolved' || status === 'closed';
  plan.resolvedAt = isResolved ? plan.startAt + 20 * HOUR : undefined;
  plan.closedAt = status === 'closed' ? plan.startAt + 30 * HOUR : undefined;
  plan.solution = isResolved ? 'plain' : undefined;
  plan.resolutionCode = isResolved ? 'bug fixed' : 'assistance';
}

export function entry(
  log: 'public' | 'private',
  at: number | null,
  author: LogAuthor,
  body: BodyKind = 'plain',
): PlannedEntry {
  return { log, at, author, body };
}

/** Authors in turn, an hour apart. */
export function converse(plan: TicketPlan, authors: readonly LogAuthor[]): void {
  for (const [place, author] of authors.entries())
    plan.entries.push(entry('public', plan.startAt + (place + 1) * HOUR, author));
}

export function mail(name: string, userId: 0 | null): LogAuthor {
  return { name, userId };
}

export function bodyCase(name: string, kind: BodyKind): TicketCase {
  return {
    name,
    script(plan, people) {
      reset(plan, people, 'caller', 'closed');
      plan.description = kind === 'empty' ? 'plain' : kind;
      converse(plan, [accountAuthor(people, people.agent(0))]);
      plan.entries.push(
        entry('public', plan.startAt + 2 * HOUR, accountAuthor(people, people.special('caller')), kind),
      );
      if (kind !== 'empty')
        plan.entries.push(entry('private', plan.startAt + 3 * HOUR, accountAuthor(people, people.agent(0)), kind));
    },
  };
}

export function callerCase(name: string, caller: SpecialPersonName | undefined): TicketCase {
  return {
    name,
    script(plan, people) {
      reset(plan, people, caller, 'closed');
      const agent = accountAuthor(people, people.agent(1));
      converse(plan, plan.caller === undefined ? [agent] : [agent, accountAuthor(people, plan.caller), agent]);
    },
  };
}

export function statusCase(status: TicketStatus): TicketCase {
  return {
    name: `status ${status}`,
    script(plan, people) {
      reset(plan, people, 'caller', status);
      if (['new', 'waiting_for_approval', 'approved', 'rejected', 'escalated_tto'].includes(status))
        plan.agent = undefined;
      if (['waiting_for_approval', 'approved', 'rejected'].includes(status)) plan.approverId = people.agent(1).id;
      converse(plan, [accountAuthor(people, people.special('caller'))]);
      if (status === 'pending') {
        plan.pendingAt = plan.startAt + 2 * HOUR;
        plan.pendingReason = 'En attente de pièce\n(2ᵉ relance) & <suite>';
      }
      if (status === 'closed') {
        plan.satisfaction = '2';
        plan.userComment = 'Parfait, merci 🙏';
      }
    },
  };
}

export function portalWriter(name: string, writer: SpecialPersonName, role?: 'manual' | 'do_not_notify'): TicketCase {
  return {
    name,
    script(plan, people) {
      reset(plan, people, 'caller');
      const person = people.special(writer);
      const agent = accountAuthor(people, people.agent(0));
      converse(plan, [accountAuthor(people, person), agent, accountAuthor(people, person)]);
      plan.entries.push(entry('private', plan.startAt + 4 * HOUR, agent));
      if (role !== undefined) plan.links.push({ contactId: person.id, roleCode: role, role: 'éditeur' });
    },
  };
}

export function longThread(plan: TicketPlan, people: People, publicCount: number, privateCount: number): void {
  const agent = accountAuthor(people, people.agent(0));
  const caller = accountAuthor(people, people.special('caller'));
  for (let place = 0; place < Math.max(publicCount, privateCount); place++) {
    const at = plan.startAt + (place + 1) * 600;
    if (place < publicCount) plan.entries.push(entry('public', at, place % 2 === 0 ? agent : caller));
    if (place < privateCount) plan.entries.push(entry('private', at + 30, agent));
  }
}
