import { rowCount, warehouse } from '../../platform/warehouse.ts';
import { type Check, counted, found, passed } from '../check.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const code = 'data_class_undecided';

/** Classes that were extracted and of which nobody said what becomes of them. */
export const undecidedClasses: Check<WarehouseContext> = {
  code,
  async run({ pool }) {
    const rows = await warehouse(pool)
      .selectFrom('staging.object as o')
      .select(['o.final_class as class', rowCount.as('count')])
      .where((object) =>
        object.not(
          object.exists(object.selectFrom('ops.mapping_class as c').whereRef('c.class', '=', 'o.final_class')),
        ),
      )
      .groupBy('o.final_class')
      .orderBy('o.final_class')
      .execute();
    if (rows.length === 0) return [passed(code, 'warehouse', 'Every class that was extracted has a destination.')];
    return rows.map((row) =>
      found(
        code,
        'warning',
        row.class,
        `${counted(row.count, 'object')} without a destination: they stay pending.`,
        'Decide the class in mapping.yaml, then: itop-to-intercom map check',
      ),
    );
  },
};
