/** A list of things that a person has to look at. */
export interface WorkList {
  /** In the address. */
  readonly name: string;
  readonly title: string;
  /** What is in it, and what to do. */
  readonly purpose: string;
  /** Gives `key`, unique, and the columns; `$1` is the workspace. */
  readonly query: string;
  readonly columns: readonly string[];
  /** Whether the key is that of a record, which has a page. */
  readonly isRecord: boolean;
  /** Column with the name of a check, or the class of an error, where a row can be accepted by it. */
  readonly accept?: string;
}

export const workLists: readonly WorkList[] = [
  {
    name: 'unexplained',
    title: 'What is not accounted for',
    purpose: 'Everything that keeps the migration from being green, counted. An empty list is green.',
    query: `select concat_ws('/', phase, kind, item_kind, class, check_name, reason) as key, count, kind, item_kind, class, check_name, reason, example, query
      from reconcile.unexplained where workspace_id_code = $1`,
    columns: ['count', 'kind', 'item_kind', 'class', 'check_name', 'reason', 'example', 'query'],
    isRecord: false,
  },
  {
    name: 'failures',
    title: 'Failures',
    purpose:
      'Records that could not be loaded, each with what to do. Correct it and load again, or accept it by name and reason.',
    query: `select source_key as key, target_key, phase, state, reason_code, reason, next_step, recorded_at
      from reconcile.load_error where workspace_id_code = $1 and state in ('failed', 'blocked') and not is_accepted`,
    columns: ['phase', 'state', 'reason_code', 'reason', 'next_step', 'target_key', 'recorded_at'],
    isRecord: true,
    accept: 'reason_code',
  },
  {
    name: 'differences',
    title: 'Differences',
    purpose:
      'What was found in Intercom otherwise than it was sent. Look into Intercom; correct it, or accept it by name and reason.',
    query: `select concat_ws('/', target_key, phase, check_name, field) as key, phase, target_key, check_name, field, expected, actual, verdict, decided_at
      from reconcile.difference where workspace_id_code = $1 and is_failure and not is_accepted`,
    columns: ['phase', 'target_key', 'check_name', 'field', 'expected', 'actual', 'verdict', 'decided_at'],
    isRecord: false,
    accept: 'check_name',
  },
  {
    name: 'findings',
    title: 'Findings of the audit and the extraction',
    purpose: 'A blocker forbids a load; a warning wants a look. Each says what to do.',
    query: `select concat_ws('/', stage, code, subject) as key, severity, stage, subject, finding, next_step, found_at
      from ops.finding where severity <> 'passed' and $1::text is not null`,
    columns: ['severity', 'stage', 'subject', 'finding', 'next_step', 'found_at'],
    isRecord: false,
  },
  {
    name: 'merges',
    title: 'Persons that become one contact',
    purpose:
      'They share an address. Another survivor, or a corrected address in iTop, changes it: see "survivors" in mapping.yaml.',
    query: `select d.person_key as key, d.survivor_key, c.name as contact, c.email
      from intermediate.contact_decision d left join intercom.contact c on c.target_key = d.survivor_key
      where d.survivor_key <> d.person_key and $1::text is not null`,
    columns: ['email', 'contact', 'survivor_key'],
    isRecord: true,
  },
  {
    name: 'teammates',
    title: 'Agents of iTop',
    purpose:
      'Who of them needs a seat in Intercom, by their tickets. Without a teammate of their address the fallback teammate writes for them.',
    query: `select person_key as key, name, email, recommendation, teams, assigned_tickets from handoff.teammate_setup where $1::text is not null`,
    columns: ['assigned_tickets', 'name', 'email', 'recommendation', 'teams'],
    isRecord: true,
  },
  {
    name: 'articles',
    title: 'Articles to review',
    purpose: 'Short and long articles, lost pictures, inner addresses: read them before they are published.',
    query: `select faq_key as key, title, category_name, word_count, picture_count, loss_count, review from handoff.article_review where $1::text is not null`,
    columns: ['word_count', 'title', 'category_name', 'picture_count', 'loss_count', 'review'],
    isRecord: true,
  },
  {
    name: 'undecided',
    title: 'Undecided classes and attributes',
    purpose: 'Nobody decided what becomes of them: "map propose" proposes, a person decides.',
    query: `select concat_ws('.', u.class, u.attribute) as key, u.class, u.attribute from (
        select c.class, null as attribute from reconcile.count_by_class c left join ops.mapping_class m on m.class = c.class
        where c.item_kind = 'object' and c.raw_count > 0 and m.class is null
        union
        select a.class, a.attribute from ops.itop_attribute a
        join ops.mapping_class m on m.class = a.class and m.destination in ('conversation', 'contact', 'company', 'custom_object', 'article')
        left join ops.mapping_attribute d on d.class = a.class and d.attribute = a.attribute
        where a.is_requested and d.attribute is null) as u where $1::text is not null`,
    columns: ['class', 'attribute'],
    isRecord: false,
  },
];
