import { readDump } from './teammates.ts';

interface Ticket {
  readonly id: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface Conversation {
  readonly type: string;
  readonly id: string;
  readonly title: string | null;
}

interface LogEntry {
  readonly user_login: string;
  readonly user_id: string | null;
}

/** What happens between two deltas: changes that people make in iTop, and failures that both systems are about to have. */
export interface WorkingDay {
  /** For the person who watches. */
  readonly words: string;
  readonly changes: readonly object[];
  readonly itopFaults: readonly object[];
  readonly intercomFaults: readonly object[];
}

/** The days before the switch, for the generated site behind the control channel of the iTop simulator. */
export async function workingDays(itopControlUrl: string): Promise<readonly WorkingDay[]> {
  const tickets: Ticket[] = [];
  for await (const { id, fields } of readDump(`${itopControlUrl}/dump?class=UserRequest`))
    tickets.push({ id: Number(id), fields });
  const discussed = tickets.filter(({ fields }) => entriesOf(fields.public_log).length > 0);
  const open = discussed.find(({ fields }) => fields.status === 'assigned') ?? discussed.at(-1);
  const [first, second] = discussed;
  if (first === undefined || second === undefined || open === undefined)
    throw new Error('The generated site has no tickets to work on: rehearse with more of them.');
  return [
    {
      words: `${text(first, 'ref')} is answered, a new ticket comes in; iTop fails once, and so does Intercom`,
      changes: [answer(first, 'It happened again this morning.'), newTicket(second, 1)],
      itopFaults: [{ kind: 'http500-html', match: { class: 'UserRequest' } }],
      intercomFaults: [{ kind: '503', match: {} }],
    },
    {
      words: `${text(open, 'ref')} gets another title and an answer, another ticket comes in; an answer of iTop is cut off, Intercom refuses three calls`,
      changes: [
        { action: 'patch', class: 'UserRequest', id: open.id, fields: { title: 'Printer on the third floor, again' } },
        answer(open, 'A technician is on his way.'),
        newTicket(first, 2),
      ],
      itopFaults: [{ kind: 'truncate', match: { class: 'UserRequest' } }],
      intercomFaults: [{ kind: '429', match: {}, times: 3 }],
    },
  ];
}

/** What somebody writes in iTop although it is read-only for everybody: the check of the freeze must see it. */
export async function lateWork(itopControlUrl: string): Promise<WorkingDay> {
  const [day] = await workingDays(itopControlUrl);
  return {
    words: 'somebody still answers a ticket in iTop',
    changes: day?.changes.slice(0, 1) ?? [],
    itopFaults: [],
    intercomFaults: [],
  };
}

/** What customers do in Intercom after the switch: one answers in a conversation that was moved. */
export async function answerInIntercom(intercomControlUrl: string): Promise<string> {
  for await (const { type, id, title } of readDump<Conversation>(`${intercomControlUrl}/dump`)) {
    if (type !== 'conversation') continue;
    const body = 'Thank you, it works now.';
    await post(`${intercomControlUrl}/actions`, [{ do: 'customer-replies', conversation_id: id, body }]);
    return `a customer answers in Intercom: ${title}`;
  }
  throw new Error('The simulated workspace holds no conversation.');
}

/** Lets a day happen. */
export async function live(
  day: WorkingDay,
  site: { itopControlUrl: string; intercomControlUrl: string },
): Promise<void> {
  if (day.changes.length > 0) await post(`${site.itopControlUrl}/objects`, day.changes);
  for (const fault of day.itopFaults) await post(`${site.itopControlUrl}/faults`, fault);
  if (day.intercomFaults.length > 0) await post(`${site.intercomControlUrl}/faults`, day.intercomFaults);
}

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${await response.text()}`);
}

const text = ({ fields }: Ticket, code: string): string => String(fields[code] ?? '');

const entriesOf = (log: unknown): readonly LogEntry[] => (log as { entries?: readonly LogEntry[] }).entries ?? [];

/** An entry by whoever wrote in the ticket last. */
function answer({ id, fields }: Ticket, message: string): object {
  const { user_login, user_id } = entriesOf(fields.public_log).at(-1) ?? { user_login: '', user_id: null };
  return { action: 'append-log', class: 'UserRequest', id, log: 'public_log', entry: { message, user_login, user_id } };
}

/** A new ticket of another one's caller. */
function newTicket(like: Ticket, number: number): object {
  // Values that the site has: others would need a decision in the mapping.
  const copied = Object.entries(like.fields).filter(([code]) =>
    /^(org|caller|team|agent|service|servicesubcategory)_id$|^(impact|urgency|priority|origin|request_type)$/.test(
      code,
    ),
  );
  return {
    action: 'insert',
    class: 'UserRequest',
    fields: {
      ...Object.fromEntries(copied),
      ref: `R-9000${number}`,
      title: 'The scanner does not send mail',
      description: '<p>Since the update the scanner does not send mail any more.</p>',
      status: 'assigned',
      operational_status: 'ongoing',
      start_date: text(like, 'last_update'),
    },
  };
}
