import type pg from 'pg';
import type { BlobStore } from '../platform/blob-store.ts';
import { type Clock, clockOf } from '../platform/clock.ts';
import type { KeptValues } from './kept-values.ts';

/** What every page of the console is made from. */
export interface ConsoleContext {
  readonly pool: pg.Pool;
  readonly isReadOnly: boolean;
  /** Bytes of attachments and pictures; undefined where the configured directory cannot be read. */
  readonly blobs: BlobStore | undefined;
  /** Where `map` keeps the decisions. */
  readonly mappingFile: string;
  /** What takes long to add up, shared by all pages. */
  readonly kept: KeptValues;
}

/** State of the warehouse that decides what can be shown. */
export interface Standing {
  readonly hasRaw: boolean;
  /** Whether the views exist: before the first transform, or proposal of a mapping, there are none. */
  readonly hasViews: boolean;
  readonly isTransformed: boolean;
  /** Latest workspace that a command looked at. */
  readonly workspace: { readonly idCode: string; readonly name: string } | undefined;
  /** Times on every page are in the zone of iTop, once it is known. */
  readonly clock: Clock;
}

export async function readStanding(pool: pg.Pool): Promise<Standing> {
  const { rows } = await pool.query<{
    has_raw: boolean;
    has_views: boolean;
    is_transformed: boolean;
    workspace_id_code: string | null;
    workspace_name: string | null;
    timezone: string | null;
  }>(
    `select exists (select from raw.head) as has_raw,
            to_regclass('reconcile.unexplained') is not null as has_views,
            exists (select from ops.materialised where relation = 'intercom.conversation') as is_transformed,
            w.workspace_id_code, w.name as workspace_name,
            (select timezone from ops.setting) as timezone
     from (values (1)) as one
     left join (select workspace_id_code, name from load.workspace order by seen_at desc limit 1) as w on true`,
  );
  const row = rows[0];
  return {
    hasRaw: row?.has_raw ?? false,
    hasViews: row?.has_views ?? false,
    isTransformed: row?.is_transformed ?? false,
    workspace:
      row?.workspace_id_code == null ? undefined : { idCode: row.workspace_id_code, name: row.workspace_name ?? '' },
    clock: clockOf(row?.timezone ?? 'UTC'),
  };
}
