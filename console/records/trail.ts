import type pg from 'pg';
import { type Html, html } from '../../platform/html.ts';
import type { Standing } from '../console-context.ts';
import { type Frame, table } from '../page.ts';

/** What happened to a record, from iTop to Intercom. */
export interface Trail {
  readonly versions: readonly {
    version_id: string;
    final_class: string;
    op: string;
    channel: string;
    observed_at: Date;
  }[];
  readonly dispositions: readonly { item_key: string; disposition: string; reason: string | null }[];
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
}

/** Calls shown; a long thread has hundreds, each of which stands beside its message. */
const mostCalls = 50;

export async function readTrail(pool: pg.Pool, { hasViews, workspace }: Standing, key: string): Promise<Trail> {
  const idCode = workspace?.idCode ?? '';
  const rows = async <Row extends pg.QueryResultRow>(query: string, values: readonly unknown[]): Promise<Row[]> =>
    (await pool.query<Row>(query, [...values])).rows;
  const [versions, dispositions, outcomes, calls, counted] = await Promise.all([
    rows<Trail['versions'][number]>(
      `select version_id, final_class, op, channel, observed_at from raw.object
       where root_class = split_part($1, '::', 1) and source_key = $1 order by version_id desc limit 20`,
      [key],
    ),
    hasViews
      ? rows<Trail['dispositions'][number]>(
          `select item_key, disposition, reason from reconcile.disposition
           where source_key = $1 and workspace_id_code is not distinct from $2 order by item_kind desc, item_key`,
          [key, workspace?.idCode ?? null],
        )
      : [],
    rows<Trail['outcomes'][number]>(
      'select state, reason, next_step, recorded_at from load.outcome where workspace_id_code = $2 and target_key = $1',
      [key, idCode],
    ),
    rows<Trail['calls'][number]>(
      `select journal_id, operation, target_key, state, http_status, intent_at, reason
       from load.journal where workspace_id_code = $2 and source_key = $1 order by journal_id limit ${mostCalls}`,
      [key, idCode],
    ),
    rows<{ count: number }>(
      'select count(*)::integer as count from load.journal where workspace_id_code = $2 and source_key = $1',
      [key, idCode],
    ),
  ]);
  return { versions, dispositions, outcomes, calls, callCount: counted[0]?.count ?? 0 };
}

export function trailContent({ standing }: Frame, trail: Trail): Html {
  return html`${
    trail.outcomes.length === 0
      ? ''
      : html`<section class="alarm"><h2>It was not loaded</h2>${trail.outcomes.map((one) => html`<p>${one.state}, ${standing.clock.time(one.recorded_at)}: ${one.reason}<br><b>Next:</b> ${one.next_step}</p>`)}</section>`
  }
<h2>What became of it and its log entries</h2>${table(
    standing,
    [
      { name: 'item', value: (row) => row.item_key },
      { name: 'what became of it', value: (row) => row.disposition.replaceAll('_', ' ') },
      { name: 'why', value: (row) => row.reason },
    ],
    trail.dispositions,
    'What became of it',
  )}
<h2>Calls that were sent for it</h2>${table(
    standing,
    [
      { name: 'call', value: (row) => row.journal_id },
      { name: 'operation', value: (row) => row.operation },
      { name: 'for', value: (row) => row.target_key },
      { name: 'state', value: (row) => (row.reason === null ? row.state : `${row.state}: ${row.reason}`) },
      { name: 'status', value: (row) => row.http_status },
      { name: 'at', value: (row) => row.intent_at },
    ],
    trail.calls,
    'Calls',
  )}${trail.callCount > trail.calls.length ? html`<p class="dim">The first ${trail.calls.length} of ${trail.callCount}.</p>` : ''}
<h2>Versions as iTop gave them</h2>${table(
    standing,
    [
      { name: 'version', value: (row) => row.version_id },
      { name: 'class', value: (row) => row.final_class },
      { name: 'seen', value: (row) => (row.op === 'delete' ? 'deleted' : 'as it was') },
      { name: 'by', value: (row) => row.channel },
      { name: 'at', value: (row) => row.observed_at },
    ],
    trail.versions,
    'Versions',
  )}`;
}
