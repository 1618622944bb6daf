import type { Kysely } from 'kysely';
import type pg from 'pg';
import { warehouse } from '../../platform/warehouse.ts';
import type { Warehouse } from '../../platform/warehouse-types.ts';

/** Temporary tables of one refresh. */
export type RefreshTables = {
  /** Objects, and relations as a whole, that changed: `root_class` is the name of a relation for its rows. */
  readonly changed_key: { readonly key: string; readonly root_class: string };
  /** Tickets that `markTracedTickets` found out of date. */
  readonly changed_ticket: { readonly ticket_key: string };
};

/** The warehouse with the temporary tables of the refresh that the client's transaction is. */
export function refreshTables(client: pg.ClientBase): Kysely<Warehouse & RefreshTables> {
  return warehouse(client).$extendTables<RefreshTables>();
}

/** Fills `changed_key` with what changed since the last refresh. */
export async function collectChangedKeys(client: pg.ClientBase): Promise<void> {
  await client.query(`create temporary table changed_key on commit drop as
    select distinct source_key as key, root_class from ops.changed_object`);
  await client.query('analyze changed_key');
}
