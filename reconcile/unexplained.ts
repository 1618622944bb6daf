import type pg from 'pg';

/** One row of `reconcile.unexplained`: findings of a kind that nobody explained or accepted. */
export interface Unexplained {
  readonly phase: string | null;
  readonly kind: 'count_differs' | 'not_counted' | 'pending' | 'changed' | 'failed' | 'blocked' | 'uncertain' | 'check';
  readonly item_kind: string;
  readonly class: string | null;
  readonly check_name: string | null;
  readonly count: number;
  readonly reason: string;
  /** Key of one of them. */
  readonly example: string | null;
  /** Returns the rows behind the count. */
  readonly query: string;
  readonly closes_gate: boolean;
}

export interface UnexplainedRequest {
  readonly workspaceIdCode: string;
  /** Only what belongs to this phase. */
  readonly phase?: string;
  /** Only what keeps the next phase from starting: cheap, for it does not add up the whole warehouse. */
  readonly onlyGates?: boolean;
  /** Failed and blocked objects of a phase that a delta tolerates (`delta.max_failures`). */
  readonly maxFailures?: number;
}

const withoutTolerated = `
  and not (kind in ('failed', 'blocked') and exists (
    select from reconcile.gate g
    where g.workspace_id_code = u.workspace_id_code and g.phase = u.phase and g.unaccepted_failures <= $3))`;

/**
 * What keeps a workspace, or a phase of its load, from being green; empty when it is. The only way from the definition in SQL to
 * a page, a gate or an exit code.
 */
export async function readUnexplained(pool: pg.Pool, request: UnexplainedRequest): Promise<Unexplained[]> {
  const { workspaceIdCode, phase = null, onlyGates = false, maxFailures = 0 } = request;
  // Log entries belong to conversations: other phases need not add them up.
  const narrowing = [
    ...(onlyGates ? [`and closes_gate and kind in ('check', 'uncertain', 'failed', 'blocked')`] : []),
    ...(phase === null || phase === 'conversations' ? [] : [`and item_kind <> 'log_entry'`]),
    // Only then: to plan the view a second time takes longer than to answer it.
    ...(maxFailures === 0 ? [] : [withoutTolerated]),
  ].join(' ');
  const { rows } = await pool.query<Unexplained>(
    `select phase, kind, item_kind, class, check_name, count::integer, reason, example, query, closes_gate
     from reconcile.unexplained u
     where workspace_id_code = $1 and ($2::text is null or phase = $2) ${narrowing}
     order by kind, phase nulls first, class nulls first, item_kind, check_name nulls first, reason`,
    [workspaceIdCode, phase, ...(maxFailures === 0 ? [] : [maxFailures])],
  );
  return rows;
}

/** A finding as a sentence that ends with the query of its rows. */
export function sentenceOf({
  count,
  kind,
  item_kind,
  class: itopClass,
  check_name,
  reason,
  query,
}: Unexplained): string {
  const what = kind === 'check' ? `checks "${check_name}"` : `${item_kind.replaceAll('_', ' ')}(s)`;
  return `${count} ${itopClass === null ? '' : `${itopClass} `}${what}, ${reason}: ${query}`;
}
