import { sql } from 'kysely';
import { rowCount, warehouse } from '../../platform/warehouse.ts';
import { type Check, counted, found, passed } from '../check.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const code = 'data_pending_needs_snooze';

/** Pending tickets sleep until a date that somebody must give (rule K3). */
export const pendingNeedsSnooze: Check<WarehouseContext> = {
  code,
  async run({ pool, snoozeUntil }) {
    const { count } = await warehouse(pool)
      .selectFrom('staging.object as o')
      .innerJoin('ops.mapping_status as s', (join) =>
        join.onRef('s.class', '=', 'o.final_class').on('s.status', '=', sql<string>`o.field ->> 'status'`),
      )
      .select(rowCount.as('count'))
      .where('s.conversation_state', '=', 'snoozed')
      .executeTakeFirstOrThrow();
    if (count === 0) return [passed(code, 'Ticket', 'No ticket is pending.')];
    const tickets = counted(count, 'pending ticket');
    if (snoozeUntil === undefined)
      return [
        found(
          code,
          'blocker',
          'Ticket',
          `${tickets}, and no date until which they sleep.`,
          'Set snooze.until in the configuration.',
        ),
      ];
    if (Date.parse(snoozeUntil) < Date.now())
      return [
        found(
          code,
          'blocker',
          'Ticket',
          `${tickets} would sleep until ${snoozeUntil}, which is past.`,
          'Set snooze.until to a later date.',
        ),
      ];
    return [passed(code, 'Ticket', `${tickets} sleep until ${snoozeUntil}.`)];
  },
};
