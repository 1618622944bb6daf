import type pg from 'pg';
import type { Progress } from '../platform/progress.ts';
import { requireTimezone, type Settings } from '../platform/settings.ts';
import { analyzeGrownTables } from '../platform/statistics.ts';
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
const threadLimit = 400;

/** Brings every relation up to what raw holds: settings, views, materialised tables, rendered bodies. Safe to repeat. */
export async function runTransform(pool: pg.Pool, settings: Settings, progress: Progress): Promise<TransformOutcome> {
  const confirmed = await pool.query<{ until: string | null; spread_days: string | null }>(
    `select value ->> 'until' as until, value ->> 'spread_days' as spread_days from ops.mapping_option where name = 'snooze'`,
  );
  await writeSettings(pool, {
    'itop.timezone': requireTimezone(settings),
    'renderer.version': String(rendererVersion),
    'body.limit': String(bodyLimit),
    'thread.limit': String(threadLimit),
    'marker.wording': settings.marker.wording,
    // What a person confirmed with the mapping wins over the configuration.
    'snooze.spread_days': confirmed.rows[0]?.spread_days ?? String(settings.snooze.spread_days),
    'attachments.own_part': settings.attachments.own_part,
    ...scopeOf(settings),
    'snooze.until': confirmed.rows[0]?.until ?? settings.snooze.until ?? '',
  });
  const { files, isChanged } = await applyViews(pool);
  // Landing may have just filled raw, and a person confirmed a mapping.
  await analyzeGrownTables(pool);
  const sources = await refreshSources(pool, files);
  const step = progress.step('render bodies', 0);
  const renderedBodies = await renderMissingBodies(pool, step, { ofAll: await areConversationsBuiltAnew(pool, files) });
  step.done();
  await analyzeGrownTables(pool);
  const refreshes = [...sources, ...(await refreshConversations(pool, files))];
  return { areViewsApplied: isChanged, refreshes, renderedBodies };
}

/** The scope as views read it: lists as JSON, nothing for what is not limited. */
function scopeOf({ scope }: Settings): Record<string, string> {
  const list = (values: readonly string[] | undefined): string => (values === undefined ? '' : JSON.stringify(values));
  return {
    'scope.since': scope.since ?? '',
    'scope.until': scope.until ?? '',
    'scope.classes': list(scope.classes),
    'scope.organizations': list(scope.organizations),
    'scope.statuses': list(scope.statuses),
  };
}

/** Hands the configuration to the views, which read it from `ops.setting`. */
async function writeSettings(pool: pg.Pool, values: Readonly<Record<string, string>>): Promise<void> {
  const kept = Object.entries(values).filter(([, value]) => value !== '');
  await pool.query(
    `with given as (select * from unnest($1::text[], $2::text[]) as g (name, value)),
     removed as (delete from ops.setting where name not in (select name from given))
     insert into ops.setting (name, value) select name, value from given
     on conflict (name) do update set value = excluded.value where setting.value is distinct from excluded.value`,
    [kept.map(([name]) => name), kept.map(([, value]) => value)],
  );
}
