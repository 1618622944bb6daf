import { sql } from 'kysely';
import { html } from '../../platform/html.ts';
import { nextStepColumn } from './next-step.ts';
import { inWords, type Row, text, type WorkList } from './work-list.ts';

/** What was found in iTop and on the way from it. */
export const listsOfSource: readonly WorkList[] = [
  {
    name: 'findings',
    purpose:
      'A blocker forbids a load; a warning should be looked at; a note is for your information. Each row says what to do.',
    empty: 'Nothing was found.',
    query: () => sql<Row>`
      select concat_ws('/', stage, code, subject) as key, severity, stage, subject, finding, next_step, found_at,
        array_position(array['blocker', 'warning', 'note'], severity)::float8 as importance
      from ops.finding where severity <> 'passed'`,
    columns: [
      { name: 'importance', label: 'Severity', type: 'number', show: (row) => text(row, 'severity') },
      { name: 'subject', label: 'About' },
      { name: 'finding', label: 'What was found' },
      nextStepColumn,
      { name: 'stage', label: 'Found by' },
      { name: 'found_at', label: 'When', type: 'time' },
    ],
    sort: 'importance',
    records: [],
  },
  {
    name: 'values',
    purpose: 'Values that Intercom cannot take as iTop holds them. Each row says why, and what you can do.',
    empty: 'Every value can be taken as it is.',
    query: () => sql<Row>`
      select concat_ws('/', source_key, field, reason_code) as key, source_key, class, field, value, reason, reason_code, next_step
      from reconcile.record_finding`,
    columns: [
      { name: 'source_key', label: 'Record' },
      { name: 'class', label: 'Class' },
      { name: 'field', label: 'Field' },
      { name: 'value', label: 'In iTop' },
      { name: 'reason', label: 'Why' },
      nextStepColumn,
      { name: 'reason_code', label: 'Kind', show: inWords('reason_code', (code) => code.replaceAll('_', ' ')) },
    ],
    sort: 'reason_code',
    records: ['source_key'],
    isAddedUp: true,
  },
  {
    name: 'files',
    purpose:
      'Attachments, pictures and documents of iTop whose bytes are missing, empty or too large. They do not move as they are.',
    empty: 'Every file was read.',
    query: () => sql<Row>`
      select concat_ws('/', source_key, attribute) as key, source_key, file_name, finding, media_type, stated_size::float8 as stated_size
      from staging.blob_source where finding is not null`,
    columns: [
      { name: 'source_key', label: 'Record' },
      { name: 'file_name', label: 'File' },
      { name: 'finding', label: 'What is wrong' },
      { name: 'media_type', label: 'Type' },
      { name: 'stated_size', label: 'Bytes as iTop states', type: 'number' },
      {
        name: 'key',
        label: 'What to do',
        show: () => html`Open it in iTop: correct it there and extract again, or leave it behind.`,
      },
    ],
    sort: 'finding',
    records: ['source_key'],
  },
  {
    name: 'missing',
    purpose:
      'Tickets, people or accounts refer to them, but they were not extracted: they were deleted, are hidden from the account, or were left out of an export. Extract again with an account that sees all organizations and obsolete objects.',
    empty: 'Every person and organization that something refers to was extracted.',
    query: () => sql<Row>`
      select target_key as key, target_key, target_class, named_by, object_count::float8 as object_count, example_key
      from raw.missing_reference`,
    columns: [
      { name: 'target_key', label: 'Missing' },
      { name: 'target_class', label: 'Class' },
      { name: 'object_count', label: 'Times', type: 'number' },
      { name: 'named_by', label: 'In which fields' },
      { name: 'example_key', label: 'For example in' },
    ],
    sort: '-object_count',
    records: ['example_key'],
    isAddedUp: true,
  },
  {
    name: 'unread',
    purpose: 'Records that iTop gave and that could not be read; all others were. Each row says why, and what to do.',
    empty: 'Every record was read.',
    query: () => sql<Row>`
      select dead_letter_id::text as key, topic, offset_no::float8 as offset_no, source_key, reason, next_step, landed_at
      from raw.dead_letter`,
    columns: [
      { name: 'topic', label: 'File or topic' },
      { name: 'offset_no', label: 'Record', type: 'number' },
      { name: 'source_key', label: 'Object' },
      { name: 'reason', label: 'What is wrong' },
      nextStepColumn,
      { name: 'landed_at', label: 'When', type: 'time' },
    ],
    sort: 'topic',
    records: ['source_key'],
  },
  {
    name: 'exports',
    purpose:
      'Where an exported file and iTop’s REST API disagree. The API is used; export the class again where the file should have been complete.',
    empty: 'No export was compared, or all of them agree.',
    query: () => sql<Row>`
      select concat_ws('/', run_id, source_key, attribute) as key, class, source_key, difference, attribute, raw_value, file_value
      from ops.channel_difference
      join (select class, max(run_id) as run_id from ops.cross_check group by class) as latest using (class, run_id)`,
    columns: [
      { name: 'source_key', label: 'Record' },
      { name: 'class', label: 'Class' },
      { name: 'difference', label: 'What differs' },
      { name: 'attribute', label: 'Attribute' },
      { name: 'raw_value', label: 'By the API' },
      { name: 'file_value', label: 'In the export' },
    ],
    sort: 'class',
    records: ['source_key'],
  },
  {
    name: 'logs',
    purpose:
      'Case logs in exported files whose entries could not be told apart with certainty. Compare them with iTop, or read them over the REST API, which gives each entry by itself.',
    empty: 'Every log could be split.',
    query: () => sql<Row>`
      select concat_ws('/', source_key, attribute) as key, source_key, attribute, treatment, reason, entries::float8 as entries, file
      from ops.log_review`,
    columns: [
      { name: 'source_key', label: 'Record' },
      { name: 'attribute', label: 'Log' },
      { name: 'treatment', label: 'What was done' },
      { name: 'reason', label: 'Why' },
      { name: 'entries', label: 'Entries', type: 'number' },
      { name: 'file', label: 'File' },
    ],
    sort: 'source_key',
    records: ['source_key'],
  },
];
