import type pg from 'pg';
import type { Call } from '../../intercom/call.ts';
import type { OpenIntent, Target } from '../../platform/journal.ts';
import type { Verdict } from '../../platform/verdict-writer.ts';
import type { LoadContext } from './context.ts';
import { heldReason, retriedReasons } from './failure.ts';

/** What became of one object: written by a call, or known to be there already. */
export type Loaded = 'written' | 'linked';

/** One object on its way, with all that its load needs. */
export interface PendingItem<Row, Prepared = undefined> {
  readonly row: Row;
  readonly target: Target;
  /** Intents that an earlier process left open for this object. */
  readonly open: readonly OpenIntent[];
  /** What the phase's `prepare` found for it. */
  readonly prepared: Prepared;
}

/** Where the objects of a phase are found in the warehouse, and in which order they are taken. */
export interface PhaseSource {
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
  /** Its objects hold messages with hashes of their own. */
  readonly hasMessages?: boolean;
  /** One object after the other: later ones name earlier ones. */
  readonly isSerial?: boolean;
}

/** The one call that creates an object, as a plan shows it. */
export interface PlannedCreation<Row> {
  /** What the object is called in a plan. */
  readonly kind: string;
  /** The call, with `placeholder` for what only the workspace can give. */
  call(row: Row): Call<unknown>;
}

/** Stands in a planned call for the id of what is not loaded yet. */
export const placeholder = (key: string): string => `{${key}}`;

/** What was found for a page of objects, asked one row at a time. */
export type Found<Row, Prepared> = (row: Row) => Prepared;

/** One loader's turn: a relation of `intercom.*` and what is done with each of its rows. It keeps nothing between two objects. */
export interface Phase<Row extends pg.QueryResultRow, Prepared = undefined> extends PhaseSource {
  targetOf(row: Row): Target;
  /**
   * Finds what a page of objects needs beyond its rows. Called after the objects were claimed: what it reads about them no
   * other process changes any more. `former` is what was found for the page before.
   */
  prepare?(
    context: LoadContext,
    rows: readonly Row[],
    former: Found<Row, Prepared> | undefined,
  ): Promise<Found<Row, Prepared>>;
  /** What a plan shows of an object that one call creates. */
  readonly planned?: PlannedCreation<Row>;
  load(context: LoadContext, item: PendingItem<Row, Prepared>): Promise<Loaded>;
  /**
   * Brings a complete object up to what the source holds now. Undefined where objects of the phase have nothing that could
   * change.
   */
  change?(context: LoadContext, item: PendingItem<Row, Prepared>): Promise<Loaded | 'unchanged'>;
  /** Reads an object that `load` wrote back by calls of its own and compares it; used for the first object of a phase. */
  readBack(context: LoadContext, item: PendingItem<Row, Prepared>): Promise<Verdict[]>;
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
function isNarrowed(phase: PhaseSource, { only }: Choice): boolean {
  return only !== undefined && phase.targetType !== 'attribute';
}

/** The parameters of both queries. */
export function queryParameters(phase: PhaseSource, workspaceIdCode: string, choice: Choice): unknown[] {
  return isNarrowed(phase, choice) ? [workspaceIdCode, choice.only] : [workspaceIdCode];
}

/** The query of the objects of a phase that are neither complete nor, unless asked for, refused with this very payload. */
export function pendingQuery(phase: PhaseSource, choice: Choice): string {
  return `${phase.select}
    where not exists (
      select from load.identity complete
      where complete.workspace_id_code = $1 and complete.target_type = '${phase.doneType}'
        and complete.target_key = o.target_key)
    ${choice.isRetryingFailed ? '' : notRefused(phase)}
    ${isNarrowed(phase, choice) ? 'and o.target_key = any ($2)' : ''}
    order by ${phase.orderBy}`;
}

/**
 * The query of the complete objects of a phase that differ from what was last applied (`reconcile.changed_object`), without those that
 * were refused with this very payload, unless they wait for a value that another object holds.
 */
export function changedQuery(phase: PhaseSource, choice: Choice): string {
  return `${phase.select}
    join reconcile.changed_object changed
      on changed.phase = '${phase.name}' and changed.target_key = o.target_key
    where changed.workspace_id_code = $1
    ${choice.isRetryingFailed ? '' : notRefused(phase, notWaiting)}
    ${isNarrowed(phase, choice) ? 'and o.target_key = any ($2)' : ''}
    order by ${phase.orderBy}`;
}

/** Those of some objects (`$2`) that the relation still holds. */
export function plannedQuery(phase: PhaseSource): string {
  return `select * from (${phase.select} where o.target_key = any ($2)) planned where $1::text is not null`;
}

/**
 * Of a refused change: it does not wait for a value that may be free by now. Where a person accepted that it stays, that one may be free
 * once something of its kind was written since.
 */
const notWaiting = `(refused.reason_code <> '${heldReason}' or (
        refused.recorded_at > (
          select max(written.observed_at) from load.representation written
          where written.workspace_id_code = $1 and written.target_type = refused.target_type)
        and exists (
          select from reconcile.load_error known
          where known.workspace_id_code = $1 and known.target_type = refused.target_type
            and known.target_key = refused.target_key and known.is_accepted)))`;

/** What came to its thread since was not refused: it is sent, although the change that was refused is not. */
const newMessages = `
      and refused.thread_hash is not distinct from reconcile.unsent_messages($1, o.target_key)`;

function notRefused(phase: PhaseSource, condition = 'true'): string {
  return `and not exists (
    select from load.outcome refused
    where refused.workspace_id_code = $1 and refused.target_type = '${phase.targetType}'
      and refused.target_key = o.target_key and refused.state = 'failed'
      and refused.reason_code not in (${retriedReasons.map((name) => `'${name}'`).join(', ')})
      and refused.payload_hash is not distinct from o.payload_hash${phase.hasMessages === true ? newMessages : ''}
      and ${condition})`;
}
