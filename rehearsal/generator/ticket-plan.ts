import { accountIdOf } from './accounts.ts';
import type { BodyKind } from './bodies.ts';
import { type GeneratedPerson, type People, personName, teamOfAgent } from './contacts.ts';
import type { LocalTime } from './local-time.ts';

/** Who iTop shows as author of a log entry: name and account are independent of each other. */
export interface LogAuthor {
  readonly name: string;
  readonly userId: string | 0 | null;
}

export interface PlannedEntry {
  readonly log: 'public' | 'private';
  /** Null for text that stood in the log before its first header. */
  readonly at: LocalTime | null;
  readonly author: LogAuthor;
  readonly body: BodyKind;
}

export interface PlannedLink {
  readonly contactId: number;
  readonly roleCode: 'manual' | 'computed' | 'do_not_notify';
  readonly role: string;
}

export type TicketStatus =
  | 'new'
  | 'waiting_for_approval'
  | 'approved'
  | 'rejected'
  | 'assigned'
  | 'pending'
  | 'escalated_tto'
  | 'escalated_ttr'
  | 'resolved'
  | 'closed';

/** A ticket before its texts are written: all that queries, links and dates depend on. Cases change it. */
export interface TicketPlan {
  readonly id: number;
  readonly index: number;
  title: string;
  status: TicketStatus;
  orgId: number;
  caller: GeneratedPerson | undefined;
  /** Position of the agent, or undefined while nobody is assigned. */
  agent: number | undefined;
  approverId: number;
  startAt: LocalTime;
  /** Set only where the ticket keeps an earlier resolution (reopened), or to place it exactly. */
  resolvedAt: LocalTime | undefined;
  closedAt: LocalTime | undefined;
  pendingAt: LocalTime | undefined;
  pendingReason: string;
  solution: BodyKind | undefined;
  resolutionCode: string;
  satisfaction: string;
  userComment: string;
  description: BodyKind;
  origin: string;
  service: number;
  subcategory: number;
  urgency: number;
  impact: number;
  parentRequestId: number;
  entries: PlannedEntry[];
  links: PlannedLink[];
}

/** Ticket ids: one sequence with gaps (every ninth id is missing), the ref's number runs ahead of the id. */
const REF_OFFSET = 7;
/** Links and other rows of a ticket have ids made from its id; no ticket has more. */
export const LINKS_PER_TICKET = 8;

export function ticketId(index: number): number {
  return index + 1 + Math.floor(index / 8);
}

export function ticketIndex(id: number): number {
  return id - 1 - Math.floor((id - 1) / 9);
}

export function ticketRef(id: number): string {
  return `R-${String(id + REF_OFFSET).padStart(6, '0')}`;
}

/** The author an account gives: the friendly name of its person. Somebody without account can only write by mail. */
export function accountAuthor(people: People, person: GeneratedPerson): LogAuthor {
  const account = accountIdOf(people, person);
  return { name: personName(person), userId: account === undefined ? 0 : String(account) };
}

/** The team of an assigned ticket. */
export function teamOf(plan: TicketPlan): number {
  return plan.agent === undefined ? 0 : teamOfAgent(plan.agent);
}
