import { sql } from 'kysely';
import { nameExpression } from '../../itop/record-names.ts';
import { html } from '../../platform/html.ts';
import { type Row, text, unlessZero, type WorkList } from './work-list.ts';

/** What a person decides before the load. */
export const listsOfPlan: readonly WorkList[] = [
  {
    name: 'merges',
    purpose:
      'They share an e-mail address, and Intercom keeps one contact for each address. To keep them apart, correct the address in iTop and extract again; to keep another of them, name that person under “survivors” in the mapping file.',
    empty: 'Nobody: no two people share an address.',
    query: () => sql<Row>`
      select d.person_key as key, d.person_key, d.survivor_key, c.name as contact, c.email, ${sql.raw(nameExpression)} as person,
        o.payload ->> 'status' as status, o.payload ->> 'org_name' as organization
      from intermediate.contact_decision d
      join raw.head h on h.source_key = d.person_key
      join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id
      left join intercom.contact c on c.target_key = d.survivor_key
      where d.survivor_key <> d.person_key`,
    columns: [
      { name: 'email', label: 'Shared address' },
      { name: 'person_key', label: 'Person' },
      { name: 'organization', label: 'Organization' },
      { name: 'status', label: 'In iTop' },
      { name: 'survivor_key', label: 'Becomes part of' },
    ],
    sort: 'email',
    records: ['person_key', 'survivor_key'],
  },
  {
    name: 'teammates',
    purpose:
      'Who needs a seat in Intercom, judged by their tickets. Where no teammate has the agent’s address, the migration’s fallback teammate writes their messages, with the agent’s name in the first line.',
    empty: 'iTop has no agents.',
    query: (workspace) => sql<Row>`
      select person_key as key, person_key, email, recommendation, teams, assigned_tickets::float8 as assigned_tickets,
        exists (select from load.teammate t where t.workspace_id_code = ${workspace} and t.email <> '' and lower(t.email) = lower(a.email)) as is_teammate
      from handoff.teammate_setup a`,
    columns: [
      { name: 'person_key', label: 'Agent' },
      { name: 'assigned_tickets', label: 'Tickets assigned', type: 'number' },
      {
        name: 'is_teammate',
        label: 'In Intercom',
        show: (row) =>
          row.is_teammate === true
            ? 'teammate'
            : row.email == null || row.email === ''
              ? 'no address to find them by'
              : 'not invited',
      },
      { name: 'email', label: 'Address' },
      { name: 'recommendation', label: 'What to do' },
      { name: 'teams', label: 'Teams' },
    ],
    sort: '-assigned_tickets',
    records: ['person_key'],
    isAddedUp: true,
  },
  {
    name: 'articles',
    purpose: 'Short or long articles, missing pictures, links into iTop: read them before they are published.',
    empty: 'No article needs a review.',
    query: () => sql<Row>`
      select faq_key as key, faq_key, category_name, word_count::float8 as word_count, picture_count::float8 as picture_count, loss_count::float8 as loss_count, review
      from handoff.article_review`,
    columns: [
      { name: 'faq_key', label: 'Article' },
      { name: 'word_count', label: 'Words', type: 'number' },
      { name: 'picture_count', label: 'Pictures', type: 'number', show: unlessZero('picture_count') },
      { name: 'loss_count', label: 'Things that do not move', type: 'number', show: unlessZero('loss_count') },
      { name: 'category_name', label: 'Category' },
      { name: 'review', label: 'What to do' },
    ],
    sort: 'word_count',
    records: ['faq_key'],
  },
  {
    name: 'undecided',
    purpose: 'Nobody has decided yet what becomes of them. The mapping page shows the proposals, to change or confirm.',
    empty: 'Everything is decided.',
    query: () => sql<Row>`
      select concat_ws('.', u.class, u.attribute) as key, u.class, u.attribute from (
        select distinct o.final_class as class, null as attribute from staging.landed_object o
        where not o.is_deleted and not exists (select from ops.mapping_class m where m.class = o.final_class)
        union
        select a.class, a.attribute from ops.itop_attribute a
        join ops.mapping_class m on m.class = a.class and m.destination in ('conversation', 'contact', 'company', 'custom_object', 'article')
        left join ops.mapping_attribute d on d.class = a.class and d.attribute = a.attribute
        where a.is_requested and d.attribute is null) as u`,
    columns: [
      { name: 'class', label: 'Class' },
      {
        name: 'attribute',
        label: 'Attribute',
        show: (row) => (row.attribute == null ? 'the whole class' : text(row, 'attribute')),
      },
      {
        name: 'key',
        label: 'What to do',
        show: (row) =>
          html`<a href="/mapping/class/${encodeURIComponent(text(row, 'class'))}">Decide it in the mapping</a>`,
      },
    ],
    sort: 'class',
    records: [],
    isAddedUp: true,
  },
];
