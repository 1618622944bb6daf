import type { Scope } from './decisions.ts';
import { classesBelow, type Ticket } from './itop-objects.ts';

export type IsInScope = (ticket: Ticket) => boolean;

/** K10: a class is in scope with those that the site made below it; a ticket without a date is left out by no day. */
export async function readScope(controlUrl: string, scope: Scope): Promise<IsInScope> {
  const { since, until, organizations, statuses } = scope;
  const named = scope.classes?.map((name) => classesBelow(controlUrl, name));
  const classes = named === undefined ? undefined : (await Promise.all(named)).flat();
  return (ticket) => {
    const opened = ticket.text('start_date');
    return (
      (classes?.includes(ticket.className) ?? true) &&
      (organizations?.includes(`Organization::${ticket.text('org_id')}`) ?? true) &&
      (statuses?.includes(ticket.text('status')) ?? true) &&
      (opened === '' || since === undefined || opened >= since) &&
      (opened === '' || until === undefined || opened < until)
    );
  };
}
