import type { NotNull, Selectable } from 'kysely';
import type pg from 'pg';
import { type Html, html } from '../../platform/html.ts';
import { rowCount, warehouse } from '../../platform/warehouse.ts';
import type { Warehouse } from '../../platform/warehouse-types.ts';
import { besideTarget, fieldTable } from '../../transform/preview/field-table.ts';
import { intercomHeading, whereItIs } from '../../transform/preview/object-content.ts';
import { readFields } from '../../transform/preview/read-objects.ts';
import { type Frame, recordLink, table } from '../page.ts';
import { fileList, readStoredFiles } from './stored-files.ts';
import { readEvidence } from './target-evidence.ts';
import { targetValues } from './target-values.ts';

/** People and tickets listed; the rest is found by searching. */
const most = 50;

/** An organization: the company that it becomes, its people and its tickets. */
export async function companyContent(frame: Frame, key: string): Promise<Html> {
  const { pool } = frame.context;
  const [becomes, people, tickets, files] = await Promise.all([
    warehouse(pool)
      .selectFrom('intercom.company as c')
      .select((of) => [
        ...(['c.company_id', 'c.name', 'c.custom_attributes'] as const),
        of
          .selectFrom('intercom.contact_company as m')
          .select(rowCount.as('count'))
          .whereRef('m.company_key', '=', 'c.target_key')
          .as('people'),
        of
          .selectFrom('intermediate.ticket as t')
          .select(rowCount.as('count'))
          .whereRef('t.organization_key', '=', 'c.target_key')
          .as('tickets'),
      ])
      .$narrowType<{ people: NotNull; tickets: NotNull; custom_attributes: Record<string, unknown> | null }>()
      .where('c.target_key', '=', key)
      .executeTakeFirst(),
    warehouse(pool)
      .selectFrom('intercom.contact_company as m')
      .innerJoin('intercom.contact as c', 'c.target_key', 'm.contact_key')
      .select(['c.target_key', 'c.name', 'c.email'])
      .where('m.company_key', '=', key)
      .orderBy('c.name')
      .orderBy('c.target_key')
      .limit(most)
      .execute(),
    newestTickets(pool, 'organization_key', key, most),
    readStoredFiles(pool, [key]),
  ]);
  const fields = await readFields(pool, key);
  if (becomes === undefined)
    return html`<p class="facts"><span class="chip">becomes no company</span></p><h2>As iTop holds it</h2>${fileList(files)}${fieldTable(fields)}`;
  const evidence = await readEvidence(frame, 'company', key);
  const target: (readonly [string, unknown])[] = [
    ['name', becomes.name],
    ['company_id', becomes.company_id],
    ...Object.entries(becomes.custom_attributes ?? {}),
  ];
  return html`<p class="facts"><span class="chip">becomes the company ${becomes.name}</span>${whereItIs(evidence)}</p>
${evidence.differences}<h2>iTop beside ${intercomHeading(evidence)}</h2>${fileList(files)}${fieldTable(besideTarget(fields, targetValues(frame, target)), evidence.differing)}
<h2>${becomes.people === 1 ? 'Its person' : `Its ${becomes.people.toLocaleString('en')} people`}</h2>${table(
    frame.standing,
    [
      { name: 'Contact', value: (row) => recordLink(row.target_key, row.name) },
      { name: 'Address', value: (row) => row.email },
    ],
    people,
    'People',
    'No contact belongs to it.',
  )}${firstOf(people.length, becomes.people)}
<h2>${becomes.tickets === 1 ? 'Its ticket' : `Its ${becomes.tickets.toLocaleString('en')} tickets`}</h2>${ticketTable(frame, tickets)}${firstOf(tickets.length, becomes.tickets)}`;
}

const firstOf = (shown: number, all: number): Html | string =>
  shown < all ? html`<p class="dim">The first ${shown} of ${all.toLocaleString('en')}.</p>` : '';

type ListedTicket = Pick<
  Selectable<Warehouse['intermediate.ticket']>,
  'ticket_key' | 'ref' | 'title' | 'status' | 'started_at'
>;

/** The newest tickets of an organization or person. */
export function newestTickets(
  pool: pg.Pool,
  column: 'organization_key' | 'caller_key' | 'agent_key',
  key: string,
  most: number,
): Promise<ListedTicket[]> {
  return warehouse(pool)
    .selectFrom('intermediate.ticket')
    .select(['ticket_key', 'ref', 'title', 'status', 'started_at'])
    .where(column, '=', key)
    .orderBy('started_at', (by) => by.desc().nullsLast())
    .orderBy('ticket_key')
    .limit(most)
    .execute();
}

/** Tickets, each with a link to its page. */
export function ticketTable(frame: Frame, tickets: readonly ListedTicket[]): Html {
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
