import type pg from 'pg';
import { latestObject } from '../../latest-object.ts';

/** The class in a file's name: `UserRequest.csv`, `UserRequest-2.csv`, `User Request Export.csv`. */
export async function classByName(pool: pg.Pool, name: string): Promise<string | undefined> {
  const base = name.replace(/\.[^.]*$/, '').replace(/ ?export.*$/i, '');
  const candidates = [base, base.replaceAll(' ', ''), /^\w+?(?=[-_. ]|$)/.exec(base)?.[0] ?? ''];
  const { rows } = await pool.query<{ class: string }>(
    `select class from ops.itop_class c
     where lower(c.class) = any ($1) order by array_position($1, lower(c.class)) limit 1`,
    [candidates.map((candidate) => candidate.toLowerCase())],
  );
  return rows[0]?.class;
}

/** Whether a channel writes a class: it does when no other one does. */
export async function takeClass(
  pool: pg.Pool,
  runId: string,
  className: string,
  channel: 'csv' | 'xml',
): Promise<'write' | 'check'> {
  const { rows } = await pool.query<{ channel: string }>(
    `with other as (
       select 1 from ${latestObject} o where final_class = $1 and channel not in ('csv', 'xml') limit 1
     ), taken as (
       insert into ops.class_channel (class, channel, run_id)
       select $1, $2, $3 where not exists (select from other)
       on conflict (class) do nothing
       returning channel
     )
     select channel from taken union all select channel from ops.class_channel where class = $1`,
    [className, channel, runId],
  );
  return rows[0]?.channel === channel ? 'write' : 'check';
}
