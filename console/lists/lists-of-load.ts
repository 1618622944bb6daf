import { sql } from 'kysely';
import {
  checkWords,
  evidenceWords,
  kindWords,
  phaseWords,
  rollbackWords,
  whyUnexplained,
} from '../../reconcile/page-words.ts';
import { nextStepColumn, nextStepOf } from './next-step.ts';
import { unexplainedRows } from './unexplained-rows.ts';
import { inWords, type Row, text, type WorkList } from './work-list.ts';

/** What a load left to look at. */
export const listsOfLoad: readonly WorkList[] = [
  {
    name: 'unexplained',
    purpose: 'Everything that keeps the migration from being green, by reason.',
    empty: 'Nothing: the migration is green.',
    shared: unexplainedRows,
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
    purpose:
      'Records that could not be loaded, each with what to do. Correct it and load again, or accept it with your name and a reason.',
    empty: 'Nothing failed, or everything that failed is accepted.',
    query: (workspace) => sql<Row>`
      select concat_ws('/', target_type, target_key) as key, target_key, phase, state, reason_code, reason, next_step, recorded_at
      from reconcile.load_error where workspace_id_code = ${workspace} and state in ('failed', 'blocked') and not is_accepted`,
    columns: [
      { name: 'target_key', label: 'Record' },
      {
        name: 'state',
        label: 'State',
        show: (row) => (row.state === 'blocked' ? 'waits for another' : text(row, 'state')),
      },
      { name: 'reason', label: 'What happened' },
      nextStepColumn,
      { name: 'phase', label: 'While loading', show: inWords('phase', phaseWords) },
      {
        name: 'reason_code',
        label: 'Kind of error',
        show: inWords('reason_code', (code) => code.replaceAll('_', ' ')),
      },
      { name: 'recorded_at', label: 'When', type: 'time' },
    ],
    sort: '-state',
    records: ['target_key'],
    accept: 'reason_code',
  },
  {
    name: 'differences',
    purpose:
      'What is different in Intercom from what was sent. Look at it in Intercom; correct it there, or accept it with your name and a reason.',
    empty: 'None: everything that was checked is as it was sent, or was accepted.',
    query: (workspace) => sql<Row>`
      select concat_ws('/', target_key, phase, check_name, field) as key, phase, target_key, check_name, field, expected, actual, verdict, evidence, decided_at
      from reconcile.difference where workspace_id_code = ${workspace} and is_failure and not is_accepted`,
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
    name: 'rollback',
    purpose: 'What the latest rollback plan would leave in Intercom, and why.',
    empty: 'Nothing would stay, or no rollback is planned.',
    query: (workspace) => sql<Row>`
      select i.position::text as key, i.source_key, i.target_type, i.action, i.reason, i.state
      from reconcile.rollback_item i
      where i.plan_id = (select max(plan_id) from reconcile.rollback_plan where workspace_id_code = ${workspace}) and i.action in ('keep', 'impossible')`,
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
