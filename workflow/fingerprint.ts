import { sql } from 'kysely';
import type pg from 'pg';
import type { Settings } from '../platform/settings.ts';
import { warehouse } from '../platform/warehouse.ts';
import { rendererVersion } from '../transform/render/render-body.ts';
import { hashOf, readViewFiles } from '../transform/view-files.ts';

/**
 * What an unfinished run must find unchanged to be continued: where it reads and writes, the mapping, the SQL and the renderer.
 * Secrets and pace are left out: changing them does not change what is written.
 */
export async function fingerprintOf(pool: pg.Pool, settings: Settings): Promise<Record<string, string>> {
  const mapping = await warehouse(pool)
    .selectNoFrom(sql<string>`ops.mapping_fingerprint()`.as('fingerprint'))
    .executeTakeFirstOrThrow();
  return {
    'iTop address': settings.itop?.url ?? '',
    'iTop time zone': settings.itop?.timezone ?? '',
    'Intercom address': settings.intercom?.base_url ?? settings.intercom?.region ?? '',
    'marker wording': settings.marker.wording,
    'snooze date': settings.snooze.until ?? '',
    'snooze spread': String(settings.snooze.spread_days),
    'files of their own': settings.attachments.own_part,
    scope: JSON.stringify(settings.scope),
    mapping: mapping.fingerprint,
    SQL: hashOf(await readViewFiles()),
    renderer: String(rendererVersion),
  };
}
