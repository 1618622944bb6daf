import { streamSSE } from 'hono/streaming';
import type pg from 'pg';
import { readStatus, type WorkspaceStatus } from '../../load/status/read-status.ts';
import { type Html, html } from '../../platform/html.ts';
import { type Frame, table } from '../page.ts';
import type { ConsoleApp } from '../server.ts';

/** Time between two events, and between two readings of the plots. */
const eventMs = 1_000;

/** What runs: progress, rate, time left, retries, by server-sent events; and how it went over time. */
export function liveRoutes({ app, show, frameOf, context }: ConsoleApp): void {
  app.get('/live', (request) =>
    show(
      request,
      '/live',
      'Live',
      async (frame) => html`<div id="live" data-events="/live/events">${await liveContent(frame)}</div>
<h2>Calls over time</h2><p class="dim">Calls answered in each window of ten seconds, and those that were refused or repeated, in the last hour.</p>
<div class="plot" data-plot="/live/calls" role="img" aria-label="Calls over time"></div>
<h2>Parts an hour</h2><div class="plot" data-plot="/live/parts" role="img" aria-label="Parts an hour"></div>`,
    ),
  );
  app.get('/live/events', async (request) => {
    const frame = await frameOf(request);
    return streamSSE(request, async (stream) => {
      while (!stream.aborted) {
        await stream.writeSSE({ data: (await liveContent(frame)).text.replaceAll('\n', ' ') });
        await stream.sleep(eventMs);
      }
    });
  });
  app.get('/live/calls', async (request) => {
    const { standing } = await frameOf(request);
    return request.json(await callsOverTime(context.pool, standing.workspace?.idCode ?? ''));
  });
  app.get('/live/parts', async (request) => {
    const { standing } = await frameOf(request);
    return request.json(await partsAnHour(context.pool, standing.workspace?.idCode ?? ''));
  });
}

async function liveContent(frame: Frame): Promise<Html> {
  const { context, standing } = frame;
  if (!standing.isTransformed) return html`<p>${await runningWords(context.pool)}</p>`;
  const { running, unfinished, changedObjects, workspaces } = await readStatus(context.pool);
  return html`${
    running.length === 0
      ? html`<p>Nothing is running.${unfinished.length === 0 ? '' : ` Unfinished, goes on with the same command: ${unfinished.map((run) => run.command).join(', ')}.`}</p>`
      : table(
          standing,
          [
            { name: 'running', value: (row) => row.command },
            { name: 'on', value: (row) => row.host },
            { name: 'process', value: (row) => row.pid },
            { name: 'since', value: (row) => row.startedAt },
          ],
          running,
          'Running',
        )
  }
${changedObjects === 0 ? '' : html`<p>${changedObjects.toLocaleString('en')} objects changed in iTop since the last transform.</p>`}
${workspaces.slice(0, 1).map((workspace) => workspaceContent(frame, workspace))}`;
}

async function runningWords(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ command: string }>(
    `select command from ops.run where state = 'running' order by run_id`,
  );
  return rows.length === 0
    ? 'Nothing is running.'
    : `Running or unfinished: ${rows.map((row) => row.command).join(', ')}.`;
}

function workspaceContent({ standing }: Frame, status: WorkspaceStatus): Html {
  const bars = status.backlog.filter(({ total }) => total > 0);
  return html`${status.alarm === undefined ? '' : html`<p class="alarm">Stopped at ${standing.clock.time(status.alarm.at)}: ${status.alarm.reason}<br>Next: ${status.alarm.nextStep}</p>`}
${status.isPaused ? html`<p class="alarm">Paused.</p>` : ''}
<ul class="bars">${bars.map(
    (phase) =>
      html`<li><span>${phase.phase}</span> <progress max="${phase.total}" value="${phase.complete}" aria-label="${phase.phase}"></progress> <span>${phase.complete.toLocaleString('en')} of ${phase.total.toLocaleString('en')}${phase.failed + phase.blocked === 0 ? '' : `, ${phase.failed} failed, ${phase.blocked} blocked`}</span></li>`,
  )}</ul>
<p>${status.callsLastMinute.toLocaleString('en')} calls answered in the last minute${status.secondsLeft === undefined ? '' : `; about ${Math.ceil(status.secondsLeft / 60)} min left`}.</p>
${
  status.foreignParts === 0
    ? html`<p class="green">No message in our conversations that the tool did not write.</p>`
    : html`<p class="alarm">${status.foreignParts} messages in our conversations are not the tool's.</p>`
}`;
}

/** Columns of a plot: the first are moments in seconds. */
interface Plot {
  readonly labels: readonly string[];
  readonly columns: readonly (readonly (number | null)[])[];
}

async function callsOverTime(pool: pg.Pool, workspaceIdCode: string): Promise<Plot> {
  // The journal is written in order: its newest calls are at its end, wherever the hour begins.
  const { rows } = await pool.query<{ at: number; answered: number; refused: number; uncertain: number }>(
    `select (extract(epoch from date_bin('10 seconds', coalesce(outcome_at, intent_at), 'epoch')))::float8 as at,
            count(*) filter (where state = 'done')::integer as answered, count(*) filter (where state = 'failed')::integer as refused,
            count(*) filter (where state in ('uncertain', 'intent'))::integer as uncertain
     from (select * from load.journal order by journal_id desc limit 200000) as j
     where workspace_id_code = $1 and intent_at > clock_timestamp() - interval '1 hour' group by 1 order by 1`,
    [workspaceIdCode],
  );
  return {
    labels: ['done', 'failed', 'of unknown outcome'],
    columns: [
      rows.map((row) => row.at),
      rows.map((row) => row.answered),
      rows.map((row) => row.refused),
      rows.map((row) => row.uncertain),
    ],
  };
}

async function partsAnHour(pool: pg.Pool, workspaceIdCode: string): Promise<Plot> {
  const { rows } = await pool.query<{ at: number; parts: number }>(
    `select extract(epoch from date_trunc('hour', recorded_at))::float8 as at, count(*)::integer as parts
     from load.identity where workspace_id_code = $1 and target_type = 'part' group by 1 order by 1 desc limit 168`,
    [workspaceIdCode],
  );
  const ordered = [...rows].reverse();
  return { labels: ['parts'], columns: [ordered.map((row) => row.at), ordered.map((row) => row.parts)] };
}
