import { type Html, html } from '../../platform/html.ts';
import { type Frame, recordLink, table } from '../page.ts';
import { plainContent } from './plain-content.ts';

interface Group {
  person_key: string;
  full_name: string | null;
  email: string | null;
  is_survivor: boolean;
  status: string | null;
  organization: string | null;
  tickets: number;
}

/** A person: the contact that stands for them, who was merged into it and why, and their tickets. */
export async function personContent(frame: Frame, key: string): Promise<Html> {
  const { pool } = frame.context;
  const { rows: group } = await pool.query<Group>(
    `with mine as (select survivor_key from intermediate.contact_decision where person_key = $1),
     member as (select d.person_key, d.survivor_key from intermediate.contact_decision d join mine m on m.survivor_key = d.survivor_key)
     select m.person_key, concat_ws(' ', o.payload ->> 'first_name', o.payload ->> 'name') as full_name, o.payload ->> 'email' as email,
            m.person_key = m.survivor_key as is_survivor, o.payload ->> 'status' as status, o.payload ->> 'org_id_friendlyname' as organization,
            (select count(*)::integer from intermediate.ticket t where t.caller_key = m.person_key) as tickets
     from member m
     join raw.head h on h.source_key = m.person_key
     join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id
     order by is_survivor desc, m.person_key`,
    [key],
  );
  const { rows: decided } = await pool.query<{ is_loaded: boolean; excluded_reason: string | null }>(
    'select is_loaded, excluded_reason from intermediate.contact_decision where person_key = $1',
    [key],
  );
  const decision = decided[0];
  const { rows: tickets } = await pool.query<{
    ticket_key: string;
    ref: string;
    title: string;
    status: string | null;
    started_at: Date | null;
  }>(
    `select ticket_key, ref, title, status, started_at from intermediate.ticket where caller_key = $1 order by started_at desc nulls last limit 50`,
    [key],
  );
  return html`<p class="facts"><span class="chip ${decision?.is_loaded === true ? 'green' : ''}">${
    decision === undefined
      ? 'no person'
      : decision.is_loaded
        ? 'becomes a contact'
        : `no contact: ${decision.excluded_reason ?? ''}`
  }</span></p>
${
  group.length < 2
    ? ''
    : html`<h2>Merged by their address</h2><p>These ${group.length} persons share an address and become one contact. The one that stays is active, has most tickets, then the lowest id; mapping.yaml can say otherwise.</p>
${table(
  frame.standing,
  [
    { name: 'person', value: (row) => recordLink(row.person_key, row.full_name ?? row.person_key) },
    { name: 'address', value: (row) => row.email },
    { name: 'stays', value: (row) => row.is_survivor },
    { name: 'status', value: (row) => row.status },
    { name: 'organization', value: (row) => row.organization },
    { name: 'tickets', value: (row) => row.tickets },
  ],
  group,
  'Persons merged',
)}`
}
<h2>Tickets</h2>${table(
    frame.standing,
    [
      { name: 'ticket', value: (row) => recordLink(row.ticket_key, `${row.ref} ${row.title}`) },
      { name: 'status', value: (row) => row.status },
      { name: 'opened', value: (row) => row.started_at },
    ],
    tickets,
    'Tickets',
  )}
${await plainContent(frame, key)}`;
}
