import type pg from 'pg';
import type { OpenIntent, Target } from '../../platform/journal.ts';
import type { Verdict } from '../../platform/verdict-writer.ts';
import type { LoadContext } from './context.ts';

/** What became of one object: written by a call, or known to be there already. */
export type Loaded = 'written' | 'linked';

/** One object on its way, with all that its load needs from the database. */
export interface PendingItem<Row> {
  readonly row: Row;
  readonly target: Target;
  /** Intents that an earlier process left open for this object. */
  readonly open: readonly OpenIntent[];
}

/** One loader's turn: a relation of `intercom.*` and what is done with each of its rows. */
export interface Phase<Row extends pg.QueryResultRow> {
  readonly name: string;
  /** target_type of the objects in `load.outcome` and `load.claim`. */
  readonly targetType: string;
  /** target_type of the identity that says an object is complete. */
  readonly doneType: string;
  /** Rows a page; objects of a page are held in memory while they wait for their turn. */
  readonly pageSize: number;
  /**
   * Select list and from clause over the relation under the alias `o`, with target_key and payload_hash among the
   * columns of `o`; `$1` is the workspace.
   */
  readonly select: string;
  readonly orderBy: string;
  /** Its objects hold values that no two may share (addresses, external ids): changes go before new objects. */
  readonly hasUniqueValues?: boolean;
  /** One object after the other: later ones name earlier ones. */
  readonly isSerial?: boolean;
  targetOf(row: Row): Target;
  /**
   * Loads what a page of objects needs beyond its rows. Called after the objects were claimed: what it reads about them no
   * other process changes any more.
   */
  prepare?(context: LoadContext, rows: readonly Row[]): Promise<void>;
  load(context: LoadContext, item: PendingItem<Row>): Promise<Loaded>;
  /**
   * Brings a complete object up to what the source holds now. Undefined where objects of the phase have nothing that could
   * change.
   */
  change?(context: LoadContext, item: PendingItem<Row>): Promise<Loaded | 'unchanged'>;
  /** Reads a written object back by calls of its own and compares it; used for the first objects of a phase. */
  readBack(context: LoadContext, row: Row): Promise<Verdict[]>;
}

/** Objects by what became of them in this process. */
export interface PhaseCounts {
  written: number;
  /** Complete before, brought up to date by this load. */
  changed: number;
  linked: number;
  failed: number;
  blocked: number;
  uncertain: number;
}

/** Which objects of a phase a load takes. */
export interface Choice {
  /** Also those that were refused with this very payload. */
  readonly isRetryingFailed: boolean;
  /** These target keys and no others; undefined for all. */
  readonly only: readonly string[] | undefined;
}

/** Attributes must exist whatever is loaded. */
function isNarrowed<Row extends pg.QueryResultRow>(phase: Phase<Row>, { only }: Choice): boolean {
  return only !== undefined && phase.targetType !== 'attribute';
}

/** The parameters of both queries. */
export function queryParameters<Row extends pg.QueryResultRow>(
  phase: Phase<Row>,
  workspaceIdCode: string,
  choice: Choice,
): unknown[] {
  return isNarrowed(phase, choice) ? [workspaceIdCode, choice.only] : [workspaceIdCode];
}

/** The query of the objects of a phase that are neither complete nor, unless asked for, refused with this very payload. */
export function pendingQuery<Row extends pg.QueryResultRow>(phase: Phase<Row>, choice: Choice): string {
  return `${phase.select}
    where not exists (
      select from load.identity complete
      where complete.workspace_id_code = $1 and complete.target_type = '${phase.doneType}'
        and complete.target_key = o.target_key)
    ${choice.isRetryingFailed ? '' : notRefused(phase)}
    ${isNarrowed(phase, choice) ? 'and o.target_key = any ($2)' : ''}
    order by ${phase.orderBy}`;
}

/** The query of the complete objects of a phase that differ from what was last applied (`reconcile.changed_object`). */
export function changedQuery<Row extends pg.QueryResultRow>(phase: Phase<Row>, choice: Choice): string {
  return `${phase.select}
    join reconcile.changed_object changed
      on changed.phase = '${phase.name}' and changed.target_key = o.target_key
    where changed.workspace_id_code = $1
    ${choice.isRetryingFailed ? '' : notRefused(phase)}
    ${isNarrowed(phase, choice) ? 'and o.target_key = any ($2)' : ''}
    order by ${phase.orderBy}`;
}

/** Those of some objects (`$2`) that the relation still holds. */
export function plannedQuery<Row extends pg.QueryResultRow>(phase: Phase<Row>): string {
  return `select target_key from (${phase.select} where o.target_key = any ($2)) planned where $1::text is not null`;
}

function notRefused<Row extends pg.QueryResultRow>(phase: Phase<Row>): string {
  return `and not exists (
    select from load.outcome refused
    where refused.workspace_id_code = $1 and refused.target_type = '${phase.targetType}'
      and refused.target_key = o.target_key and refused.state = 'failed'
      and refused.payload_hash is not distinct from o.payload_hash)`;
}
