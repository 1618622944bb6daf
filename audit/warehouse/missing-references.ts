import { inWorkList } from '../../platform/work-list-titles.ts';
import { type Check, found, passed } from '../check.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const code = 'data_missing_reference';

/** Callers, agents, teams and organizations that tickets name and nobody extracted: callers become placeholders, companies are missing (K8, K9). */
export const missingReferences: Check<WarehouseContext> = {
  code,
  async run({ pool }) {
    const { rows } = await pool.query<{ target_class: string; missing: number; named: number; keys: string[] }>(
      `select target_class, count(*)::integer as missing, sum(object_count)::integer as named,
         (array_agg(target_key order by object_count desc, target_key))[1:20] as keys
       from raw.missing_reference group by target_class order by target_class`,
    );
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
