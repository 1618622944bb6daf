import { rowCount, warehouse } from '../../platform/warehouse.ts';
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
    const rows = await warehouse(pool)
      .selectFrom('raw.dead_letter as d')
      .select(['d.reason_code', rowCount.as('count')])
      .where((letter) =>
        letter.not(
          letter.exists(
            letter
              .selectFrom('raw.head as h')
              .whereRef('h.source_key', '=', 'd.source_key')
              .whereRef('h.seen_at', '>=', 'd.landed_at'),
          ),
        ),
      )
      .groupBy('d.reason_code')
      .orderBy('d.reason_code')
      .execute();
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
