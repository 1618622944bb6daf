import { readDump } from '../../rehearsal/teammates.ts';
import fc from '../support/fast-check.ts';

/** What people do in iTop between two deltas, as the simulator's control channel takes it. */
export type ItopChange = Readonly<Record<string, unknown>>;

interface Dumped {
  readonly id: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface LogEntry {
  readonly user_login: string;
  readonly user_id: string | null;
}

/**
 * The changes of each round, drawn from the objects that iTop holds: answers, private entries, other titles, tickets that are closed
 * and opened again, telephone numbers, new tickets. Values are such as the site has already: others would need a decision in the
 * mapping. The same seed gives the same changes.
 */
export async function changesOfRounds(itopControlUrl: string, rounds: number, seed: number): Promise<ItopChange[][]> {
  const tickets = await dumped(itopControlUrl, 'UserRequest');
  const discussed = tickets.filter(({ fields }) => entriesOf(fields).length > 0);
  const persons = (await dumped(itopControlUrl, 'Person')).filter(({ fields }) => fields.email !== '');
  const ticket = fc.constantFrom(...discussed);
  const change = fc.oneof(
    { weight: 4, arbitrary: ticket.map((to) => ({ kind: 'answer' as const, to })) },
    { weight: 2, arbitrary: ticket.map((to) => ({ kind: 'private entry' as const, to })) },
    { weight: 2, arbitrary: ticket.map((to) => ({ kind: 'title' as const, to })) },
    { weight: 2, arbitrary: ticket.map((to) => ({ kind: 'status' as const, to })) },
    { weight: 1, arbitrary: fc.constantFrom(...persons).map((to) => ({ kind: 'telephone' as const, to })) },
    { weight: 1, arbitrary: ticket.map((to) => ({ kind: 'new ticket' as const, to })) },
  );
  // One round in twelve is quiet.
  const sizes = fc.oneof({ weight: 11, arbitrary: fc.integer({ min: 1, max: 4 }) }, fc.constant(0));
  const drawn = fc.sample(
    sizes.chain((size) => fc.array(change, { minLength: size, maxLength: size })),
    { numRuns: rounds, seed },
  );
  const isClosed = new Map(discussed.map(({ id, fields }) => [id, fields.status === 'closed']));
  let number = 0;
  return drawn.map((ofRound, round) =>
    ofRound.map(({ kind, to }) => {
      number += 1;
      const entry = { ...authorOf(to.fields), message: `Entry ${number} of round ${round + 1}.` };
      const onTicket = { class: 'UserRequest', id: to.id };
      switch (kind) {
        case 'answer':
          return { action: 'append-log', log: 'public_log', entry, ...onTicket };
        case 'private entry':
          return { action: 'append-log', log: 'private_log', entry, ...onTicket };
        case 'title':
          return { action: 'patch', fields: { title: `Title ${number} of round ${round + 1}` }, ...onTicket };
        case 'status': {
          const closes = isClosed.get(to.id) !== true;
          isClosed.set(to.id, closes);
          return { action: 'patch', fields: closes ? closed : opened, ...onTicket };
        }
        case 'telephone':
          return { action: 'patch', class: 'Person', id: to.id, fields: { phone: `+33 1 40 ${number}` } };
        default:
          return { action: 'insert', class: 'UserRequest', fields: newTicket(to.fields, number) };
      }
    }),
  );
}

async function dumped(itopControlUrl: string, className: string): Promise<Dumped[]> {
  const objects: Dumped[] = [];
  for await (const { id, fields } of readDump(`${itopControlUrl}/dump?class=${className}`))
    objects.push({ id: Number(id), fields });
  return objects;
}

function entriesOf(fields: Dumped['fields']): readonly LogEntry[] {
  return (fields.public_log as { entries?: readonly LogEntry[] } | undefined)?.entries ?? [];
}

/** Whoever wrote in the ticket last writes again. */
function authorOf(fields: Dumped['fields']): LogEntry {
  const { user_login, user_id } = entriesOf(fields).at(-1) ?? { user_login: '', user_id: null };
  return { user_login, user_id };
}

const closed = { status: 'closed', operational_status: 'closed' };
const opened = { status: 'assigned', operational_status: 'ongoing' };

/** A ticket of another one's caller. */
function newTicket(like: Dumped['fields'], number: number): ItopChange {
  const copied = Object.entries(like).filter(([code]) =>
    /^(org|caller|team|agent|service|servicesubcategory)_id$|^(impact|urgency|priority|origin|request_type)$/.test(
      code,
    ),
  );
  return {
    ...Object.fromEntries(copied),
    ref: `R-8${String(number).padStart(5, '0')}`,
    title: `Ticket ${number}`,
    description: `<p>What happened in ticket ${number}.</p>`,
    start_date: String(like.last_update),
    ...opened,
  };
}
