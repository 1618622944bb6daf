import { inWorkList } from '../../platform/work-list-titles.ts';
import { type Check, found, passed } from '../check.ts';
import { isTransformed } from './progress-of-stages.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const code = 'data_unusable_value';

/** Values that are sent in another form or place, or not at all: impossible dates, numbers without bounds, markup without a layout. */
export const unusableValues: Check<WarehouseContext> = {
  code,
  async run({ pool }) {
    if (!(await isTransformed(pool))) return [];
    const { rows } = await pool.query<{
      class: string;
      reason_code: string;
      values: number;
      reason: string;
      next_step: string;
      examples: string[];
    }>(
      `select class, reason_code, count(*)::integer as values, min(reason) as reason, min(next_step) as next_step,
         (array_agg(source_key || ' ' || field order by source_key, field))[1:10] as examples
       from reconcile.record_finding group by class, reason_code order by class, reason_code`,
    );
    if (rows.length === 0) return [passed(code, 'warehouse', 'Every value can be taken as it is.')];
    return rows.map((row) =>
      found(
        `${code}:${row.reason_code}`,
        'warning',
        row.class,
        `${row.values} values (${row.reason_code}), the first: ${row.reason}. ${row.examples.join(', ')}${row.values > row.examples.length ? ', ...' : ''}`,
        `${row.next_step} All of them: ${inWorkList('values')}`,
      ),
    );
  },
};
