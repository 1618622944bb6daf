import { type RawBuilder, sql } from 'kysely';
import type pg from 'pg';
import { anyOf, warehouse } from '../../platform/warehouse.ts';

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
  // Rows are written in order: two that note the same objects at once must not wait for each other.
  const again = `on conflict (run_id, class, source_id) do update
    set history_id = greatest(excluded.history_id, o.history_id), last_update = coalesce(excluded.last_update, o.last_update),
      state = case when excluded.history_id > coalesce(o.history_id, 0) or excluded.last_update is distinct from o.last_update
        and excluded.last_update is not null or excluded.found_by = 'id_set' then 'noted' else o.state end,
      found_by = case when o.state = 'noted' then o.found_by else excluded.found_by end`;
  return {
    async add(foundBy, objects) {
      if (objects.length === 0) return;
      await pool.query(
        `insert into ops.delta_object as o (run_id, class, source_id, found_by, history_id, last_update)
         select $1, class, source_id, $2, max(history_id), max(last_update)
         from unnest($3::text[], $4::bigint[], $5::bigint[], $6::text[]) as n (class, source_id, history_id, last_update)
         group by class, source_id order by class, source_id ${again}`,
        [
          ...[runId, foundBy, objects.map((object) => object.finalClass), objects.map((object) => object.id)],
          ...[objects.map((object) => object.historyId ?? null), objects.map((object) => object.lastUpdate ?? null)],
        ],
      );
    },
    async addFromRaw(foundBy, query) {
      const { numAffectedRows } = await sql`
        insert into ops.delta_object as o (run_id, class, source_id, found_by)
        select ${runId}, n.class, n.source_id, ${foundBy} from (${query}) as n order by n.class, n.source_id ${sql.raw(again)}`.execute(
        db,
      );
      return Number(numAffectedRows ?? 0);
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
