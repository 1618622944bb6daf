import { pipeline } from 'node:stream/promises';
import { type RawBuilder, sql } from 'kysely';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { warehouse } from '../../../platform/warehouse.ts';
import { BinaryCopy } from '../../landing/binary-copy.ts';
import { canonicalPayload } from '../../topics/envelope.ts';
import type { FileObject } from './file-objects.ts';

export interface CrossCheckSummary {
  readonly class: string;
  readonly inFile: number;
  readonly inRaw: number;
  readonly onlyInFile: number;
  readonly onlyInRaw: number;
  readonly differingObjects: number;
  readonly differingFields: number;
}

const batchBytes = 1_000_000;

/**
 * Holds the objects of a second channel against raw: they are copied into a temporary table, and two statements a run say
 * what differs. Nothing of them reaches raw.
 */
export class CrossCheck {
  private readonly client: pg.PoolClient;
  private copy = new BinaryCopy(batchBytes);
  private bytes = 0;
  private rows = 0;

  private constructor(client: pg.PoolClient) {
    this.client = client;
  }

  static async open(pool: pg.Pool): Promise<CrossCheck> {
    const client = await pool.connect();
    await client.query(
      `create temporary table exported (class text not null, source_key text not null, payload jsonb not null)`,
    );
    return new CrossCheck(client);
  }

  async add(rootClass: string, object: FileObject): Promise<void> {
    const payload = canonicalPayload(object.fields);
    this.copy.row(3);
    this.copy.text(object.className);
    this.copy.text(`${rootClass}::${object.id}`);
    // jsonb holds no NUL; raw was mended of it too.
    this.copy.jsonb(payload.includes('\\u0000') ? Buffer.from(payload.toString().replaceAll('\\u0000', '')) : payload);
    this.rows++;
    this.bytes += payload.length;
    if (this.bytes >= batchBytes) await this.send();
  }

  /** Writes the differences of a class and their summary, and gives it. */
  async finish(runId: string, className: string, channel: string): Promise<CrossCheckSummary> {
    await this.send();
    await this.client.query('analyze exported');
    const db = warehouse(this.client);
    await db.deleteFrom('ops.channel_difference').where('run_id', '=', runId).where('class', '=', className).execute();
    await differences(runId, className).execute(db);
    const { rows } = await summarize(runId, className, channel).execute(db);
    const row = rows[0] ?? {};
    return {
      class: className,
      inFile: row.in_file ?? 0,
      inRaw: row.in_raw ?? 0,
      onlyInFile: row.only_in_file ?? 0,
      onlyInRaw: row.only_in_raw ?? 0,
      differingObjects: row.differing_objects ?? 0,
      differingFields: row.differing_fields ?? 0,
    };
  }

  async close(): Promise<void> {
    await this.client.query('drop table if exists exported').finally(() => this.client.release());
  }

  private async send(): Promise<void> {
    if (this.rows === 0) return;
    const bytes = this.copy.finish();
    this.copy = new BinaryCopy(batchBytes);
    this.bytes = 0;
    this.rows = 0;
    await pipeline(
      async function* () {
        yield bytes;
      },
      this.client.query(copyFrom('copy exported (class, source_key, payload) from stdin (format binary)')),
    );
  }
}

/** Files hold an object once; where they overlap, one row of it is as good as another. */
const inFile = (className: string) =>
  sql`select distinct on (source_key) source_key, payload from exported where class = ${className} order by source_key`;
const inRaw = (className: string) => sql`select source_key, payload from raw.latest_object o
  where final_class = ${className} and root_class = (select root_class from ops.itop_class where class = ${className})`;

/** A log as the times and authors of its entries; null, false and an empty text mean the same in one channel or the other. */
const comparable = (value: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`case when jsonb_typeof(${value}) = 'object' and ${value} ? 'entries' then
     (select coalesce(string_agg(concat_ws(' ', e ->> 'date', e ->> 'user_login', coalesce(e ->> 'user_id', '0')), ', ' order by n), '')
      from jsonb_array_elements(${value} -> 'entries') with ordinality as l (e, n))
   when jsonb_typeof(${value}) = 'array' then (select coalesce(string_agg(t, ', ' order by t), '') from jsonb_array_elements_text(${value}) as t)
   else replace(coalesce(${value} #>> '{}', ''), e'\\r\\n', e'\\n') end`;

const differences = (runId: string, className: string) => sql`
insert into ops.channel_difference (run_id, class, source_key, difference, attribute, raw_value, file_value)
with f as (${inFile(className)}), r as (${inRaw(className)})
select ${runId}::bigint, ${className}, source_key, case when r.payload is null then 'only in file' else 'only in raw' end, '', null, null
from f full join r using (source_key)
where f.payload is null or r.payload is null
union all
select ${runId}::bigint, ${className}, f.source_key, 'field differs', a.key, left(a.in_raw, 500), left(a.in_file, 500)
from f join r using (source_key)
cross join lateral (
  select key, ${comparable(sql`r.payload -> key`)} as in_raw, ${comparable(sql`value`)} as in_file
  from jsonb_each(f.payload)
  where r.payload ? key and r.payload -> key is distinct from value
) a
where a.in_raw is distinct from a.in_file`;

const summarize = (runId: string, className: string, channel: string) => sql<Record<string, number>>`
insert into ops.cross_check
  (run_id, class, channel, in_file, in_raw, only_in_file, only_in_raw, differing_objects, differing_fields)
select ${runId}::bigint, ${className}, ${channel}::text, (select count(*) from (${inFile(className)}) f),
  (select count(*) from (${inRaw(className)}) r),
  count(*) filter (where difference = 'only in file'), count(*) filter (where difference = 'only in raw'),
  count(distinct source_key) filter (where difference = 'field differs'), count(*) filter (where difference = 'field differs')
from ops.channel_difference where run_id = ${runId}::bigint and class = ${className}
on conflict (run_id, class) do update set
  channel = excluded.channel, in_file = excluded.in_file, in_raw = excluded.in_raw, only_in_file = excluded.only_in_file,
  only_in_raw = excluded.only_in_raw, differing_objects = excluded.differing_objects,
  differing_fields = excluded.differing_fields, checked_at = clock_timestamp()
returning in_file, in_raw, only_in_file, only_in_raw, differing_objects, differing_fields`;
