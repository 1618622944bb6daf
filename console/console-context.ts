import { sql } from 'kysely';
import type pg from 'pg';
import type { BlobStore } from '../platform/blob-store.ts';
import { type Clock, clockOf } from '../platform/clock.ts';
import { warehouse } from '../platform/warehouse.ts';
import type { Jobs } from './jobs.ts';
import type { KeptValues } from './kept-values.ts';
import type { Operator } from './operator.ts';

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
  /** Work that pages began and that may outlast them. */
  readonly jobs: Jobs;
  readonly operator: Operator;
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
  const db = warehouse(pool);
  const facts = await db
    .selectNoFrom((of) => [
      of.exists(of.selectFrom('raw.head').select('source_key')).as('has_raw'),
      sql<boolean>`to_regclass('reconcile.unexplained') is not null`.as('has_views'),
      of
        .exists(of.selectFrom('ops.materialised').select('relation').where('relation', '=', 'intercom.conversation'))
        .as('is_transformed'),
      of.selectFrom('ops.setting').select('timezone').as('timezone'),
    ])
    .$narrowType<{ has_raw: boolean; is_transformed: boolean }>()
    .executeTakeFirstOrThrow();
  const workspace = await db
    .selectFrom('load.workspace')
    .select(['workspace_id_code as idCode', 'name'])
    .orderBy('seen_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return {
    hasRaw: facts.has_raw,
    hasViews: facts.has_views,
    isTransformed: facts.is_transformed,
    workspace,
    clock: clockOf(facts.timezone ?? 'UTC'),
  };
}
