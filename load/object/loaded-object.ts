import type pg from 'pg';
import type { ObjectKind } from '../../intercom/object-kind.ts';
import type { OpenStep } from '../desired-state/adoption.ts';
import type { LoadContext } from '../engine/context.ts';
import type { Phase, PlannedCreation } from '../engine/phase.ts';

/** What a load of an object is expected to cost. */
export interface CallForecast {
  /** Calls an object. */
  readonly calls: number;
  /** SQL over the columns of the phase's select: bytes of the request that grow with the object. Absent where all are small. */
  readonly bytes?: string;
}

/** Makes objects known again that are in Intercom, after the database was lost; gives how many. Only reads. */
export type Adopt = (context: LoadContext, openStep: OpenStep) => Promise<number>;

/**
 * All that is true of one kind of object: how it is prepared, created or linked, changed and read back (the phase), shown in a plan,
 * forecast, adopted, listed and taken back. A new kind is a file with one of these and a line in `objects.ts`.
 */
export interface LoadedObject<Row extends pg.QueryResultRow, Prepared = undefined>
  extends Phase<Row, Prepared>,
    ObjectKind {
  readonly planned: PlannedCreation<Row>;
  readonly forecast: CallForecast;
  /** Objects that carry no key of ours are found by the next load, which links those of the same name. */
  readonly adopt: Adopt | 'by the next load';
}
