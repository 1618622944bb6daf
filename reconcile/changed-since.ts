import { type NotNull, sql } from 'kysely';
import type pg from 'pg';
import { warehouse } from '../platform/warehouse.ts';
import { foreignObjects } from './foreign-objects.ts';

/** What happened in a workspace since a moment, as the latest read-back saw it. */
export interface ChangedSince {
  /** Conversations of ours in which somebody wrote, or that somebody changed: theirs, and no loss. */
  readonly touched: readonly { readonly ref: string; readonly what: string }[];
  /** Objects that people or others made in Intercom, by kind. */
  readonly foreign: readonly { readonly objectType: string; readonly count: number }[];
  /** Checks that were made since, fail, and that nobody accepted. */
  readonly failed: readonly FailedSince[];
}

export interface FailedSince {
  readonly phase: string;
  readonly targetKey: string;
  /** Ref of the ticket, else the target key. */
  readonly ref: string;
  readonly check: string;
  readonly expected: string | null;
  readonly actual: string | null;
}

/** Reads what the latest read-back of the workspace saw that happened after the moment. */
export async function readChangedSince(
  pool: pg.Pool,
  { workspaceIdCode, since }: { readonly workspaceIdCode: string; readonly since: Date },
): Promise<ChangedSince> {
  const touched = await warehouse(pool)
    .selectFrom('reconcile.observation as o')
    .innerJoin('load.identity as i', (join) =>
      join
        .onRef('i.workspace_id_code', '=', 'o.workspace_id_code')
        .onRef('i.target_type', '=', 'o.object_type')
        .onRef('i.target_id', '=', 'o.target_id'),
    )
    .leftJoin('staging.object as l', 'l.source_key', 'i.target_key')
    .select([sql<string>`coalesce(l.field ->> 'ref', i.target_key)`.as('ref'), 'o.touch as what'])
    .$narrowType<{ what: NotNull }>()
    .where('o.workspace_id_code', '=', workspaceIdCode)
    .where('o.touch', 'is not', null)
    .where('o.updated_at', '>=', since)
    .orderBy('o.updated_at')
    .orderBy('ref')
    .execute();
  const foreign = await foreignObjects(pool, workspaceIdCode).where('o.updated_at', '>=', since).execute();
  const failed = await warehouse(pool)
    .selectFrom('reconcile.difference as d')
    .leftJoin('staging.object as l', 'l.source_key', 'd.target_key')
    .select(['d.phase', 'd.target_key as targetKey', sql<string>`coalesce(l.field ->> 'ref', d.target_key)`.as('ref')])
    .select(['d.check_name as check', 'd.expected', 'd.actual'])
    .where('d.workspace_id_code', '=', workspaceIdCode)
    .where('d.is_failure', '=', true)
    .where('d.is_accepted', '=', false)
    .where('d.decided_at', '>=', since)
    // Of a check that was accepted, a field may differ otherwise since.
    .distinctOn(['d.phase', 'd.target_key', 'd.check_name'])
    .orderBy('d.phase')
    .orderBy('d.target_key')
    .orderBy('d.check_name')
    .orderBy('d.field')
    .execute();
  return { touched, foreign: foreign.map(({ object_type: objectType, count }) => ({ objectType, count })), failed };
}
