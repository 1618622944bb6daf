import { sql } from 'kysely';
import type pg from 'pg';
import type { Progress, ProgressStep } from '../platform/progress.ts';
import { requireTimezone, type Settings } from '../platform/settings.ts';
import { analyzeGrownTables } from '../platform/statistics.ts';
import { upsertRows, warehouse } from '../platform/warehouse.ts';
import type { Warehouse } from '../platform/warehouse-types.ts';
import { applyViews } from './apply-views.ts';
import { checkScope } from './check-scope.ts';
import { NotComputable } from './find-culprits.ts';
import { hashOfAllInputs } from './materialised/fingerprint.ts';
import {
  doConversationsNeedRebuild,
  refreshConversations,
  refreshSources,
  refreshThreads,
} from './materialised/refresh-materialised.ts';
import type { Refresh } from './materialised/refresh-relation.ts';
import { probeViews } from './probe-views.ts';
import { rendererVersion } from './render/render-body.ts';
import { renderMissingBodies } from './render/render-missing.ts';
import { readSetAside, releaseSetAside, type SetAside, setAside, setDependentsAside } from './set-aside.ts';
import type { ViewFile } from './view-files.ts';

export interface TransformOutcome {
  readonly areViewsApplied: boolean;
  readonly refreshes: readonly Refresh[];
  readonly renderedBodies: number;
  /** Records that it went on without, because a relation cannot be computed with their values, and what depends on them. */
  readonly setAside: readonly SetAside[];
}

/** Longest body of one part, in characters; longer ones go on in the next part (rule T8). */
const bodyLimit = 50_000;

/** Parts a conversation holds at most at first load: Intercom returns the newest 500, its own events among them (rule T7). */
const partLimit = 400;

/**
 * Brings every relation up to what raw holds: settings, views, materialised tables, rendered bodies. Safe to repeat. Views that no
 * table holds are computed where they are read; with `isProbing` here too, until one of them is stopped by a record, which is set aside.
 */
export async function runTransform(
  pool: pg.Pool,
  settings: Settings,
  progress: Progress,
  { isProbing = false }: { readonly isProbing?: boolean } = {},
): Promise<TransformOutcome> {
  await checkScope(pool, settings);
  const confirmed = await warehouse(pool)
    .selectFrom('ops.mapping_option')
    .select([
      sql<string | null>`value ->> 'until'`.as('until'),
      sql<string | null>`value ->> 'spread_days'`.as('spread_days'),
    ])
    .where('name', '=', 'snooze')
    .execute();
  const itopHosts = itopHostsOf(settings);
  await writeSettings(pool, {
    timezone: requireTimezone(settings),
    renderer_version: rendererVersion,
    body_limit: bodyLimit,
    part_limit: partLimit,
    marker_wording: settings.marker.wording,
    attachments_own_part: settings.attachments.own_part,
    // What a person confirmed with the mapping wins over the configuration.
    snoozed_until: confirmed[0]?.until || settings.snooze.until || null,
    snooze_spread_days: Math.max(1, Number(confirmed[0]?.spread_days ?? settings.snooze.spread_days)),
    ...scopeOf(settings),
    itop_hosts: itopHosts === undefined ? null : [...itopHosts],
  });
  const { files, isChanged } = await applyViews(pool);
  // Landing may have just filled raw, and a person confirmed a mapping.
  await analyzeGrownTables(pool);
  const inputs = await hashOfAllInputs(pool, files);
  await releaseSetAside(pool, inputs);
  const step = progress.step('render bodies', 0);
  const refreshed = await refreshAll(pool, files, { step, inputs, itopHosts, isProbing });
  step.done();
  return { areViewsApplied: isChanged, ...refreshed, setAside: await readSetAside(pool) };
}

interface RefreshRequest {
  readonly step: ProgressStep;
  /** Hash of the SQL, the mapping and the settings. */
  readonly inputs: string;
  readonly itopHosts: ReadonlySet<string> | undefined;
  readonly isProbing: boolean;
}

/** Times that a transform is begun again without the records at fault. */
const mostAttempts = 20;

/**
 * Refreshes everything. Records with whose values a relation cannot be computed are set aside, with what depends on them, and it begins
 * again without them. Throws FailedError where that does not help, or so many are at fault that something else is wrong.
 */
async function refreshAll(pool: pg.Pool, files: readonly ViewFile[], request: RefreshRequest): Promise<Refreshed> {
  const { inputs } = request;
  let renderedBodies = 0;
  let isFound = false;
  for (let attempt = 1; ; attempt++) {
    try {
      const refreshed = await refreshOnce(pool, files, { ...request, isProbing: request.isProbing && !isFound });
      renderedBodies += refreshed.renderedBodies;
      if (refreshed.refreshes !== undefined) return { refreshes: refreshed.refreshes, renderedBodies };
    } catch (error) {
      // What landed while records were hidden is seen by the next attempt.
      if (isCollision(error) && attempt < mostAttempts) continue;
      if (!(error instanceof NotComputable)) throw error;
      const isUseless = attempt >= mostAttempts || !error.canGoOn;
      if (isUseless || (await setAside(pool, error.relation, error.culprits, inputs)) === 0) throw error.asFailure();
      // Whoever asked for the probe asks again where another view cannot be computed: most are not read at all.
      isFound = true;
    }
  }
}

/** Whether Postgres ended a transaction because of another one, so that it may succeed when repeated: serialization_failure, deadlock_detected. */
const isCollision = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01');

type Refreshed = Pick<TransformOutcome, 'refreshes' | 'renderedBodies'>;

/** Without refreshes where it is to begin again, because more had to be set aside. */
async function refreshOnce(
  pool: pg.Pool,
  files: readonly ViewFile[],
  { step, inputs, itopHosts, isProbing }: RefreshRequest,
): Promise<{ readonly refreshes?: readonly Refresh[]; readonly renderedBodies: number }> {
  const sources = await refreshSources(pool, files, { step, itopHosts });
  // Before any conversation is built with another caller, author or company.
  if ((await setDependentsAside(pool, inputs)) > 0) return { renderedBodies: sources.renderedBodies };
  const of = (await doConversationsNeedRebuild(pool, files)) ? 'all messages' : 'messages of stale tickets';
  // Rendering is this process' work, threads are the server's.
  const [messages, threads] = await bothOf(
    renderMissingBodies(pool, step, { of, itopHosts }),
    refreshThreads(pool, files),
  );
  await analyzeGrownTables(pool);
  const renderedBodies = sources.renderedBodies + messages;
  const refreshes = [...sources.refreshes, ...threads, ...(await refreshConversations(pool, files))];
  if (isProbing) await probeViews(pool, files);
  return { refreshes, renderedBodies };
}

/** Waits for both, and throws the first failure: whoever begins again after it finds nothing of the former attempt at work. */
async function bothOf<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

/** Hosts whose addresses in texts are this iTop's; undefined where none is configured. */
function itopHostsOf({ itop }: Settings): ReadonlySet<string> | undefined {
  const urls = [itop?.url, ...(itop?.addresses ?? [])].filter((url) => url !== undefined);
  return urls.length === 0 ? undefined : new Set(urls.map((url) => new URL(url).host.toLowerCase()));
}

type SettingRow = { readonly [Column in keyof Warehouse['ops.setting']]?: unknown };

/** The scope as views read it: null for what is not limited. */
function scopeOf({ scope }: Settings): SettingRow {
  return {
    scope_since: scope.since || null,
    scope_until: scope.until || null,
    scope_classes: scope.classes ?? null,
    scope_organizations: scope.organizations ?? null,
    scope_statuses: scope.statuses ?? null,
  };
}

/** Hands the configuration to the views, which read it from the one row of `ops.setting`. */
async function writeSettings(pool: pg.Pool, values: SettingRow): Promise<void> {
  const columns = Object.keys(values) as (keyof SettingRow)[];
  await upsertRows(pool, 'ops.setting', ['is_only'], columns, [{ is_only: true, ...values }]).execute();
  // A table never analysed is taken for many rows, and each view multiplies by them.
  await pool.query('analyze ops.setting');
}
