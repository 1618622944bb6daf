import { type Html, html } from '../../platform/html.ts';
import { type Frame, recordLink, table } from '../page.ts';
import { plainContent } from './plain-content.ts';

/** People and tickets listed; the rest is found by searching. */
const most = 50;

/** An organization: the company that it becomes, its people and its tickets. */
export async function companyContent(frame: Frame, key: string): Promise<Html> {
  const { pool } = frame.context;
  const idCode = frame.standing.workspace?.idCode ?? '';
  const [company, people, tickets] = await Promise.all([
    pool.query<{
      company_id: string | null;
      name: string;
      custom_attributes: Record<string, unknown> | null;
      target_id: string | null;
      people: number;
      tickets: number;
    }>(
      `select c.company_id, c.name, c.custom_attributes, i.target_id,
              (select count(*)::integer from intercom.contact_company m where m.company_key = c.target_key) as people,
              (select count(*)::integer from intermediate.ticket t where t.organization_key = c.target_key) as tickets
       from intercom.company c
       left join load.identity i on i.workspace_id_code = $2 and i.target_type = 'company' and i.target_key = c.target_key
       where c.target_key = $1`,
      [key, idCode],
    ),
    pool.query<{ target_key: string; name: string; email: string | null }>(
      `select c.target_key, c.name, c.email from intercom.contact_company m
       join intercom.contact c on c.target_key = m.contact_key
       where m.company_key = $1 order by c.name, c.target_key limit ${most}`,
      [key],
    ),
    pool.query<{ ticket_key: string; ref: string; title: string; status: string; started_at: Date | null }>(
      `select ticket_key, ref, title, status, started_at from intermediate.ticket
       where organization_key = $1 order by started_at desc nulls last, ticket_key limit ${most}`,
      [key],
    ),
  ]);
  const becomes = company.rows[0];
  const plain = await plainContent(frame, key);
  if (becomes === undefined) return html`<p class="facts"><span class="chip">becomes no company</span></p>${plain}`;
  return html`<p class="facts"><span class="chip">becomes the company ${becomes.name}</span> <span class="chip">company id ${becomes.company_id}</span>
<span class="chip">${becomes.target_id === null ? 'not in Intercom yet' : `in Intercom as ${becomes.target_id}`}</span></p>
<h2>The company in Intercom</h2>${table(
    frame.standing,
    [
      { name: 'Attribute', value: ([name]) => name },
      { name: 'Value', value: ([, value]) => String(value) },
    ],
    Object.entries(becomes.custom_attributes ?? {}),
    'Attributes of the company',
    'No attributes.',
  )}
<h2>${becomes.people === 1 ? 'Its person' : `Its ${becomes.people.toLocaleString('en')} people`}</h2>${table(
    frame.standing,
    [
      { name: 'Contact', value: (row) => recordLink(row.target_key, row.name) },
      { name: 'Address', value: (row) => row.email },
    ],
    people.rows,
    'People',
    'No contact belongs to it.',
  )}${firstOf(people.rows.length, becomes.people)}
<h2>${becomes.tickets === 1 ? 'Its ticket' : `Its ${becomes.tickets.toLocaleString('en')} tickets`}</h2>${ticketTable(frame, tickets.rows)}${firstOf(tickets.rows.length, becomes.tickets)}
${plain}`;
}

const firstOf = (shown: number, all: number): Html | string =>
  shown < all ? html`<p class="dim">The first ${shown} of ${all.toLocaleString('en')}.</p>` : '';

/** Tickets by their newest, each with a link to its page. */
export function ticketTable(
  frame: Frame,
  tickets: readonly { ticket_key: string; ref: string; title: string; status: string; started_at: Date | null }[],
): Html {
  return table(
    frame.standing,
    [
      { name: 'Ticket', value: (row) => recordLink(row.ticket_key, `${row.ref} ${row.title}`) },
      { name: 'Status in iTop', value: (row) => (row.status ?? '').replaceAll('_', ' ') },
      { name: 'Opened', value: (row) => row.started_at },
    ],
    tickets,
    'Tickets',
  );
}
