import type pg from 'pg';

/** What the checks on landed data are given. */
export interface WarehouseContext {
  readonly pool: pg.Pool;
  readonly snoozeUntil: string | undefined;
}
