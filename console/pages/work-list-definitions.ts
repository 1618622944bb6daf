import { html } from '../../platform/html.ts';
import {
  checkWords,
  evidenceWords,
  kindWords,
  phaseWords,
  rollbackWords,
  whyUnexplained,
} from '../../platform/page-words.ts';
import { nameExpression, type RecordNames } from '../../platform/record-names.ts';
import { type CellValue, command } from '../page.ts';

/** A row of a list: `key`, unique, and its columns. */
export type Row = Readonly<Record<string, unknown>> & { readonly key: string };

export interface ListColumn {
  /** Column of the query. */
  readonly name: string;
  readonly label: string;
  /** Sorted and shown as what it is; text unless said. */
  readonly type?: 'number' | 'time';
  /** How it is shown, where it is not shown as it is. A CSV holds it as it is. */
  readonly show?: (row: Row, names: RecordNames) => CellValue;
}

/** A list of things that a person has to look at. */
export interface WorkList {
  /** In the address. */
  readonly name: string;
  readonly title: string;
  /** What is in it, and what to do. */
  readonly purpose: string;
  /** What an empty list means. */
  readonly empty: string;
  /** Gives `key`, unique, and the columns; `$1` is the workspace. */
  readonly query: string;
  readonly columns: readonly ListColumn[];
  /** Column that it is sorted by at first; with a minus from the highest. */
  readonly sort: string;
  /** Columns that hold keys of records: they are shown as links with the records' names. */
  readonly records: readonly string[];
  /** It is added up from the whole warehouse and has few rows: they are kept, and sorted and filtered without asking again. */
  readonly isAddedUp?: boolean;
  /** Column with the name of a check, or the class of an error, by which a row can be accepted. */
  readonly accept?: string;
}

const text = (row: Row, name: string): string => String(row[name] ?? '');
const inWords =
  (name: string, words: (value: string) => string) =>
  (row: Row): CellValue =>
    row[name] == null ? null : words(text(row, name));

/** What to do about a finding that keeps the migration from being green, by its kind. */
export function nextStepOf(kind: string, reason: string, check: string | null): CellValue {
  if (kind === 'failed' || kind === 'blocked') return html`<a href="/lists/failures">Read what failed, and decide</a>`;
  if (kind === 'check') {
    const address = `/lists/differences?${new URLSearchParams({ filter: check ?? '' })}`;
    return html`<a href="${address}">Compare what was sent with what was found</a>`;
  }
  if (kind === 'pending' && /decision/.test(reason))
    return html`<a href="/lists/undecided">Decide what becomes of it</a>`;
  if (kind === 'changed') return html`Bring it: ${command('itop-to-intercom delta')}`;
  if (kind === 'pending' || kind === 'uncertain') return html`Load: ${command('itop-to-intercom load')}`;
  return html`Read iTop again: ${command('itop-to-intercom extract')}`;
}

export const workLists: readonly WorkList[] = [
  {
    name: 'unexplained',
    title: 'What is not accounted for',
    purpose: 'Everything that keeps the migration from being green, counted.',
    empty: 'Nothing: the migration is green.',
    query: `select concat_ws('/', phase, kind, item_kind, class, check_name, reason) as key, count::float8 as count, kind, item_kind, class, check_name, reason, example, query
      from reconcile.unexplained where workspace_id_code = $1`,
    columns: [
      { name: 'count', label: 'How many', type: 'number' },
      {
        name: 'class',
        label: 'Of what',
        show: (row) => `${text(row, 'class')} ${kindWords(text(row, 'item_kind'))}`.trim(),
      },
      {
        name: 'reason',
        label: 'Why',
        show: (row) =>
          whyUnexplained(
            text(row, 'kind'),
            text(row, 'reason'),
            row.check_name == null ? null : text(row, 'check_name'),
          ),
      },
      { name: 'example', label: 'For example' },
      {
        name: 'kind',
        label: 'What to do',
        show: (row) =>
          nextStepOf(text(row, 'kind'), text(row, 'reason'), row.check_name == null ? null : text(row, 'check_name')),
      },
    ],
    sort: '-count',
    records: ['example'],
    isAddedUp: true,
  },
  {
    name: 'failures',
    title: 'Failures',
    purpose:
      'Records that could not be loaded, each with what to do. Correct it and load again, or accept it with your name and a reason.',
    empty: 'Nothing failed, or everything that failed is accepted.',
    query: `select concat_ws('/', target_type, target_key) as key, target_key, phase, state, reason_code, reason, next_step, recorded_at
      from reconcile.load_error where workspace_id_code = $1 and state in ('failed', 'blocked') and not is_accepted`,
    columns: [
      { name: 'target_key', label: 'Record' },
      {
        name: 'state',
        label: 'State',
        show: (row) => (row.state === 'blocked' ? 'waits for another' : text(row, 'state')),
      },
      { name: 'reason', label: 'What happened' },
      { name: 'next_step', label: 'What to do' },
      { name: 'phase', label: 'Among', show: inWords('phase', phaseWords) },
      { name: 'reason_code', label: 'Kind of error' },
      { name: 'recorded_at', label: 'When', type: 'time' },
    ],
    sort: '-state',
    records: ['target_key'],
    accept: 'reason_code',
  },
  {
    name: 'differences',
    title: 'Differences',
    purpose:
      'What was found in Intercom otherwise than it was sent. Look into Intercom; correct it there, or accept it with your name and a reason.',
    empty: 'None: everything that was checked is as it was sent, or was accepted.',
    query: `select concat_ws('/', target_key, phase, check_name, field) as key, phase, target_key, check_name, field, expected, actual, verdict, evidence, decided_at
      from reconcile.difference where workspace_id_code = $1 and is_failure and not is_accepted`,
    columns: [
      { name: 'target_key', label: 'Record' },
      { name: 'check_name', label: 'What was checked', show: inWords('check_name', checkWords) },
      { name: 'field', label: 'Field', show: (row) => text(row, 'field').replaceAll('_', ' ') },
      { name: 'expected', label: 'As sent' },
      { name: 'actual', label: 'As found' },
      {
        name: 'verdict',
        label: 'Outcome',
        show: (row) => (row.verdict === 'unknown' ? 'could not be checked' : 'different'),
      },
      { name: 'evidence', label: 'How it is known', show: inWords('evidence', evidenceWords) },
      { name: 'decided_at', label: 'Checked', type: 'time' },
    ],
    sort: 'target_key',
    records: ['target_key'],
    accept: 'check_name',
  },
  {
    name: 'findings',
    title: 'Findings of the audit and the extraction',
    purpose: 'A blocker forbids a load; a warning wants a look; a note is for your information. Each says what to do.',
    empty: 'Nothing was found.',
    query: `select concat_ws('/', stage, code, subject) as key, severity, stage, subject, finding, next_step, found_at,
        array_position(array['blocker', 'warning', 'note'], severity)::float8 as importance
      from ops.finding where severity <> 'passed' and $1::text is not null`,
    columns: [
      { name: 'importance', label: 'How grave', type: 'number', show: (row) => text(row, 'severity') },
      { name: 'subject', label: 'About' },
      { name: 'finding', label: 'What was found' },
      { name: 'next_step', label: 'What to do' },
      { name: 'stage', label: 'Found by' },
      { name: 'found_at', label: 'When', type: 'time' },
    ],
    sort: 'importance',
    records: [],
  },
  {
    name: 'merges',
    title: 'People who become one contact',
    purpose:
      'They share an e-mail address, and Intercom keeps one contact for each. A corrected address in iTop separates them; “survivors” in the mapping file keeps another one.',
    empty: 'Nobody: no two people share an address.',
    query: `select d.person_key as key, d.person_key, d.survivor_key, c.name as contact, c.email, ${nameExpression} as person,
        o.payload ->> 'status' as status, o.payload ->> 'org_name' as organization
      from intermediate.contact_decision d
      join raw.head h on h.source_key = d.person_key
      join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id
      left join intercom.contact c on c.target_key = d.survivor_key
      where d.survivor_key <> d.person_key and $1::text is not null`,
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
    title: 'Agents of iTop',
    purpose:
      'Who of them needs a seat in Intercom, by their tickets. Where no teammate has the agent’s address, the teammate of the migration writes for them and names them in the first line.',
    empty: 'iTop has no agents.',
    query: `select person_key as key, person_key, email, recommendation, teams, assigned_tickets::float8 as assigned_tickets,
        exists (select from load.teammate t where t.workspace_id_code = $1 and t.email <> '' and lower(t.email) = lower(a.email)) as is_teammate
      from handoff.teammate_setup a where $1::text is not null`,
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
    title: 'Articles to review',
    purpose: 'Short and long articles, lost pictures, inner addresses: read them before they are published.',
    empty: 'No article needs a review.',
    query: `select faq_key as key, faq_key, category_name, word_count::float8 as word_count, picture_count::float8 as picture_count, loss_count::float8 as loss_count, review
      from handoff.article_review where $1::text is not null`,
    columns: [
      { name: 'faq_key', label: 'Article' },
      { name: 'word_count', label: 'Words', type: 'number' },
      { name: 'picture_count', label: 'Pictures', type: 'number' },
      { name: 'loss_count', label: 'Losses', type: 'number' },
      { name: 'category_name', label: 'Category' },
      { name: 'review', label: 'What to do' },
    ],
    sort: 'word_count',
    records: ['faq_key'],
  },
  {
    name: 'undecided',
    title: 'Undecided classes and attributes',
    purpose:
      'Nobody decided what becomes of them. The mapping page shows the proposals; a person changes or confirms them there.',
    empty: 'Everything is decided.',
    query: `select concat_ws('.', u.class, u.attribute) as key, u.class, u.attribute from (
        select c.class, null as attribute from reconcile.count_by_class c left join ops.mapping_class m on m.class = c.class
        where c.item_kind = 'object' and c.raw_count > 0 and m.class is null
        union
        select a.class, a.attribute from ops.itop_attribute a
        join ops.mapping_class m on m.class = a.class and m.destination in ('conversation', 'contact', 'company', 'custom_object', 'article')
        left join ops.mapping_attribute d on d.class = a.class and d.attribute = a.attribute
        where a.is_requested and d.attribute is null) as u where $1::text is not null`,
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
  {
    name: 'rollback',
    title: 'What a rollback cannot take back',
    purpose: 'What the latest plan of a rollback leaves in Intercom, and why.',
    empty: 'Nothing would stay, or no rollback is planned.',
    query: `select i.position::text as key, i.source_key, i.target_type, i.action, i.reason, i.state
      from reconcile.rollback_item i
      where i.plan_id = (select max(plan_id) from reconcile.rollback_plan where workspace_id_code = $1) and i.action in ('keep', 'impossible')`,
    columns: [
      { name: 'source_key', label: 'Record' },
      { name: 'target_type', label: 'Kind', show: inWords('target_type', kindWords) },
      { name: 'action', label: 'What becomes of it', show: inWords('action', rollbackWords) },
      { name: 'reason', label: 'Why' },
    ],
    sort: 'action',
    records: ['source_key'],
  },
];
