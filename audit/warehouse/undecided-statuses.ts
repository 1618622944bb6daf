import { sql } from 'kysely';
import { rowCount, warehouse } from '../../platform/warehouse.ts';
import { type Check, counted, found, passed } from '../check.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const code = 'data_status_undecided';

/** Statuses without a state of a conversation: their tickets would not move (rule K3). */
export const undecidedStatuses: Check<WarehouseContext> = {
  code,
  async run({ pool }) {
    const rows = await warehouse(pool)
      .selectFrom('staging.object as o')
      .innerJoin('ops.mapping_class as c', 'c.class', 'o.final_class')
      .leftJoin('ops.mapping_status as s', (join) =>
        join.onRef('s.class', '=', 'o.final_class').on('s.status', '=', sql<string>`o.field ->> 'status'`),
      )
      .select([
        'o.final_class as class',
        sql<string>`coalesce(o.field ->> 'status', '')`.as('given'),
        rowCount.as('count'),
      ])
      .where('c.destination', '=', 'conversation')
      .where('s.class', 'is', null)
      .groupBy(['o.final_class', 'given'])
      .orderBy('o.final_class')
      .orderBy('given')
      .execute();
    if (rows.length === 0) return [passed(code, 'warehouse', 'Every status that occurs has a state in Intercom.')];
    return rows.map((row) =>
      found(
        code,
        'blocker',
        `${row.class}.status ${row.given}`,
        `${counted(row.count, 'ticket')} in a status that nobody decided.`,
        'Add the status to mapping.yaml as open, closed or snoozed, then: itop-to-intercom map check',
      ),
    );
  },
};
