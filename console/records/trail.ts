import { sql } from 'kysely';
import type pg from 'pg';
import { type RecordNames, readNames } from '../../itop/record-names.ts';
import { type Html, html } from '../../platform/html.ts';
import { itemWords } from '../../platform/item-key.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { fateWords, reasonWords } from '../../reconcile/page-words.ts';
import type { Standing } from '../console-context.ts';
import { type Frame, folded, later, table } from '../page.ts';
import { keysIn, namedText } from './record-names.ts';
import { stepContent } from './step-content.ts';

/** What happened to a record, from iTop to Intercom. */
export interface Trail {
  readonly versions: readonly {
    version_id: string;
    final_class: string;
    op: string;
    channel: string;
    observed_at: Date;
  }[];
  readonly outcomes: readonly { state: string; reason: string; next_step: string; recorded_at: Date }[];
  readonly calls: readonly {
    journal_id: string;
    operation: string;
    target_key: string;
    state: string;
    http_status: number | null;
    intent_at: Date;
    reason: string | null;
  }[];
  readonly callCount: number;
  /** Names of the records that the reasons speak of. */
  readonly names: RecordNames;
}

/** Calls shown; a long thread has hundreds, each of which stands beside its message. */
const mostCalls = 50;
const mostVersions = 20;

export async function readTrail(pool: pg.Pool, { workspace }: Standing, key: string): Promise<Trail> {
  const idCode = workspace?.idCode ?? '';
  const ofRecord = warehouse(pool)
    .selectFrom('load.journal')
    .where('workspace_id_code', '=', idCode)
    .where('source_key', '=', key);
  const [versions, outcomes, calls, counted] = await Promise.all([
    warehouse(pool)
      .selectFrom('raw.object')
      .select(['version_id', 'final_class', 'op', 'channel', 'observed_at'])
      .where('root_class', '=', sql<string>`split_part(${key}, '::', 1)`)
      .where('source_key', '=', key)
      .orderBy('version_id', 'desc')
      .limit(mostVersions)
      .execute(),
    warehouse(pool)
      .selectFrom('load.outcome')
      .select(['state', 'reason', 'next_step', 'recorded_at'])
      .where('workspace_id_code', '=', idCode)
      .where('target_key', '=', key)
      .execute(),
    ofRecord
      .select(['journal_id', 'operation', 'target_key', 'state', 'http_status', 'intent_at', 'reason'])
      .orderBy('journal_id')
      .limit(mostCalls)
      .execute(),
    ofRecord.select(sql<number>`count(*)::integer`.as('count')).executeTakeFirst(),
  ]);
  const names = await readNames(
    pool,
    outcomes.flatMap(({ reason, next_step }) => [...keysIn(reason), ...keysIn(next_step)]),
  );
  return { versions, outcomes, calls, callCount: counted?.count ?? 0, names };
}

export function trailContent({ standing }: Frame, key: string, trail: Trail): Html {
  const calls = table(
    standing,
    [
      { name: 'Call', value: (row) => row.journal_id },
      { name: 'Operation', value: (row) => row.operation },
      { name: 'For', value: (row) => itemWords(row.target_key) || 'the record' },
      { name: 'Outcome', value: (row) => (row.reason === null ? row.state : `${row.state}: ${row.reason}`) },
      { name: 'HTTP status', value: (row) => (row.http_status === null ? null : String(row.http_status)) },
      { name: 'At', value: (row) => row.intent_at },
    ],
    trail.calls,
    'Calls',
    'None was sent.',
  );
  const versions = table(
    standing,
    [
      { name: 'Version', value: (row) => row.version_id },
      { name: 'Class', value: (row) => row.final_class },
      { name: 'Seen', value: (row) => (row.op === 'delete' ? 'deleted' : 'as it was') },
      { name: 'By', value: (row) => channelWords[row.channel] ?? row.channel },
      { name: 'At', value: (row) => row.observed_at },
    ],
    trail.versions,
    'Versions',
  );
  return html`<h2>What became of it</h2>${later(`/record/${encodeURIComponent(key)}/fate`, 'What became of it')}
${trail.callCount === 0 ? html`<p class="dim">No call was sent to Intercom for it.</p>` : folded(callWords(trail.callCount), html`${calls}${trail.callCount > trail.calls.length ? html`<p class="dim">The first ${trail.calls.length} of ${trail.callCount.toLocaleString('en')}.</p>` : ''}`)}
${folded(trail.versions.length === 1 ? 'The version that iTop gave' : 'The versions that iTop gave', versions)}`;
}

/** What became of a record and of each entry of its logs, as the conservation of all objects has it. */
export async function fateContent({ context, standing }: Frame, key: string): Promise<Html> {
  const rows = standing.hasViews
    ? await warehouse(context.pool)
        .selectFrom('reconcile.disposition')
        .select(['item_key', 'disposition', 'reason'])
        .where('source_key', '=', key)
        .where('workspace_id_code', 'is not distinct from', standing.workspace?.idCode ?? null)
        .orderBy('item_kind', 'desc')
        .orderBy('item_key')
        .execute()
    : [];
  const names = await readNames(
    context.pool,
    rows.flatMap(({ reason }) => keysIn(reason ?? '')),
  );
  return table(
    standing,
    [
      { name: 'What', value: (row) => itemWords(row.item_key) || 'the record itself' },
      { name: 'What became of it', value: (row) => fateWords(row.disposition ?? '') },
      { name: 'Why', value: (row) => namedText(names, reasonWords(row.reason)) },
    ],
    rows,
    'What became of it',
    'Nothing was decided yet: it was not transformed.',
  );
}

/** What keeps a record from being loaded, and what to do; it stands above everything else of the record. */
export function failureContent({ standing }: Frame, { outcomes, names }: Trail): Html | string {
  if (outcomes.length === 0) return '';
  const title = outcomes.some(({ state }) => state === 'failed')
    ? 'It could not be loaded'
    : 'It waits for something that could not be loaded';
  return html`<section class="failure"><h2>${title}</h2>${outcomes.map((one) => html`<p>${standing.clock.time(one.recorded_at)}: ${namedText(names, one.reason)}<br><b>What to do:</b> ${stepContent(names, one.next_step)}</p>`)}</section>`;
}

function callWords(count: number): string {
  return count === 1
    ? 'The call that was sent for it'
    : `The ${count.toLocaleString('en')} calls that were sent for it`;
}

const channelWords: Readonly<Record<string, string>> = { rest: 'REST API' };
