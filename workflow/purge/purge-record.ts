import type pg from 'pg';
import { RefusedError } from '../../platform/errors.ts';
import { warehouse } from '../../platform/warehouse.ts';

export const purgeKinds = ['versions', 'dead_letters', 'journal'] as const;
export type PurgeKind = (typeof purgeKinds)[number];

/** Who purges, and why: both stay in the record. */
export interface PurgeSignature {
  readonly purgedBy: string;
  readonly reason: string;
}

export interface PurgeRequest {
  readonly kinds: readonly PurgeKind[];
  /** What is younger stays. */
  readonly keepDays: number;
  /** Only what belongs to this object. */
  readonly sourceKey?: string;
}

export interface PurgedRow {
  readonly kind: PurgeKind | 'files' | 'topics';
  readonly what: string;
  readonly rows: number;
  readonly bytes: number;
}

/** Begins the record of a purge of one kind; gives its id. */
export async function openPurge(
  client: pg.PoolClient,
  kind: PurgedRow['kind'],
  request: Pick<PurgeRequest, 'keepDays' | 'sourceKey'> & PurgeSignature,
): Promise<string> {
  const row = await warehouse(client)
    .insertInto('ops.purge')
    .values({
      kind,
      source_key: request.sourceKey ?? null,
      kept_days: request.keepDays,
      cutoff_at: cutoffOf(request),
      reason: request.reason,
      purged_by: request.purgedBy,
    })
    .returning('purge_id')
    .executeTakeFirstOrThrow();
  return row.purge_id;
}

/** Throws RefusedError when nobody signs, or when something unfinished may need what would go. */
export async function checkPurge(client: pg.PoolClient, { purgedBy, reason }: PurgeSignature): Promise<void> {
  if (purgedBy.trim() === '' || reason.trim() === '')
    throw refused('A purge needs a name and a reason: they stay in its record.', 'Give them with --by and --reason.');
  const run = await warehouse(client)
    .selectFrom('ops.run')
    .select('command')
    .where('state', '=', 'running')
    .orderBy('command')
    .limit(1)
    .executeTakeFirst();
  if (run !== undefined)
    throw refused(
      `A run of "${run.command}" is unfinished and may still need what would be deleted.`,
      `Let it end: itop-to-intercom ${run.command}`,
    );
  const changed = await warehouse(client).selectFrom('ops.changed_object').select('source_key').limit(1).execute();
  if (changed.length > 0)
    throw refused(
      'What was extracted last is not transformed yet: it still needs former versions.',
      'itop-to-intercom transform, then purge again',
    );
}

/** What is older than this is beyond the retention. */
export function cutoffOf(request: Pick<PurgeRequest, 'keepDays'>): Date {
  return new Date(Date.now() - request.keepDays * 86_400_000);
}

function refused(message: string, nextStep: string): RefusedError {
  return new RefusedError(message, { stage: 'purge', nextStep });
}
