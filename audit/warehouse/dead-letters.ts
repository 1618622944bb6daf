import { type Check, counted, found, passed } from '../check.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const code = 'data_dead_letter';

/**
 * Records that were read and could not be stored are missing in everything that follows, unless the object was stored since. Who can do
 * without them purges them by name and reason.
 */
export const deadLetters: Check<WarehouseContext> = {
  code,
  async run({ pool }) {
    const { rows } = await pool.query<{ reason_code: string; count: number }>(
      `select d.reason_code, count(*)::integer as count from raw.dead_letter d
       where not exists (select from raw.head h where h.source_key = d.source_key and h.seen_at >= d.landed_at)
       group by d.reason_code order by d.reason_code`,
    );
    if (rows.length === 0) return [passed(code, 'warehouse', 'Every record that was read was stored.')];
    return rows.map((row) =>
      found(
        code,
        'blocker',
        row.reason_code,
        `${counted(row.count, 'record')} could not be stored.`,
        `select * from raw.dead_letter where reason_code = '${row.reason_code}': each row says what to do. To go on without them: itop-to-intercom purge --only dead_letters --keep-days 0 --execute --by NAME --reason WHY`,
      ),
    );
  },
};
