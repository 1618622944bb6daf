import { writeBody } from './bodies.ts';
import type { People } from './contacts.ts';
import { Dice } from './dice.ts';
import { formatLocalTime, type LocalTime } from './local-time.ts';
import type { CaseLog, LogEntry, StoredClass, StoredFields } from './stored-class.ts';
import { LINKS_PER_TICKET, type TicketPlan, teamOf, ticketId, ticketIndex, ticketRef } from './ticket-plan.ts';
import type { TicketPlanner } from './ticket-planner.ts';

function operationalStatus(plan: TicketPlan): string {
  if (plan.status === 'resolved') return 'resolved';
  return plan.status === 'closed' || plan.status === 'rejected' ? 'closed' : 'ongoing';
}

function date(time: LocalTime | undefined): string {
  return time === undefined ? '' : formatLocalTime(time);
}

/** Planted in every private entry and nowhere else: ticket and place make it unique, so a leak shows where it came from. */
function plantedWord(id: number, place: number): string {
  return `privq${id.toString(36)}x${place.toString(36)}z`;
}

/** One of the two logs of a ticket, its texts made from class, log, ticket and place. */
export function writeLog(
  seed: number,
  plan: TicketPlan,
  log: 'public' | 'private',
  className = 'UserRequest',
): CaseLog {
  const entries: LogEntry[] = [];
  for (const planned of plan.entries) {
    if (planned.log !== log) continue;
    const place = entries.length;
    const dice = new Dice(seed, `${className}.${log}_log.${plan.id}`, place);
    const body = writeBody(planned.body, dice, log === 'private' ? plantedWord(plan.id, place) : '');
    entries.push({
      date: planned.at === null ? '' : formatLocalTime(planned.at),
      user_login: planned.author.name,
      user_id: planned.author.userId,
      message: body.text,
      message_html: body.html,
    });
  }
  return { entries };
}

/** Everything of a request but its bodies and logs. */
export function scalars(plan: TicketPlan, people: People): StoredFields {
  const lastEntry = plan.entries.reduce((latest, entry) => Math.max(latest, entry.at ?? 0), plan.startAt);
  const assignedAt = plan.agent === undefined ? undefined : plan.startAt + 360;
  const lastUpdate = Math.max(
    lastEntry,
    assignedAt ?? 0,
    plan.resolvedAt ?? 0,
    plan.closedAt ?? 0,
    plan.pendingAt ?? 0,
  );
  return {
    operational_status: operationalStatus(plan),
    ref: ticketRef(plan.id),
    org_id: String(plan.orgId),
    caller_id: String(plan.caller?.id ?? 0),
    team_id: String(teamOf(plan)),
    agent_id: plan.agent === undefined ? '0' : String(people.agent(plan.agent).id),
    title: plan.title,
    start_date: formatLocalTime(plan.startAt),
    end_date: '',
    last_update: formatLocalTime(lastUpdate),
    close_date: date(plan.closedAt),
    status: plan.status,
    request_type: 'service_request',
    impact: String(plan.impact),
    priority: String(Math.min(4, Math.max(plan.urgency, plan.impact))),
    urgency: String(plan.urgency),
    origin: plan.origin,
    approver_id: String(plan.approverId),
    service_id: String(plan.service),
    servicesubcategory_id: String(plan.subcategory),
    escalation_flag: 'no',
    escalation_reason: '',
    assignment_date: date(assignedAt),
    resolution_date: date(plan.resolvedAt),
    last_pending_date: date(plan.pendingAt),
    cumulatedpending: 0,
    tto: assignedAt === undefined ? 0 : 360,
    ttr: plan.resolvedAt === undefined ? 0 : Math.max(0, plan.resolvedAt - plan.startAt),
    tto_escalation_deadline: plan.agent === undefined && plan.status === 'new' ? date(plan.startAt + 14_400) : '',
    sla_tto_passed: plan.status === 'escalated_tto' ? 'yes' : 'no',
    sla_tto_over: null,
    ttr_escalation_deadline: plan.status === 'assigned' ? date(plan.startAt + 172_800) : '',
    sla_ttr_passed: plan.status === 'escalated_ttr' ? 'yes' : 'no',
    sla_ttr_over: null,
    time_spent: plan.resolvedAt === undefined ? '' : String(Math.max(0, plan.resolvedAt - plan.startAt)),
    resolution_code: plan.resolutionCode,
    pending_reason: plan.pendingReason,
    parent_request_id: String(plan.parentRequestId),
    parent_incident_id: '0',
    parent_problem_id: '0',
    parent_change_id: '0',
    user_satisfaction: plan.satisfaction,
    user_comment: plan.userComment,
    acme_cost_center: plan.id % 3 === 0 ? `CC-${plan.id % 9}` : '',
    acme_channel: plan.id % 4 === 0 ? 'partner' : null,
    acme_topics: plan.id % 5 === 0 ? ['billing', 'vip'] : [],
    acme_effort: plan.id % 6 === 0 ? String(plan.id * 60) : '',
  };
}

/** UserRequests: scalars come from the plan alone, bodies and logs are written only when they are read. */
export function userRequestClass(seed: number, planner: TicketPlanner, count: number): StoredClass {
  const has = (id: number) => id >= 1 && ticketIndex(id) < count && ticketId(ticketIndex(id)) === id;
  const end = ticketId(count - 1) + 1;
  return {
    name: 'UserRequest',
    has,
    *ids(from, to) {
      for (let id = Math.max(1, from); id < Math.min(to, end); id++) if (has(id)) yield id;
    },
    read(id, withoutTexts = false): StoredFields {
      const plan = planner.plan(ticketIndex(id));
      const fields = scalars(plan, planner.people);
      if (withoutTexts) return fields;
      return {
        ...fields,
        description: writeBody(plan.description, new Dice(seed, 'UserRequest.description', id)).html,
        solution:
          plan.solution === undefined ? '' : writeBody(plan.solution, new Dice(seed, 'UserRequest.solution', id)).html,
        public_log: writeLog(seed, plan, 'public'),
        private_log: writeLog(seed, plan, 'private'),
      };
    },
  };
}

/** Contacts linked to tickets; a link's id is made from its ticket's, so that a window of tickets is a window of links. */
export function contactToTicketClass(planner: TicketPlanner, count: number): StoredClass {
  const first = (id: number) => id * LINKS_PER_TICKET;
  const linksOf = (id: number) =>
    ticketId(ticketIndex(id)) === id && ticketIndex(id) < count ? planner.plan(ticketIndex(id)).links : [];
  const linkAt = (id: number) => linksOf(Math.floor(id / LINKS_PER_TICKET))[id % LINKS_PER_TICKET];
  const lastTicket = ticketId(count - 1);
  return {
    name: 'lnkContactToTicket',
    ownerKey: { attribute: 'ticket_id', idsPerOwner: LINKS_PER_TICKET },
    has: (id) => id >= LINKS_PER_TICKET && linkAt(id) !== undefined,
    *ids(from, to) {
      const start = Math.max(1, Math.floor(from / LINKS_PER_TICKET));
      for (let ticket = start; ticket <= lastTicket && first(ticket) < to; ticket++) {
        for (let place = 0; place < linksOf(ticket).length; place++) {
          const id = first(ticket) + place;
          if (id >= from && id < to) yield id;
        }
      }
    },
    read(id): StoredFields {
      const link = linkAt(id);
      if (link === undefined) throw new Error(`lnkContactToTicket::${id} does not exist in the generated iTop`);
      const ticket = Math.floor(id / LINKS_PER_TICKET);
      return {
        ticket_id: String(ticket),
        contact_id: String(link.contactId),
        role: link.role,
        role_code: link.roleCode,
      };
    },
  };
}
