import type { NotNull } from 'kysely';
import type pg from 'pg';
import { warehouse } from '../platform/warehouse.ts';
import { whyUnexplained } from './page-words.ts';

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

/**
 * What keeps a workspace, or a phase of its load, from being green; empty when it is. The only way from the definition in SQL to
 * a page, a gate or an exit code.
 */
export async function readUnexplained(pool: pg.Pool, request: UnexplainedRequest): Promise<Unexplained[]> {
  const { workspaceIdCode, phase = null, onlyGates = false, maxFailures = 0 } = request;
  const database = warehouse(pool);
  let query = database
    .selectFrom(database.dynamic.table(onlyGates ? 'reconcile.gate_finding' : 'reconcile.unexplained').as('u'))
    .select(['phase', 'kind', 'item_kind', 'class', 'check_name', 'reason', 'example', 'query', 'closes_gate'])
    .select((row) => row.cast<number>('count', 'integer').as('count'))
    .where('workspace_id_code', '=', workspaceIdCode)
    .orderBy('kind')
    .orderBy('phase', (by) => by.nullsFirst())
    .orderBy('class', (by) => by.nullsFirst())
    .orderBy('item_kind')
    .orderBy('check_name', (by) => by.nullsFirst())
    .orderBy('reason');
  if (phase !== null) query = query.where('phase', '=', phase);
  if (onlyGates) query = query.where('closes_gate', '=', true);
  // Only then: to plan the view a second time takes longer than to answer it.
  if (maxFailures > 0)
    query = query.where((row) =>
      row.not(
        row.and([
          row('kind', 'in', ['failed', 'blocked']),
          row.exists(
            row
              .selectFrom('reconcile.gate as g')
              .whereRef('g.workspace_id_code', '=', 'u.workspace_id_code')
              .whereRef('g.phase', '=', 'u.phase')
              .where('g.unaccepted_failures', '<=', String(maxFailures)),
          ),
        ]),
      ),
    );
  // Log entries belong to conversations: other phases need not add them up.
  if (phase !== null && phase !== 'conversations') query = query.where('item_kind', '<>', 'log_entry');
  return query
    .$narrowType<{ kind: Unexplained['kind']; reason: NotNull; query: NotNull; closes_gate: NotNull }>()
    .execute();
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
  const what = kind === 'check' ? `${count === 1 ? 'check' : 'checks'}:` : `${item_kind.replaceAll('_', ' ')}(s),`;
  const why = kind === 'check' ? whyUnexplained(kind, reason, check_name) : reason;
  return `${count} ${itopClass === null ? '' : `${itopClass} `}${what} ${why}: ${query}`;
}
