import { type Check, counted, found, passed } from '../check.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const code = 'data_pending_needs_snooze';

/** Pending tickets sleep until a date that somebody must give (rule K3). */
export const pendingNeedsSnooze: Check<WarehouseContext> = {
  code,
  async run({ pool, snoozeUntil }) {
    const { rows } = await pool.query<{ count: number }>(
      `select count(*)::integer as count
       from staging.object o
       cross join lateral jsonb_to_record(o.field) as p (status text)
       join ops.mapping_status s on s.class = o.final_class and s.status = p.status and s.conversation_state = 'snoozed'`,
    );
    const count = rows[0]?.count ?? 0;
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
