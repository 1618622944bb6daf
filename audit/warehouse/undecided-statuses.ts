import { type Check, counted, found, passed } from '../check.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const code = 'data_status_undecided';

/** Statuses without a state of a conversation: their tickets would not move (rule K3). */
export const undecidedStatuses: Check<WarehouseContext> = {
  code,
  async run({ pool }) {
    const { rows } = await pool.query<{ class: string; status: string; count: number }>(
      `select o.final_class as class, coalesce(p.status, '') as status, count(*)::integer as count
       from staging.object o
       join ops.mapping_class c on c.class = o.final_class and c.destination = 'conversation'
       cross join lateral jsonb_to_record(o.field) as p (status text)
       where not exists (select from ops.mapping_status s where s.class = o.final_class and s.status = p.status)
       group by 1, 2 order by 1, 2`,
    );
    if (rows.length === 0) return [passed(code, 'warehouse', 'Every status that occurs has a state in Intercom.')];
    return rows.map((row) =>
      found(
        code,
        'blocker',
        `${row.class}.status ${row.status}`,
        `${counted(row.count, 'ticket')} in a status that nobody decided.`,
        'Add the status to mapping.yaml as open, closed or snoozed, then: itop-to-intercom map check',
      ),
    );
  },
};
