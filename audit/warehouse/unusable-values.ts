import { sql } from 'kysely';
import { rowCount, warehouse } from '../../platform/warehouse.ts';
import { inWorkList } from '../../platform/work-list-titles.ts';
import { type Check, counted, found, passed } from '../check.ts';
import { isTransformed } from './progress-of-stages.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const code = 'data_unusable_value';

/** Values that are sent in another form or place, or not at all: impossible dates, numbers without bounds, markup without a layout. */
export const unusableValues: Check<WarehouseContext> = {
  code,
  async run({ pool }) {
    if (!(await isTransformed(pool))) return [];
    const rows = await warehouse(pool)
      .selectFrom('reconcile.record_finding')
      .select((finding) => [
        'class',
        'reason_code',
        rowCount.as('values'),
        finding.fn.min('reason').as('reason'),
        finding.fn.min('next_step').as('next_step'),
        sql<string[]>`(array_agg(source_key || ' ' || field order by source_key, field))[1:10]`.as('examples'),
      ])
      .groupBy(['class', 'reason_code'])
      .orderBy('class')
      .orderBy('reason_code')
      .execute();
    if (rows.length === 0) return [passed(code, 'warehouse', 'Every value can be taken as it is.')];
    return rows.map((row) =>
      found(
        `${code}:${row.reason_code}`,
        'warning',
        row.class,
        `${counted(row.values, 'value')} (${row.reason_code.replaceAll('_', ' ')}), the first: ${row.reason}. ${row.examples.join(', ')}${row.values > row.examples.length ? ', ...' : ''}`,
        `${row.next_step} All of them: ${inWorkList('values')}`,
      ),
    );
  },
};
