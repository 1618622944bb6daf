import { sql } from 'kysely';
import { nameExpression } from '../../itop/record-names.ts';
import { type Html, html } from '../../platform/html.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { reasonWords } from '../../reconcile/page-words.ts';
import { besideTarget, fieldTable } from '../../transform/preview/field-table.ts';
import { intercomHeading } from '../../transform/preview/object-content.ts';
import { readFields } from '../../transform/preview/read-objects.ts';
import { type Frame, recordLink, table } from '../page.ts';
import { newestTickets, ticketTable } from './company-content.ts';
import { fileList, readStoredFiles } from './stored-files.ts';
import { readEvidence } from './target-evidence.ts';
import { targetValues } from './target-values.ts';

/** Tickets listed of one person. */
const most = 50;

interface Member {
  person_key: string;
  full_name: string | null;
  email: string | null;
  is_survivor: boolean;
  status: string | null;
  organization: string | null;
  tickets: number;
}

interface Decision {
  survivor_key: string | null;
  excluded_reason: string | null;
  name: string | null;
  email: string | null;
  phone: string | null;
  role: string | null;
  custom_attributes: Record<string, unknown> | null;
  target_id: string | null;
  company: string | null;
}

/** A person: the contact that stands for them, who was merged into it and why, and their tickets. */
export async function personContent(frame: Frame, key: string): Promise<Html> {
  const { pool } = frame.context;
  const [group, decision, asked, handled] = await Promise.all([
    pool.query<Member>(
      `with member as (
         select d.person_key, d.survivor_key from intermediate.contact_decision d
         where d.survivor_key = (select survivor_key from intermediate.contact_decision where person_key = $1))
       select m.person_key, ${nameExpression} as full_name, o.payload ->> 'email' as email,
              m.person_key = m.survivor_key as is_survivor, o.payload ->> 'status' as status, o.payload ->> 'org_name' as organization,
              (select count(*)::integer from intermediate.ticket t where t.caller_key = m.person_key) as tickets
       from member m
       join raw.head h on h.source_key = m.person_key
       join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id
       order by is_survivor desc, m.person_key`,
      [key],
    ),
    readDecision(frame, key),
    newestTickets(pool, 'caller_key', key, most),
    newestTickets(pool, 'agent_key', key, most),
  ]);
  const beside = await besideContact(frame, key, decision);
  return html`${factsOf(decision)}
${group.rows.length < 2 ? '' : mergedContent(frame, group.rows)}
${beside}
<h2>Tickets with this caller</h2>${ticketTable(frame, asked)}${asked.length < most ? '' : html`<p class="dim">The newest ${most}.</p>`}
${handled.length === 0 ? '' : html`<h2>Tickets assigned to this agent</h2>${ticketTable(frame, handled)}${handled.length < most ? '' : html`<p class="dim">The newest ${most}.</p>`}`}`;
}

async function readDecision({ context, standing }: Frame, key: string): Promise<Decision | undefined> {
  return warehouse(context.pool)
    .selectFrom('intermediate.contact_decision as d')
    .leftJoin('intercom.contact as c', 'c.target_key', 'd.survivor_key')
    .leftJoin('load.identity as i', (join) =>
      join
        .on('i.workspace_id_code', '=', standing.workspace?.idCode ?? '')
        .on('i.target_type', '=', 'contact')
        .onRef('i.target_key', '=', 'd.survivor_key'),
    )
    .select(['d.survivor_key', 'd.excluded_reason', 'c.name', 'c.email', 'c.phone', 'c.role', 'c.custom_attributes'])
    .select((of) => [
      'i.target_id',
      of
        .selectFrom('intercom.contact_company as m')
        .innerJoin('intercom.company as y', 'y.target_key', 'm.company_key')
        .select(sql<string | null>`string_agg(y.name, ', ' order by y.name)`.as('names'))
        .whereRef('m.contact_key', '=', 'c.target_key')
        .as('company'),
    ])
    .$narrowType<Pick<Decision, 'custom_attributes'>>()
    .where('d.person_key', '=', key)
    .executeTakeFirst();
}

function factsOf(decision: Decision | undefined): Html {
  if (decision === undefined)
    return html`<p class="facts"><span class="chip">not a person who could become a contact</span></p>`;
  if (decision.excluded_reason !== null)
    return html`<p class="facts"><span class="chip">becomes no contact</span> ${reasonWords(decision.excluded_reason)}</p>`;
  return html`<p class="facts"><span class="chip">becomes the contact ${recordLink(decision.survivor_key ?? '', decision.name ?? decision.survivor_key ?? '')}</span>
<span class="chip">${decision.target_id === null ? 'not in Intercom yet' : `in Intercom as ${decision.target_id}`}</span></p>`;
}

function mergedContent(frame: Frame, group: readonly Member[]): Html {
  const stays = group.find((row) => row.is_survivor);
  return html`<h2>Merged by their address</h2>
<p>These ${group.length} people share the address ${stays?.email ?? ''}, and Intercom keeps one contact for each address. ${stays?.full_name ?? 'One of them'} stays: the one who is active, then has most tickets, then the lowest number in iTop, unless the mapping file names another. Each ticket still says who asked.</p>
${table(
  frame.standing,
  [
    { name: 'Person', value: (row) => recordLink(row.person_key, row.full_name ?? row.person_key) },
    { name: 'Address', value: (row) => row.email },
    { name: 'Stays', value: (row) => row.is_survivor },
    { name: 'Status in iTop', value: (row) => row.status },
    { name: 'Organization', value: (row) => row.organization },
    { name: 'Tickets', value: (row) => row.tickets },
  ],
  group,
  'People merged',
)}`;
}

/** The person as iTop holds them beside the contact that stands for them. */
async function besideContact(frame: Frame, key: string, decision: Decision | undefined): Promise<Html> {
  const { pool } = frame.context;
  const [fields, files] = await Promise.all([readFields(pool, key), readStoredFiles(pool, [key])]);
  if (decision === undefined || decision.name === null)
    return html`<h2>As iTop holds it</h2>${fileList(files)}${fieldTable(fields)}`;
  const target: (readonly [string, unknown])[] = [
    ['name', decision.name],
    ['email', decision.email],
    ['phone', decision.phone],
    ['role', decision.role],
    ['company', decision.company],
    ...Object.entries(decision.custom_attributes ?? {}),
  ];
  const survivor = decision.survivor_key ?? key;
  const evidence = await readEvidence(frame, 'contact', survivor);
  const heading =
    survivor === key
      ? html`iTop beside ${intercomHeading(evidence)}`
      : html`iTop beside the contact of ${recordLink(survivor, decision.name)}, which stands for this person`;
  return html`${evidence.differences}<h2>${heading}</h2>${fileList(files)}${fieldTable(besideTarget(fields, targetValues(frame, target)), evidence.differing)}`;
}
