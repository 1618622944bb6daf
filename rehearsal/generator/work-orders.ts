import { formatLocalTime } from './local-time.ts';
import { countedClass, type StoredClass } from './stored-class.ts';
import { accountAuthor, teamOf } from './ticket-plan.ts';
import type { TicketPlanner } from './ticket-planner.ts';

/** Every thirtieth request has a work order with a log of its own. */
const EVERY = 30;

export function workOrderClass(planner: TicketPlanner, requests: number): StoredClass {
  return countedClass('WorkOrder', Math.max(2, Math.floor(requests / EVERY)), (id) => {
    const plan = planner.plan(Math.min(requests - 1, id * EVERY - 7));
    const agent = planner.people.agent(id);
    const author = accountAuthor(planner.people, agent);
    return {
      name: `WO ${id} – intervention`,
      status: id % 2 === 0 ? 'closed' : 'open',
      description: 'Remplacer la pièce\nTester & documenter',
      ticket_id: String(plan.id),
      team_id: String(teamOf(plan)),
      agent_id: String(agent.id),
      start_date: formatLocalTime(plan.startAt + 1_800),
      end_date: id % 2 === 0 ? formatLocalTime(plan.startAt + 9_000) : '',
      log: {
        entries: [
          {
            date: formatLocalTime(plan.startAt + 2_000),
            user_login: author.name,
            user_id: author.userId,
            message: 'Pièce commandée',
            message_html: '<p>Pièce commandée</p>',
          },
        ],
      },
    };
  });
}
