import { join } from 'node:path';
import { sql } from 'kysely';
import type pg from 'pg';
import { readNames } from '../../itop/record-names.ts';
import { readClock } from '../../platform/clock.ts';
import { html } from '../../platform/html.ts';
import { type MailedColumn, type MailedNumber, mailedPage, section } from '../../platform/mailed-page.ts';
import { makePrivateDirectory, writePrivateFile } from '../../platform/private-file.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { checkWords, kindWords, outcomeWords, phaseWords } from '../page-words.ts';
import { readUnexplained, type Unexplained } from '../unexplained.ts';
import { type Row, rowsShown } from './collect-report.ts';
import { capped, checkTable, column, nameOf, unexplainedDetails, unexplainedSummary } from './page-parts.ts';
import { checkRows, phaseRows } from './report-rows.ts';
import { writeQuery } from './write-query.ts';

export interface PhaseReportRequest {
  readonly pool: pg.Pool;
  readonly workspaceIdCode: string;
  readonly phase: string;
  readonly directory: string;
}

type PhaseRow = Record<
  'source_key' | 'reason_code' | 'expected' | 'actual' | 'reason' | 'accepted_by' | 'accepted_reason',
  string | null
> &
  Record<'kind' | 'target_key' | 'what' | 'field' | 'state', string> & { is_failure: boolean };

/** Everything of a phase that is not equal or not loaded, by key: checks that do not pass, and objects that failed or are blocked. */
function rowsOfPhase(pool: pg.Pool, workspaceIdCode: string, phase: string) {
  const nothing = sql<string | null>`null::text`;
  const checks = warehouse(pool)
    .selectFrom('reconcile.difference')
    .select([sql<string>`'check'`.as('kind'), 'source_key', 'target_key', 'check_name as what', 'field'])
    .select(['verdict as state', 'reason_code', 'expected', 'actual', nothing.as('reason'), 'is_failure'])
    .select(['accepted_by', 'accepted_reason'])
    .$castTo<PhaseRow>()
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('phase', '=', phase);
  const objects = warehouse(pool)
    .selectFrom('reconcile.load_error')
    .select([sql`'object'`.as('kind'), sql`split_part(target_key, '#', 1)`.as('source_key'), 'target_key'])
    .select(['target_type as what', sql`''`.as('field'), 'state', 'reason_code', nothing.as('expected')])
    .select([nothing.as('actual'), 'reason', sql`true`.as('is_failure'), 'accepted_by', 'accepted_reason'])
    .$castTo<PhaseRow>()
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('phase', '=', phase)
    .where('state', 'in', ['failed', 'blocked']);
  return warehouse(pool)
    .selectFrom(checks.unionAll(objects).as('found'))
    .selectAll()
    .orderBy('is_failure', 'desc')
    .orderBy('kind')
    .orderBy('target_key')
    .orderBy('what')
    .orderBy('field');
}

/**
 * Writes `<phase>.html` and `<phase>.csv` into a directory: what the phase did, how its checks ended by class of verdict, whether
 * its gate is open, and every row behind it. It is written before the gate is asked, so that a closed gate has its reasons at hand.
 */
export async function writePhaseReport(request: PhaseReportRequest): Promise<void> {
  const { pool, workspaceIdCode, phase, directory } = request;
  await makePrivateDirectory(directory);
  const unexplained = await readUnexplained(pool, { workspaceIdCode, phase });
  const count = await phaseRows(pool, workspaceIdCode).where('c.phase', '=', phase).executeTakeFirst();
  const checks = await checkRows(pool, workspaceIdCode).where('phase', '=', phase).execute();
  const found = rowsOfPhase(pool, workspaceIdCode, phase);
  const first = await found.select(sql<number>`count(*) over ()::integer`.as('total')).limit(rowsShown).execute();
  const names = Object.fromEntries(
    await readNames(pool, [...first.map((row) => String(row.target_key)), ...unexplained.map((row) => row.example)]),
  );
  const clock = await readClock(pool);
  const sentence = sentenceOfPhase(count ?? {}, unexplained);
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
${section('Different, failed and waiting', capped('Different, failed and waiting', rowColumns(names), first, first[0]?.total ?? 0, `${phase}.csv`))}`,
    }),
  );
  await writeQuery(pool, join(directory, `${phase}.csv`), found);
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
  column('state', 'Outcome', outcomeWords),
  column('reason', 'Why'),
  column('expected', 'As sent'),
  column('actual', 'As found'),
  column('accepted_by', 'Accepted by'),
];

function sentenceOfPhase(count: Row, unexplained: readonly Unexplained[]): string {
  const n = (name: string): number => Number(count[name] ?? 0);
  const of = (kind: Unexplained['kind']): number =>
    unexplained.reduce((sum, row) => sum + (row.kind === kind ? row.count : 0), 0);
  const wordsOf = (counts: readonly (readonly [count: number, words: string])[]): string =>
    counts
      .filter(([one]) => one > 0)
      .map(([one, words]) => `${one.toLocaleString('en')} ${words}`)
      .join(', ');
  const loaded = wordsOf([
    [n('created'), 'created'],
    [n('linked'), 'there before'],
  ]);
  const open = wordsOf([
    [n('failed'), 'failed'],
    [n('blocked'), 'wait for what failed'],
    [of('pending'), 'are still to be loaded or decided'],
    [of('changed'), 'changed since'],
  ]);
  const gate =
    count.gate_open === true
      ? 'The next step may start.'
      : `The next step must wait: ${String(count.reason ?? 'unknown')}.`;
  return `In Intercom: ${n('loaded').toLocaleString('en')}${loaded === '' ? '' : ` (${loaded})`}. ${open === '' ? 'Nothing failed, and nothing is left.' : `Open: ${open}.`} ${gate}`;
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
