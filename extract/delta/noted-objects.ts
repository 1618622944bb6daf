import { type AliasedRawBuilder, type Kysely, type RawBuilder, sql } from 'kysely';
import type pg from 'pg';
import { anyOf, givenRows, warehouse } from '../../platform/warehouse.ts';
import type { Warehouse } from '../../platform/warehouse-types.ts';

export type FoundBy = 'history' | 'last_update' | 'ids' | 'owner' | 'id_set';

export interface Noted {
  readonly finalClass: string;
  readonly id: number;
  readonly historyId?: number;
  readonly lastUpdate?: string;
}

/** The objects that one delta has to look at (`ops.delta_object`). */
export interface NotedObjects {
  /** Notes objects; one that was looked at is looked at again only where it changed since. */
  add(foundBy: FoundBy, objects: readonly Noted[]): Promise<void>;
  /** Notes objects that raw holds, or the history of objects that are gone, by a query of them. */
  addFromRaw(foundBy: FoundBy, query: RawBuilder<{ class: string; source_id: string }>): Promise<number>;
  /** The next objects of these classes, by their ids. */
  next(classes: readonly string[], afterId: number, count: number): Promise<number[]>;
  mark(classes: readonly string[], ids: readonly number[], state: 'fetched' | 'gone' | 'doubted'): Promise<void>;
  /** Classes of which something was noted. */
  classes(): Promise<ReadonlySet<string>>;
  /** Empties the list: the run is complete. */
  clear(): Promise<void>;
}

export function notedObjects(pool: pg.Pool, runId: string): NotedObjects {
  const db = warehouse(pool);
  return {
    async add(foundBy, objects) {
      if (objects.length === 0) return;
      const types = { class: 'text', source_id: 'bigint', history_id: 'bigint', last_update: 'text' };
      const given = objects.map(({ finalClass, id, historyId, lastUpdate }) => ({
        class: finalClass,
        source_id: String(id),
        history_id: historyId === undefined ? null : String(historyId),
        last_update: lastUpdate ?? null,
      }));
      await note(db, runId, foundBy, givenRows('n', types, given)).execute();
    },
    async addFromRaw(foundBy, query) {
      const found = sql<FoundObject>`(select q.*, null::bigint as history_id, null::text as last_update from (${query}) as q)`;
      const { numInsertedOrUpdatedRows } = await note(db, runId, foundBy, found.as('n')).executeTakeFirstOrThrow();
      return Number(numInsertedOrUpdatedRows);
    },
    async next(classes, afterId, count) {
      const rows = await db
        .selectFrom('ops.delta_object')
        .select('source_id')
        .where('run_id', '=', runId)
        .where('class', '=', anyOf(classes))
        .where('state', '=', 'noted')
        .where('source_id', '>', String(afterId))
        .orderBy('source_id')
        .limit(count)
        .execute();
      return rows.map((row) => Number(row.source_id));
    },
    async mark(classes, ids, state) {
      await db
        .updateTable('ops.delta_object')
        .set({ state })
        .where('run_id', '=', runId)
        .where('class', '=', anyOf(classes))
        .where('source_id', '=', anyOf(ids.map(String)))
        .execute();
    },
    async classes() {
      const rows = await db
        .selectFrom('ops.delta_object')
        .select('class')
        .distinct()
        .where('run_id', '=', runId)
        .execute();
      return new Set(rows.map((row) => row.class));
    },
    async clear() {
      await db.deleteFrom('ops.delta_object').where('run_id', '=', runId).execute();
    },
  };
}

interface FoundObject {
  readonly class: string;
  readonly source_id: string;
  readonly history_id: string | null;
  readonly last_update: string | null;
}

/**
 * Notes objects, or that one changed since it was looked at. Rows are written in order: two that note the same objects at once must not
 * wait for each other.
 */
function note(db: Kysely<Warehouse>, runId: string, foundBy: FoundBy, objects: AliasedRawBuilder<FoundObject, 'n'>) {
  const rows = db
    .selectFrom(objects)
    .select((row) => [
      row.val(runId).as('run_id'),
      'n.class',
      'n.source_id',
      row.val(foundBy).as('found_by'),
      row.fn.max('n.history_id').as('history_id'),
      row.fn.max('n.last_update').as('last_update'),
    ])
    .groupBy(['n.class', 'n.source_id'])
    .orderBy('n.class')
    .orderBy('n.source_id');
  return db
    .insertInto('ops.delta_object')
    .columns(['run_id', 'class', 'source_id', 'found_by', 'history_id', 'last_update'])
    .expression(rows)
    .onConflict((conflict) =>
      conflict.columns(['run_id', 'class', 'source_id']).doUpdateSet((row) => {
        const hasChanged = row.or([
          row('excluded.history_id', '>', row.fn.coalesce('ops.delta_object.history_id', sql<string>`0`)),
          row.and([
            row('excluded.last_update', 'is distinct from', row.ref('ops.delta_object.last_update')),
            row('excluded.last_update', 'is not', null),
          ]),
          row('excluded.found_by', '=', 'id_set'),
        ]);
        const isWaiting = row('ops.delta_object.state', '=', 'noted');
        return {
          history_id: row.fn<string | null>('greatest', ['excluded.history_id', 'ops.delta_object.history_id']),
          last_update: row.fn.coalesce('excluded.last_update', 'ops.delta_object.last_update'),
          state: row
            .case()
            .when(hasChanged)
            .then('noted' as const)
            .else(row.ref('ops.delta_object.state'))
            .end(),
          found_by: row
            .case()
            .when(isWaiting)
            .then(row.ref('ops.delta_object.found_by'))
            .else(row.ref('excluded.found_by'))
            .end(),
        };
      }),
    );
}
