import type { ItopDirectory, LinkedCi, Ticket } from './itop-objects.ts';
import type { LocalClock } from './local-clock.ts';

const PRIORITIES: Readonly<Record<string, string>> = { '1': 'critical', '2': 'high', '3': 'medium', '4': 'low' };
const CLOSED = ['closed', 'resolved', 'rejected'];
/** Longest text Intercom keeps in an attribute. */
const LONGEST_ATTRIBUTE = 255;

/** K2: the ref before the title, control characters as spaces. */
export function expectTitle(ticket: Ticket): string {
  return `[${ticket.text('ref')}] ${ticket.text('title').replace(/\p{Cc}/gu, ' ')}`;
}

/** K3 */
export function expectState(ticket: Ticket): 'open' | 'closed' | 'snoozed' {
  const status = ticket.text('status');
  if (CLOSED.includes(status)) return 'closed';
  return status === 'pending' ? 'snoozed' : 'open';
}

/** K1 and K7: the attributes of the default mapping; one without a value in iTop is absent. */
export function expectAttributes(
  ticket: Ticket,
  directory: ItopDirectory,
  clock: LocalClock,
): ReadonlyMap<string, string | number> {
  const parents = ['parent_request_ref', 'parent_incident_ref', 'parent_problem_ref', 'parent_change_ref'];
  const values: Readonly<Record<string, string | number | undefined>> = {
    itop_ref: ticket.text('ref'),
    itop_status: ticket.text('status'),
    itop_created_at: clock.instant(ticket.text('start_date')),
    itop_resolved_at: clock.instant(ticket.text('resolution_date')),
    itop_closed_at: clock.instant(ticket.text('close_date')),
    service_name: ticket.text('service_name'),
    priority: PRIORITIES[ticket.text('priority')],
    itop_parent: parents
      .map(ticket.text)
      .filter((ref) => ref !== '')
      .join(', '),
    impacted_ci_name: expectCiNames(directory.linkedCis.get(ticket.id) ?? []),
    itop_caller: directory.persons.get(ticket.text('caller_id'))?.name,
  };
  const present = new Map<string, string | number>();
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'number') present.set(name, value);
    else if (value !== undefined && value.trim() !== '') present.set(name, cut(value.trim()));
  }
  return present;
}

function cut(text: string): string {
  return [...text].slice(0, LONGEST_ATTRIBUTE).join('');
}

/** K5: what somebody linked by hand, by id; as many whole names as stay below the limit, and how many more there are. */
function expectCiNames(linked: readonly LinkedCi[]): string {
  const keptOut = new Set(linked.filter((ci) => ci.impactCode === 'not_impacted').map((ci) => ci.ciId));
  const byId = new Map(
    linked.filter((ci) => ci.impactCode === 'manual' && !keptOut.has(ci.ciId)).map((ci) => [ci.ciId, ci.name]),
  );
  const names = [...byId].sort(([a], [b]) => a - b).map(([, name]) => name);
  for (let kept = names.length; kept > 0; kept--) {
    const left = names.length - kept;
    const text = [...names.slice(0, kept), ...(left > 0 ? [`+${left} more`] : [])].join(', ');
    if (text.length < LONGEST_ATTRIBUTE) return text;
  }
  return '';
}
