import type pg from 'pg';

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
  const of = [workspaceIdCode, since];
  const touched = await pool.query<{ ref: string; what: string }>(
    `select coalesce(l.field ->> 'ref', i.target_key) as ref, o.touch as what
     from reconcile.observation o
     join load.identity i
       on i.workspace_id_code = o.workspace_id_code and i.target_type = o.object_type and i.target_id = o.target_id
     left join staging.object l on l.source_key = i.target_key
     where o.workspace_id_code = $1 and o.touch is not null and o.updated_at >= $2
     order by o.updated_at, ref`,
    of,
  );
  const foreign = await pool.query<{ objectType: string; count: number }>(
    `select o.object_type as "objectType", count(*)::integer as count
     from reconcile.observation o
     where o.workspace_id_code = $1 and o.updated_at >= $2 and not exists (
       select from load.identity i
       where i.workspace_id_code = o.workspace_id_code and i.target_type = o.object_type and i.target_id = o.target_id)
     group by o.object_type order by o.object_type`,
    of,
  );
  const failed = await pool.query<FailedSince>(
    `select d.phase, d.target_key as "targetKey", coalesce(l.field ->> 'ref', d.target_key) as ref, d.check_name as check,
            d.expected, d.actual
     from reconcile.difference d
     left join staging.object l on l.source_key = d.target_key
     where d.workspace_id_code = $1 and d.is_failure and not d.is_accepted and d.decided_at >= $2
       and d.field = ''
     order by d.phase, d.target_key, d.check_name`,
    of,
  );
  return { touched: touched.rows, foreign: foreign.rows, failed: failed.rows };
}
