import { streamSSE } from 'hono/streaming';
import { sql } from 'kysely';
import type pg from 'pg';
import { readStatus, type WorkspaceStatus } from '../../load/status/read-status.ts';
import { messageOf } from '../../platform/errors.ts';
import { failureInWords } from '../../platform/failure-in-words.ts';
import { type Html, html } from '../../platform/html.ts';
import { withoutSecrets } from '../../platform/redact.ts';
import { printErrorLine } from '../../platform/terminal.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { phaseWords } from '../../reconcile/page-words.ts';
import type { ConsoleApp } from '../console-app.ts';
import { command, type Frame } from '../page.ts';
import { readRunning } from '../running.ts';

/** Time between two events, and between two readings of the plots. */
const eventMs = 1_000;

/** What runs: progress, rate, time left, retries, by server-sent events; and how it went over time. */
export function liveRoutes({ app, show, part, frameOf, context }: ConsoleApp): void {
  app.get('/live', (request) =>
    show(request, '/live', 'Live', (frame) => {
      const { zone } = frame.standing.clock;
      const plot = (name: keyof typeof plots, title: string, words: string, isBars = false): Html =>
        html`<h2>${title}</h2><p class="dim">${words}</p><div class="plot" data-plot="/live/plot/${name}" data-zone="${zone}"${isBars ? html` data-bars="true"` : ''} role="img" aria-label="${title}"></div>`;
      return html`<div id="live" class="later" data-events="/live/events" data-src="/live/now"><p class="dim"><a href="/live/now">What runs now</a></p></div>
${plot('calls', 'Calls to Intercom', 'In each ten seconds of the last hour of the load: done, refused, and of unknown outcome.')}
${plot('parts', 'Messages written', 'In each hour, of the last week.', true)}
${plot('lag', 'Lag', 'How old what Intercom shows was at the end of each load: minutes since iTop was read for it.')}`;
    }),
  );
  app.get('/live/now', (request) => part(request, (frame) => liveContent(frame)));
  app.get('/live/events', (request) =>
    streamSSE(request, async (stream) => {
      try {
        while (!stream.aborted) {
          // Whoever watches from the beginning sees the first transform and the load that follows it.
          const frame = await frameOf(request);
          await stream.writeSSE({ data: (await liveContent(frame)).text.replaceAll('\n', ' ') });
          await stream.sleep(eventMs);
        }
      } catch (error) {
        // The stream ends, and the browser asks again: the answer then says what is wrong.
        printErrorLine(`GET /live/events: ${withoutSecrets(messageOf(failureInWords(error)))}`);
      }
    }),
  );
  app.get('/live/plot/:name', async (request) => {
    const { standing } = await frameOf(request);
    const name = request.req.param('name');
    if (!Object.hasOwn(plots, name)) return request.notFound();
    const read = plots[name as keyof typeof plots];
    const idCode = standing.workspace?.idCode ?? '';
    return request.json((await context.kept.get(`plot ${name} ${idCode}`, () => read(context.pool, idCode))).value);
  });
}

async function liveContent(frame: Frame): Promise<Html> {
  const { context, standing } = frame;
  if (!standing.isTransformed) return html`<p>${await runningWords(context.pool)}</p>`;
  const { running, unfinished, changedObjects, workspaces } = (
    await context.kept.get('status', () => readStatus(context.pool), eventMs)
  ).value;
  const open = [...new Set(unfinished.map((run) => run.command))].filter((name) =>
    running.every(({ command: one }) => one !== name),
  );
  return html`${
    running.length === 0
      ? html`<p>Nothing runs now.</p>`
      : html`<ul>${running.map((one) => html`<li><b>${one.command}</b> runs on ${one.host} since ${standing.clock.time(one.startedAt)} <small>(process ${String(one.pid)})</small></li>`)}</ul>`
  }
${open.map((name) => html`<p>Unfinished; this goes on where it stopped: ${command(`itop-to-intercom ${name}`)}</p>`)}
${changedObjects === 0 ? '' : html`<p>${changedObjects.toLocaleString('en')} objects changed in iTop since the last transform.</p>`}
${await Promise.all(workspaces.slice(0, 1).map((workspace) => workspaceContent(frame, workspace)))}`;
}

async function runningWords(pool: pg.Pool): Promise<string> {
  const commands = await readRunning(pool);
  return commands.length === 0 ? 'Nothing runs now.' : `Running: ${commands.join(', ')}.`;
}

async function workspaceContent({ standing, context }: Frame, status: WorkspaceStatus): Promise<Html> {
  const { rows } = await context.pool.query<Pace>(
    `select (select call_limit * 6 from load.rate_window where workspace_id_code = $1)::float8 as budget,
            count(*) filter (where state = 'uncertain' or state = 'intent' and sent_at < clock_timestamp() - interval '1 minute')::integer as uncertain,
            count(*) filter (where state = 'failed' and outcome_at > clock_timestamp() - interval '1 minute')::integer as refused
     from load.journal where workspace_id_code = $1 and (state in ('intent', 'uncertain') or journal_id > (select max(journal_id) - 20000 from load.journal))`,
    [status.workspaceIdCode],
  );
  return html`${status.alarm === undefined ? '' : html`<p class="alarm">Stopped at ${standing.clock.time(status.alarm.at)}: ${status.alarm.reason}<br>Next: ${status.alarm.nextStep}</p>`}
${status.isPaused ? html`<p class="alarm">Paused. To go on: ${command('itop-to-intercom load resume')}</p>` : ''}
<ul class="bars">${status.backlog
    .filter(({ total }) => total > 0)
    .map(
      (phase) =>
        html`<li><span>${phaseWords(phase.phase)}</span> <progress max="${phase.total}" value="${phase.complete}" aria-label="${phaseWords(phase.phase)}"></progress> <span>${phase.complete.toLocaleString('en')} of ${phase.total.toLocaleString('en')}${phase.failed === 0 ? '' : `, ${phase.failed.toLocaleString('en')} failed`}${phase.blocked === 0 ? '' : `, ${phase.blocked.toLocaleString('en')} wait for these`}</span></li>`,
    )}</ul>
<p>${paceWords(status, rows[0])}</p>
${
  status.foreignParts === 0
    ? html`<p class="green">Nobody but this tool wrote in the conversations that it loaded.</p>`
    : html`<p class="alarm">${status.foreignParts.toLocaleString('en')} messages in the loaded conversations were not written by this tool: somebody was answered, perhaps by a bot.</p>`
}`;
}

interface Pace {
  /** Calls that the workspace permits in a minute; null before the first call. */
  readonly budget: number | null;
  readonly uncertain: number;
  readonly refused: number;
}

function paceWords({ callsLastMinute, secondsLeft }: WorkspaceStatus, pace: Pace | undefined): string {
  const budget = pace?.budget ?? null;
  const share =
    budget === null || budget === 0 || callsLastMinute === 0
      ? ''
      : `, ${Math.round((100 * callsLastMinute) / budget)} % of the ${budget.toLocaleString('en')} that Intercom permits`;
  return [
    `${callsLastMinute.toLocaleString('en')} calls answered in the last minute${share}.`,
    ...(pace === undefined || pace.refused === 0 ? [] : [`${pace.refused.toLocaleString('en')} of them were refused.`]),
    ...(pace === undefined || pace.uncertain === 0
      ? []
      : [
          `${pace.uncertain.toLocaleString('en')} calls have an unknown outcome: the load looks in Intercom whether they took effect.`,
        ]),
    ...(secondsLeft === undefined || secondsLeft < 1
      ? []
      : [
          secondsLeft < 90
            ? `About ${secondsLeft} seconds left.`
            : `About ${Math.ceil(secondsLeft / 60)} minutes left.`,
        ]),
  ].join(' ');
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
    labels: ['done', 'refused', 'of unknown outcome'],
    columns: [
      rows.map((row) => row.at),
      rows.map((row) => row.answered),
      rows.map((row) => row.refused),
      rows.map((row) => row.uncertain),
    ],
  };
}

async function partsAnHour(pool: pg.Pool, workspaceIdCode: string): Promise<Plot> {
  const rows = await warehouse(pool)
    .selectFrom('load.identity')
    .select([
      sql<number>`extract(epoch from date_trunc('hour', recorded_at))::float8`.as('at'),
      sql<number>`count(*)::integer`.as('parts'),
    ])
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('target_type', '=', 'part')
    .groupBy('at')
    .orderBy('at', 'desc')
    .limit(168)
    .execute();
  const ordered = [...rows].reverse();
  return { labels: ['messages'], columns: [ordered.map((row) => row.at), ordered.map((row) => row.parts)] };
}

/** Of each finished load: the time from the reading of iTop that it rests on to its own end. */
async function lagOfLoads(pool: pg.Pool, workspaceIdCode: string): Promise<Plot> {
  const rows = await warehouse(pool)
    .selectFrom('ops.run as l')
    .innerJoinLateral(
      (read) =>
        read
          .selectFrom('ops.run as r')
          .select('r.started_at')
          .where('r.command', 'in', ['extract', 'extract --delta'])
          .where('r.state', '=', 'done')
          .whereRef('r.ended_at', '<=', 'l.started_at')
          .orderBy('r.ended_at', 'desc')
          .limit(1)
          .as('e'),
      (join) => join.onTrue(),
    )
    .select([
      sql<number | null>`extract(epoch from l.ended_at)::float8`.as('at'),
      sql<number | null>`extract(epoch from l.ended_at - e.started_at)::float8 / 60`.as('minutes'),
    ])
    .where('l.command', '=', 'load')
    .where('l.state', '=', 'done')
    .where('l.workspace_id_code', '=', workspaceIdCode)
    .orderBy('l.run_id', 'desc')
    .limit(500)
    .execute();
  const ordered = [...rows].reverse();
  return { labels: ['minutes'], columns: [ordered.map((row) => row.at), ordered.map((row) => row.minutes)] };
}

const plots = { calls: callsOverTime, parts: partsAnHour, lag: lagOfLoads } as const;
