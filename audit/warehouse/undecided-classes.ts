import { type Check, counted, found, passed } from '../check.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const code = 'data_class_undecided';

/** Classes that were extracted and of which nobody said what becomes of them. */
export const undecidedClasses: Check<WarehouseContext> = {
  code,
  async run({ pool }) {
    const { rows } = await pool.query<{ class: string; count: number }>(
      `select o.final_class as class, count(*)::integer as count
       from staging.object o
       where not exists (select from ops.mapping_class c where c.class = o.final_class)
       group by o.final_class order by o.final_class`,
    );
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
