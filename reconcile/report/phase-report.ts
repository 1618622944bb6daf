import { join } from 'node:path';
import type pg from 'pg';
import { readClock } from '../../platform/clock.ts';
import { html } from '../../platform/html.ts';
import { type MailedColumn, type MailedNumber, mailedPage, section } from '../../platform/mailed-page.ts';
import { checkWords, kindWords, phaseWords } from '../../platform/page-words.ts';
import { makePrivateDirectory, writePrivateFile } from '../../platform/private-file.ts';
import { readNames } from '../../platform/record-names.ts';
import { readUnexplained, type Unexplained } from '../unexplained.ts';
import { type Row, rowsShown } from './collect-report.ts';
import { capped, checkTable, column, nameOf, unexplainedDetails, unexplainedSummary } from './page-parts.ts';
import { writeQuery } from './write-query.ts';

export interface PhaseReportRequest {
  readonly pool: pg.Pool;
  readonly workspaceIdCode: string;
  readonly phase: string;
  readonly directory: string;
}

/** Everything of a phase that is not equal or not loaded, by key: checks that do not pass, and objects that failed or are blocked. */
const rowsOfPhase = `
  select 'check' as kind, source_key, target_key, check_name as what, field, verdict as state, reason_code, expected, actual,
         null::text as reason, is_failure, accepted_by, accepted_reason
  from reconcile.difference where workspace_id_code = $1 and phase = $2
  union all
  select 'object', split_part(target_key, '#', 1), target_key, target_type, '', state, reason_code, null, null, reason, true,
         accepted_by, accepted_reason
  from reconcile.load_error where workspace_id_code = $1 and phase = $2 and state in ('failed', 'blocked')`;
const inOrder = 'order by is_failure desc, kind, target_key, what, field';

/**
 * Writes `<phase>.html` and `<phase>.csv` into a directory: what the phase did, how its checks ended by class of verdict, whether
 * its gate is open, and every row behind it. It is written before the gate is asked, so that a closed gate has its reasons at hand.
 */
export async function writePhaseReport(request: PhaseReportRequest): Promise<void> {
  const { pool, workspaceIdCode, phase, directory } = request;
  const values = [workspaceIdCode, phase];
  const rows = async (query: string) => (await pool.query<Record<string, Row[string]>>(query, values)).rows;
  await makePrivateDirectory(directory);
  const unexplained = await readUnexplained(pool, { workspaceIdCode, phase });
  const [count] = await rows(
    `select c.loaded::integer, c.created::integer, c.linked::integer, c.failed::integer, c.blocked::integer, g.is_open, g.reason
     from reconcile.count_by_phase c join reconcile.gate g using (workspace_id_code, phase)
     where c.workspace_id_code = $1 and c.phase = $2`,
  );
  const checks = await rows(
    `select check_name, evidence, checks::integer, fields_checked::integer, passed::integer, failed::integer, unknown::integer,
            shifted::integer, fallback_author::integer, truncated::integer, merged::integer, folded::integer, kept_elsewhere::integer
     from reconcile.verdict_by_check where workspace_id_code = $1 and phase = $2 order by check_name, evidence`,
  );
  const first = await rows(
    `select *, count(*) over ()::integer as total from (${rowsOfPhase}) r ${inOrder} limit ${rowsShown}`,
  );
  const names = Object.fromEntries(
    await readNames(pool, [...first.map((row) => String(row.target_key)), ...unexplained.map((row) => row.example)]),
  );
  const clock = await readClock(pool);
  const sentence = sentenceOfPhase(phase, count ?? {}, unexplained);
  await writePrivateFile(
    join(directory, `${phase}.html`),
    mailedPage({
      title: `Load of ${phaseWords(phase)}: iTop to Intercom`,
      verdict: sentence,
      isGreen: unexplained.length === 0,
      facts: `Workspace ${workspaceIdCode}. Made ${clock.stated(new Date())}.`,
      numbers: numbersOf(count ?? {}),
      summary: unexplainedSummary(unexplained, names),
      statement: 'I looked at what is not accounted for, and at the checks of this page.',
      details: html`${unexplainedDetails(unexplained, names)}
${section('Checks', checkTable(checks))}
${section('Different, failed and waiting', capped(rowColumns(names), first, Number(first[0]?.total ?? 0), `${phase}.csv`))}`,
    }),
  );
  await writeQuery(pool, join(directory, `${phase}.csv`), `select * from (${rowsOfPhase}) r ${inOrder}`, values);
}

function numbersOf(count: Row): MailedNumber[] {
  const n = (name: string): number => Number(count[name] ?? 0);
  return [
    { label: 'in Intercom', value: n('loaded') },
    { label: 'created', value: n('created') },
    { label: 'were there before', value: n('linked') },
    { label: 'failed', value: n('failed'), isAlarm: n('failed') > 0 },
    { label: 'wait for what failed', value: n('blocked'), isAlarm: n('blocked') > 0 },
  ];
}

const rowColumns = (names: Readonly<Record<string, string>>): MailedColumn<Row>[] => [
  { name: 'Record', value: (row) => nameOf(names, String(row.target_key)) },
  {
    name: 'What',
    value: (row) => (row.kind === 'check' ? checkWords(String(row.what)) : kindWords(String(row.what))),
  },
  column('field', 'Field', (field) => field.replaceAll('_', ' ')),
  column('state', 'Outcome', (state) => state.replaceAll('_', ' ')),
  column('reason', 'Why'),
  column('expected', 'As sent'),
  column('actual', 'As found'),
  column('accepted_by', 'Accepted by'),
];

function sentenceOfPhase(phase: string, count: Row, unexplained: readonly Unexplained[]): string {
  const n = (name: string) => Number(count[name] ?? 0).toLocaleString('en');
  const gate =
    count.is_open === true ? 'Its gate is open.' : `Its gate is closed: ${String(count.reason ?? 'unknown')}.`;
  const of = (kind: Unexplained['kind']) =>
    unexplained.reduce((sum, row) => sum + (row.kind === kind ? row.count : 0), 0).toLocaleString('en');
  return (
    `${n('loaded')} ${phase.replaceAll('_', ' ')} are complete (${n('created')} created, ${n('linked')} linked to what was there), ` +
    `${n('failed')} failed, ${n('blocked')} blocked, ${of('pending')} pending, ${of('changed')} changed since. ${gate}`
  );
}

/**
 * What a load does between its phases: before the gate in front of a phase is asked, the phase that ended leaves its report.
 * `end` leaves the last one's.
 */
export function reportPhases(
  pool: pg.Pool,
  directory: string,
  passGate: (workspaceIdCode: string, phase: string) => Promise<void>,
): {
  readonly beforePhase: (workspaceIdCode: string, phase: string) => Promise<void>;
  readonly end: () => Promise<void>;
} {
  let ended: { readonly workspaceIdCode: string; readonly phase: string } | undefined;
  const end = async () => {
    if (ended !== undefined) await writePhaseReport({ pool, directory, ...ended });
    ended = undefined;
  };
  return {
    async beforePhase(workspaceIdCode, phase) {
      await end();
      await passGate(workspaceIdCode, phase);
      ended = { workspaceIdCode, phase };
    },
    end,
  };
}
