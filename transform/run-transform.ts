import { sql } from 'kysely';
import type pg from 'pg';
import type { Progress } from '../platform/progress.ts';
import { requireTimezone, type Settings } from '../platform/settings.ts';
import { analyzeGrownTables } from '../platform/statistics.ts';
import { warehouse } from '../platform/warehouse.ts';
import { applyViews } from './apply-views.ts';
import {
  areConversationsBuiltAnew,
  type Refresh,
  refreshConversations,
  refreshSources,
} from './refresh-materialised.ts';
import { rendererVersion } from './render/render-body.ts';
import { renderMissingBodies } from './render/render-missing.ts';

export interface TransformOutcome {
  readonly areViewsApplied: boolean;
  readonly refreshes: readonly Refresh[];
  readonly renderedBodies: number;
}

/** Longest body of one part, in characters; longer ones go on in the next part (rule T8). */
const bodyLimit = 50_000;

/** Parts a conversation holds at most at first load: Intercom returns the newest 500, its own events among them (rule T7). */
const partLimit = 400;

/** Brings every relation up to what raw holds: settings, views, materialised tables, rendered bodies. Safe to repeat. */
export async function runTransform(pool: pg.Pool, settings: Settings, progress: Progress): Promise<TransformOutcome> {
  const confirmed = await warehouse(pool)
    .selectFrom('ops.mapping_option')
    .select([
      sql<string | null>`value ->> 'until'`.as('until'),
      sql<string | null>`value ->> 'spread_days'`.as('spread_days'),
    ])
    .where('name', '=', 'snooze')
    .execute();
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
  });
  const { files, isChanged } = await applyViews(pool);
  // Landing may have just filled raw, and a person confirmed a mapping.
  await analyzeGrownTables(pool);
  const itopHosts = itopHostsOf(settings);
  const step = progress.step('render bodies', 0);
  // Contacts and companies may show values that are HTML.
  let renderedBodies = await renderMissingBodies(pool, step, { of: 'values and articles', itopHosts });
  const sources = await refreshSources(pool, files);
  const of = (await areConversationsBuiltAnew(pool, files)) ? 'all messages' : 'messages of stale tickets';
  renderedBodies += await renderMissingBodies(pool, step, { of, itopHosts });
  step.done();
  await analyzeGrownTables(pool);
  const refreshes = [...sources, ...(await refreshConversations(pool, files))];
  return { areViewsApplied: isChanged, refreshes, renderedBodies };
}

/** Hosts whose addresses in texts are this iTop's; undefined where none is configured. */
function itopHostsOf({ itop }: Settings): ReadonlySet<string> | undefined {
  const urls = [itop?.url, ...(itop?.addresses ?? [])].filter((url) => url !== undefined);
  return urls.length === 0 ? undefined : new Set(urls.map((url) => new URL(url).host.toLowerCase()));
}

type SettingRow = Readonly<Record<string, unknown>>;

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
  const columns = Object.keys(values).join(', ');
  await pool.query(
    `insert into ops.setting (${columns}) select ${columns} from jsonb_populate_record(null::ops.setting, $1)
     on conflict (is_only) do update set (${columns}) = (select ${columns} from jsonb_populate_record(null::ops.setting, $1))`,
    [JSON.stringify(values)],
  );
  // A table never analysed is taken for many rows, and each view multiplies by them.
  await pool.query('analyze ops.setting');
}
