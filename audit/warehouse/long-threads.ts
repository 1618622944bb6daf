import { type Check, counted, found, passed, someOf } from '../check.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const code = 'data_long_thread';

/** Parts that fit a conversation at first load (rule T7). */
const mostParts = 400;

/** Threads that do not fit: older entries are folded into transcripts. */
export const longThreads: Check<WarehouseContext> = {
  code,
  async run({ pool }) {
    const { rows } = await pool.query<{ ref: string; count: number }>(
      `select coalesce(p.ref, o.source_key) as ref, n.count
       from staging.object o
       join ops.mapping_class c on c.class = o.final_class and c.destination = 'conversation'
       cross join lateral jsonb_to_record(o.field) as p (ref text, public_log jsonb, private_log jsonb)
       cross join lateral (
         select (coalesce(jsonb_array_length(case when jsonb_typeof(p.public_log -> 'entries') = 'array' then p.public_log -> 'entries' end), 0)
               + coalesce(jsonb_array_length(case when jsonb_typeof(p.private_log -> 'entries') = 'array' then p.private_log -> 'entries' end), 0)
               )::integer as count
       ) as n
       where n.count > $1 order by n.count desc, 1`,
      [mostParts],
    );
    if (rows.length === 0) return [passed(code, 'Ticket', `No thread has more than ${mostParts} entries.`)];
    const names = rows.map((row) => `${row.ref} (${row.count})`);
    return [
      found(
        code,
        'warning',
        'Ticket',
        `${counted(rows.length, 'thread')} with more than ${mostParts} entries: ${someOf(names)}. Their older entries are folded into transcripts.`,
        'Look at one of them: itop-to-intercom preview <ref>',
      ),
    ];
  },
};
