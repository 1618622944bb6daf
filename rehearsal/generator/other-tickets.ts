import { writeBody } from './bodies.ts';
import { Dice } from './dice.ts';
import { formatLocalTime } from './local-time.ts';
import type { StoredClass, StoredFields } from './stored-class.ts';
import { type TicketPlan, ticketId } from './ticket-plan.ts';
import type { TicketPlanner } from './ticket-planner.ts';
import { scalars, writeLog } from './tickets.ts';

export type OtherTicketClass = 'Incident' | 'Problem' | 'RoutineChange' | 'NormalChange' | 'EmergencyChange';

/** Tickets share one id sequence: the other classes take the ids that requests leave out, every ninth, in this turn. */
const TURN: readonly (OtherTicketClass | undefined)[] = [
  'Incident',
  'Problem',
  'Incident',
  'RoutineChange',
  'Incident',
  'NormalChange',
  'Incident',
  'EmergencyChange',
  'Incident',
  undefined,
];
const GAP = 9;

const REF_LETTER: Readonly<Record<OtherTicketClass, string>> = {
  Incident: 'I',
  Problem: 'P',
  RoutineChange: 'C',
  NormalChange: 'C',
  EmergencyChange: 'C',
};

/** Class of the ticket that has an id between requests; undefined for a request's id, and for ids that stay free. */
export function otherTicketClass(id: number): OtherTicketClass | undefined {
  return id > 0 && id % GAP === 0 ? TURN[(id / GAP - 1) % TURN.length] : undefined;
}

function otherTicketRef(className: OtherTicketClass, id: number): string {
  return `${REF_LETTER[className]}-${String(id).padStart(6, '0')}`;
}

const INCIDENT_STATUS: Readonly<Record<string, string>> = {
  waiting_for_approval: 'new',
  approved: 'new',
  rejected: 'new',
};
const CHANGE_STATUSES = [
  'new',
  'validated',
  'assigned',
  'plannedscheduled',
  'approved',
  'implemented',
  'monitored',
  'closed',
];
const PROBLEM_STATUSES = ['new', 'assigned', 'resolved', 'closed'];

/** Incidents, problems and changes. */
export function otherTicketClasses(seed: number, planner: TicketPlanner, requests: number): StoredClass[] {
  const end = ticketId(requests - 1) + 1;
  const classOf = (
    name: OtherTicketClass,
    read: (plan: TicketPlan, withoutTexts: boolean) => StoredFields,
  ): StoredClass => {
    const has = (id: number) => id < end && otherTicketClass(id) === name;
    return {
      name,
      has,
      *ids(from, to) {
        const first = Math.ceil(Math.max(1, from) / GAP) * GAP;
        for (let id = first; id < Math.min(to, end); id += GAP) if (has(id)) yield id;
      },
      read(id, withoutTexts = false): StoredFields {
        if (!has(id)) throw new Error(`${name}::${id} does not exist in the generated iTop`);
        return read(planner.planOther(name, id), withoutTexts);
      },
    };
  };
  return [
    classOf('Incident', (plan, withoutTexts) => incident(seed, planner, plan, withoutTexts)),
    classOf('Problem', (plan, withoutTexts) => problem(seed, planner, plan, withoutTexts)),
    ...(['RoutineChange', 'NormalChange', 'EmergencyChange'] as const).map((name) =>
      classOf(name, (plan, withoutTexts) => change(name, seed, planner, plan, withoutTexts)),
    ),
  ];
}

function incident(seed: number, planner: TicketPlanner, plan: TicketPlan, withoutTexts: boolean): StoredFields {
  const {
    request_type: _type,
    approver_id: _approver,
    parent_request_id: _parent,
    acme_cost_center: _center,
    acme_channel: _channel,
    acme_topics: _topics,
    acme_effort: _effort,
    ...shared
  } = scalars(plan, planner.people);
  const fields = {
    ...shared,
    ref: otherTicketRef('Incident', plan.id),
    status: INCIDENT_STATUS[plan.status] ?? plan.status,
    operational_status: plan.status === 'rejected' ? 'ongoing' : (shared.operational_status ?? ''),
    origin: plan.id % 5 === 0 ? 'monitoring' : plan.origin,
    parent_incident_id: plan.id % 7 === 0 && plan.id > 18 ? '9' : '0',
  };
  if (withoutTexts) return fields;
  return {
    ...fields,
    ...bodies('Incident', seed, plan),
    solution:
      plan.solution === undefined ? '' : writeBody(plan.solution, new Dice(seed, 'Incident.solution', plan.id)).html,
    public_log: writeLog(seed, plan, 'public', 'Incident'),
  };
}

/** What every ticket has, for classes that are no request. */
function base(className: OtherTicketClass, planner: TicketPlanner, plan: TicketPlan, status: string): StoredFields {
  const all = scalars(plan, planner.people);
  const keep = [
    'org_id',
    'caller_id',
    'team_id',
    'agent_id',
    'title',
    'start_date',
    'end_date',
    'last_update',
    'close_date',
  ];
  return {
    operational_status: status === 'closed' ? 'closed' : status === 'resolved' ? 'resolved' : 'ongoing',
    ref: otherTicketRef(className, plan.id),
    status,
    ...Object.fromEntries(keep.map((code) => [code, all[code] ?? ''])),
  };
}

function bodies(className: OtherTicketClass, seed: number, plan: TicketPlan): StoredFields {
  return {
    description: writeBody(plan.description, new Dice(seed, `${className}.description`, plan.id)).html,
    private_log: writeLog(seed, plan, 'private', className),
  };
}

function problem(seed: number, planner: TicketPlanner, plan: TicketPlan, withoutTexts: boolean): StoredFields {
  const dice = new Dice(seed, 'Problem.details', plan.id);
  const status = dice.pick(PROBLEM_STATUSES);
  const isSolved = status === 'resolved' || status === 'closed';
  const fields: StoredFields = {
    ...base('Problem', planner, plan, status),
    service_id: String(plan.service),
    servicesubcategory_id: String(plan.subcategory),
    product: dice.pick(['', 'ERP "core"', 'VPN; client']),
    impact: String(plan.impact),
    urgency: String(plan.urgency),
    priority: String(Math.max(plan.urgency, plan.impact)),
    related_change_id: '0',
    assignment_date: status === 'new' ? '' : formatLocalTime(plan.startAt + 600),
    resolution_date: isSolved ? formatLocalTime(plan.startAt + 90_000) : '',
  };
  return withoutTexts ? fields : { ...fields, ...bodies('Problem', seed, plan) };
}

function change(
  className: 'RoutineChange' | 'NormalChange' | 'EmergencyChange',
  seed: number,
  planner: TicketPlanner,
  plan: TicketPlan,
  withoutTexts: boolean,
): StoredFields {
  const dice = new Dice(seed, `${className}.details`, plan.id);
  const status = dice.pick(
    className === 'NormalChange' ? [...CHANGE_STATUSES, 'rejected', 'notapproved'] : CHANGE_STATUSES,
  );
  const place = CHANGE_STATUSES.indexOf(status);
  const agent = planner.people.agent(dice.between(0, 3)).id;
  const isApproved = place >= CHANGE_STATUSES.indexOf('approved');
  const approval: StoredFields = {
    approval_date: isApproved || status === 'notapproved' ? formatLocalTime(plan.startAt + 7_200) : '',
    approval_comment: status === 'notapproved' ? 'Trop de risques' : isApproved ? 'ok – CAB' : '',
  };
  const acceptance: StoredFields = {
    acceptance_date: place >= 1 ? formatLocalTime(plan.startAt + 3_600) : '',
    acceptance_comment: status === 'rejected' ? 'non' : '',
  };
  const fields: StoredFields = {
    ...base(className, planner, plan, status),
    end_date: formatLocalTime(plan.startAt + 10_800),
    reason: 'Sécurité; patch',
    requestor_id: String(plan.caller?.id ?? 0),
    creation_date: formatLocalTime(plan.startAt - 86_400),
    impact: 'Coupure "courte"',
    supervisor_group_id: '1',
    supervisor_id: String(agent),
    manager_group_id: '0',
    manager_id: '0',
    outage: dice.pick(['yes', 'no']),
    fallback: '1. Stop\n2. Restore snapshot',
    parent_id: '0',
    ...(className === 'RoutineChange' ? {} : approval),
    ...(className === 'NormalChange' ? acceptance : {}),
  };
  return withoutTexts ? fields : { ...fields, ...bodies(className, seed, plan) };
}
