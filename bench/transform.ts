import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { cacheDirectory } from '../platform/cache-directory.ts';
import { openDatabase } from '../platform/database.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import { migrate } from '../platform/migrate.ts';
import { openProgress } from '../platform/progress.ts';
import { loadSettings } from '../platform/settings.ts';
import { renderBody, renderTheLongWay } from '../transform/render/render-body.ts';
import { sanitise } from '../transform/render/sanitise.ts';
import { runTransform, type TransformOutcome } from '../transform/run-transform.ts';
import { land } from './land-rows.ts';
import { printFigure } from './print-figure.ts';
import { cpuSecondsOf } from './process-cpu.ts';

/*
 * What a transform costs: in full, again, and for a hundredth of the tickets changed; beside the bare cost of exploding the logs
 * in one statement and of the sanitiser alone. Tickets have eight entries; there is a person for two tickets, an organization for twenty,
 * a file for three, a row of history for each. A third of the entries of public logs need the sanitiser, as a third of the captured
 * bodies do; tickets fill the attributes that the standard mapping takes.
 */
const { values } = parseArgs({ options: { tickets: { type: 'string', default: '20000' } }, allowPositionals: true });
const tickets = Number(values.tickets);
const settings = loadSettings({
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
});

interface Timed<T> {
  readonly seconds: number;
  /** CPU seconds of Postgres and of this process: on a busy machine the only figure that says something. */
  readonly cpu: number;
  readonly result: T;
}

async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const startedAt = performance.now();
  const cpuBefore = await cpuSeconds();
  const result = await work();
  return { seconds: (performance.now() - startedAt) / 1_000, cpu: (await cpuSeconds()) - cpuBefore, result };
}

async function cpuSeconds(): Promise<number> {
  const postmaster = Number((await readFile(join(directory, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  const { user, system } = process.cpuUsage();
  return ((await cpuSecondsOf(postmaster)) ?? 0) + (user + system) / 1e6;
}

const print = (name: string, value: string): void => {
  printFigure(`${name.padEnd(58)} ${value}`);
};
const seconds = (value: number): string => `${value.toFixed(2)} s`;

/** Tickets of the ids from `first` on, every `step`th, with so many entries in each log. */
const ticketRows = (count: number, step: number, entries: number): string => `
  select g * ${step} as id, jsonb_build_object(
    'ref', 'R-' || lpad((g * ${step})::text, 6, '0'), 'title', 'Ticket ' || g * ${step}, 'status', (array['closed', 'resolved', 'assigned', 'new'])[1 + g * ${step} % 4],
    'org_id', (1 + g * ${step} % greatest(${tickets} / 20, 1))::text, 'caller_id', (1 + g * ${step} % greatest(${tickets} / 2, 1))::text,
    'caller_id_friendlyname', 'Person ' || 1 + g * ${step} % greatest(${tickets} / 2, 1), 'agent_id', '1', 'agent_id_friendlyname', 'Person 1', 'priority', '3',
    'start_date', to_char(timestamp '2023-01-01' + make_interval(mins => g * ${step}), 'YYYY-MM-DD HH24:MI:SS'),
    'last_update', '2024-06-01 10:00:00', 'description', '<p>Something does not work: ' || md5((g * ${step})::text) || '</p><p>Please <b>help</b>.</p>',
    'service_name', 'Mail', 'origin', 'portal', 'org_name', 'Organization',
    'public_log', jsonb_build_object('entries', (select jsonb_agg(jsonb_build_object('date', to_char(timestamp '2023-01-01' + make_interval(mins => g * ${step} + e * 7), 'YYYY-MM-DD HH24:MI:SS'),
      'user_id', (1 + (g * ${step} + e) % 50)::text, 'user_login', 'Person ' || (1 + (g * ${step} + e) % 50), 'message', 'entry',
      'message_html', '<p>Dear colleague,<br>' || repeat(md5((g * ${step} * 31 + e)::text) || ' ', 4)
        || case when (g * ${step} + e) % 3 = 0 then '</p><table><tr><td style="color: red">a cell</td><td><a href="https://customer.example/page">a link</a></td></tr></table>'
           else '</p><ul><li>one</li><li>two &amp; three</li></ul>' end)) from generate_series(1, ${entries}) e)),
    'private_log', jsonb_build_object('entries', (select jsonb_agg(jsonb_build_object('date', to_char(timestamp '2023-01-01' + make_interval(mins => g * ${step} + e * 11), 'YYYY-MM-DD HH24:MI:SS'),
      'user_id', '1', 'user_login', 'Person 1', 'message', 'entry', 'message_html', '<p>Internal: ' || repeat(md5((g * ${step} * 17 + e)::text) || ' ', 4) || '</p>')) from generate_series(1, 4) e))) || jsonb_build_object(
    'solution', case when g * ${step} % 4 < 2 then 'Replaced ' || md5((g * ${step})::text) else '' end, 'resolution_date', '2024-05-30 10:00:00', 'close_date', '2024-06-01 10:00:00',
    'assignment_date', '2024-05-01 10:00:00', 'last_pending_date', '', 'end_date', '', 'impact', '2', 'urgency', '3', 'request_type', 'service_request',
    'servicesubcategory_name', 'New mailbox', 'team_id_friendlyname', 'Helpdesk', 'team_name', 'Helpdesk', 'operational_status', 'closed', 'resolution_code', 'assistance',
    'escalation_flag', 'no', 'escalation_reason', '', 'sla_tto_passed', 'yes', 'sla_tto_over', '120', 'sla_ttr_passed', 'no', 'sla_ttr_over', '', 'tto', '900', 'ttr', '86400',
    'cumulatedpending', '3600', 'time_spent', '5400', 'user_satisfaction', '2', 'approver_id_friendlyname', '', 'parent_request_id', case when g * ${step} % 50 = 1 then (g * ${step} - 1)::text else '0' end,
    'parent_request_ref', '') as payload
  from generate_series(1, ${count}) g`;

async function fill(pool: pg.Pool): Promise<void> {
  await land(
    pool,
    'Organization',
    'Organization',
    `select g as id, jsonb_build_object('name', 'Organization ' || g, 'code', 'C' || g, 'status', 'active', 'parent_id', (g / 10)::text) as payload
     from generate_series(1, ${Math.max(1, Math.floor(tickets / 20))}) g`,
  );
  await land(
    pool,
    'Contact',
    'Person',
    `select g as id, jsonb_build_object('name', g, 'first_name', 'Person', 'friendlyname', 'Person ' || g, 'status', 'active',
       'org_id', (1 + g % ${Math.max(1, Math.floor(tickets / 20))})::text, 'email', 'person' || g || '@customer.example') as payload
     from generate_series(1, ${Math.max(1, Math.floor(tickets / 2))}) g`,
  );
  await land(
    pool,
    'User',
    'UserLocal',
    `select g as id, jsonb_build_object('login', 'u' || g, 'contactid', g::text, 'status', 'enabled') as payload from generate_series(1, 50) g`,
  );
  await land(
    pool,
    'URP_UserProfile',
    'URP_UserProfile',
    `select g as id, jsonb_build_object('userid', g::text, 'profileid', case when g < 5 then '5' else '2' end) as payload from generate_series(1, 50) g`,
  );
  await land(
    pool,
    'lnkContactToTicket',
    'lnkContactToTicket',
    `select g as id, jsonb_build_object('ticket_id', g::text, 'contact_id', (1 + g % 50)::text, 'contact_id_friendlyname', 'Person ' || (1 + g % 50),
       'contact_id_finalclass_recall', 'Person', 'role_code', 'manual') as payload from generate_series(1, ${tickets}, 3) g`,
  );
  await land(
    pool,
    'lnkFunctionalCIToTicket',
    'lnkFunctionalCIToTicket',
    `select g as id, jsonb_build_object('ticket_id', g::text, 'functionalci_id', (1 + g % 900)::text, 'functionalci_name', 'srv-' || (1 + g % 900),
       'functionalci_id_finalclass_recall', 'Server', 'impact_code', 'manual') as payload from generate_series(1, ${tickets}, 2) g`,
  );
  await land(
    pool,
    'CMDBChangeOp',
    'CMDBChangeOpCreate',
    `select g as id, jsonb_build_object('change', g::text, 'date', '2023-01-01 00:00:00', 'userinfo', 'Person ' || (1 + g % 50), 'user_id', (1 + g % 50)::text,
       'objclass', 'UserRequest', 'objkey', g::text) as payload from generate_series(1, ${tickets}) g`,
  );
  await land(
    pool,
    'Attachment',
    'Attachment',
    `select g as id, jsonb_build_object('item_class', 'UserRequest', 'item_id', g::text, 'user_id', (1 + g % 50)::text, 'contact_id', '0',
       'creation_date', to_char(timestamp '2023-01-01' + make_interval(mins => g + 7), 'YYYY-MM-DD HH24:MI:SS')) as payload from generate_series(1, ${tickets}, 3) g`,
  );
  await pool.query(
    `insert into raw.blob_source (source_key, attribute, blob_hash, byte_size, file_name, media_type)
     select 'Attachment::' || g, 'contents', sha256(g::text::bytea), 1000, 'file-' || g || '.txt', 'text/plain' from generate_series(1, $1::integer, 3) g`,
    [tickets],
  );
  await land(pool, 'Ticket', 'UserRequest', ticketRows(tickets, 1, 4));
}

function report(name: string, { result: outcome, seconds: total, cpu }: Timed<TransformOutcome>): void {
  print(name, `${seconds(total)}, ${seconds(cpu)} of CPU`);
  for (const refresh of outcome.refreshes) {
    print(`  ${refresh.relation}, ${refresh.kind}, ${refresh.written} written`, seconds(refresh.seconds));
  }
  print('  bodies rendered', String(outcome.renderedBodies));
}

/** Renders the bodies in this process, without the database: our renderer and the sanitiser alone. */
async function renderBare(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ source: string }>(
    `select distinct on (source_hash) source from intermediate.ticket_message where source_format = 'html' order by source_hash limit 20000`,
  );
  const bare = await timed(async () => rows.reduce((length, row) => length + sanitise(row.source).length, 0));
  const whole = await timed(async () =>
    rows.reduce((length, row) => length + renderBody({ format: 'html', source: row.source }).text.length, 0),
  );
  print(`sanitiser alone, ${rows.length} bodies, one core`, seconds(bare.seconds));
  print('renderer, the same bodies, one core', seconds(whole.seconds));
  print('sanitiser as share of the renderer', (bare.seconds / whole.seconds).toFixed(2));
  const long = await timed(async () =>
    rows.reduce((length, row) => length + renderTheLongWay(row.source).text.length, 0),
  );
  print('the same, as if none of them were plain', (bare.seconds / long.seconds).toFixed(2));
}

async function measure(pool: pg.Pool): Promise<void> {
  await migrate(pool);
  print(`filling raw with ${tickets} tickets`, seconds((await timed(() => fill(pool))).seconds));
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 50);
  const progress = openProgress('silent');
  const full = await timed(() => runTransform(pool, settings, progress));
  clearInterval(watch);
  report('full transform', full);
  print('peak memory of the process', `${Math.round(peak / 1e6)} MB`);
  const sql = full.result.refreshes.reduce((sum, refresh) => sum + refresh.seconds, 0);
  const bare = await timed(() =>
    pool.query(
      `create table public.bare_entry as
       select o.source_key, l.log, e.position, e.entry
       from raw.object o
       cross join lateral (values ('public_log', o.payload -> 'public_log' -> 'entries'), ('private_log', o.payload -> 'private_log' -> 'entries')) as l (log, entries)
       cross join lateral jsonb_array_elements(l.entries) with ordinality as e (entry, position)
       where o.root_class = 'Ticket'`,
    ),
  );
  print('logs exploded and materialised in one statement', seconds(bare.seconds));
  print('SQL part of the full transform against it', `${(sql / bare.seconds).toFixed(1)} times`);
  await renderBare(pool);
  const again = await timed(() => runTransform(pool, settings, progress));
  report('second transform, nothing changed', again);
  await land(pool, 'Ticket', 'UserRequest', ticketRows(Math.max(1, Math.floor(tickets / 100)), 100, 5));
  const delta = await timed(() => runTransform(pool, settings, progress));
  report('a hundredth of the tickets changed', delta);
  print('against the full transform', `${((100 * delta.seconds) / full.seconds).toFixed(1)} %`);
  for (const view of ['reconcile.count_by_class', 'reconcile.count_by_phase', 'reconcile.item_plan']) {
    print(
      `select count(*) from ${view}`,
      seconds((await timed(() => pool.query(`select count(*) from ${view}`))).seconds),
    );
    print(
      `select * from ${view}, all columns`,
      seconds((await timed(() => pool.query(`select count(t::text) from ${view} t`))).seconds),
    );
  }
}

await mkdir(cacheDirectory(), { recursive: true });
const directory = await mkdtemp(join(cacheDirectory(), 'bench-'));
const server = await startEmbeddedPostgres({ directory, isThrowAway: true });
const database = openDatabase(server.url, { max: 4 });

let stopping: Promise<void> | undefined;
function stopServer(): Promise<void> {
  stopping ??= server.stop();
  return stopping;
}
// The server is a process of its own: it would outlive a benchmark that is stopped. Without it the next query fails, and all is tidied.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stopServer());
try {
  await measure(database.pool);
} finally {
  await database.close();
  await stopServer();
  await rm(directory, { recursive: true, force: true });
}
