import { sql } from 'kysely';
import { rowCount, warehouse } from '../../platform/warehouse.ts';
import { inWorkList } from '../../platform/work-list-titles.ts';
import { type Check, found, passed } from '../check.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const code = 'data_missing_reference';

/** Callers, agents, teams and organizations that tickets name and nobody extracted: callers become placeholders, companies are missing (K8, K9). */
export const missingReferences: Check<WarehouseContext> = {
  code,
  async run({ pool }) {
    const rows = await warehouse(pool)
      .selectFrom('raw.missing_reference')
      .select([
        'target_class',
        rowCount.as('missing'),
        sql<number>`sum(object_count)::integer`.as('named'),
        sql<string[]>`(array_agg(target_key order by object_count desc, target_key))[1:20]`.as('keys'),
      ])
      .groupBy('target_class')
      .orderBy('target_class')
      .execute();
    if (rows.length === 0)
      return [passed(code, 'warehouse', 'Every person and organization that is named was extracted.')];
    return rows.map((row) =>
      found(
        code,
        'warning',
        row.target_class,
        `${row.missing} are named ${row.named} times and were not extracted: ${row.keys.join(', ')}${row.missing > row.keys.length ? ', ...' : ''}. Their tickets get a placeholder, or no company.`,
        `Extract ${row.target_class} with obsolete objects, and with an account that sees all organizations. All of them: ${inWorkList('missing')}`,
      ),
    );
  },
};
