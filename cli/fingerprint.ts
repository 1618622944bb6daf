import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Settings } from '../platform/settings.ts';
import { rendererVersion } from '../transform/render/render-body.ts';
import { hashOf, readViewFiles } from '../transform/view-files.ts';

/**
 * What an unfinished run must find unchanged to be continued: where it reads and writes, the mapping, the SQL and the renderer.
 * Secrets and pace are left out: changing them does not change what is written.
 */
export async function fingerprintOf(pool: pg.Pool, settings: Settings): Promise<Record<string, string>> {
  const mapping = await pool.query<{ text: string }>(
    `select coalesce(string_agg(line, e'\\n' order by line), '') as text from (
       select 'class ' || m::text as line from ops.mapping_class m
       union all select 'attribute ' || m::text from ops.mapping_attribute m
       union all select 'value ' || m::text from ops.mapping_enum_value m
       union all select 'status ' || m::text from ops.mapping_status m) as mapping`,
  );
  return {
    'iTop address': settings.itop?.url ?? '',
    'iTop time zone': settings.itop?.timezone ?? '',
    'Intercom address': settings.intercom?.base_url ?? settings.intercom?.region ?? '',
    'marker wording': settings.marker.wording,
    'snooze date': settings.snooze.until ?? '',
    mapping: createHash('sha256')
      .update(mapping.rows[0]?.text ?? '')
      .digest('hex'),
    SQL: hashOf(await readViewFiles()),
    renderer: String(rendererVersion),
  };
}
