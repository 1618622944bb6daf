import { rename, writeFile } from 'node:fs/promises';
import type pg from 'pg';
import { Gauge, Registry } from 'prom-client';
import { messageOf, RefusedError } from '../platform/errors.ts';

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** Gives one row a sample: a column `value`, and one for each label. No row where nothing is known. */
  readonly sql: string;
}

/** All are gauges read from the warehouse: they hold for all processes and hosts, and outlive each. */
const metrics = [
  {
    name: 'itop_to_intercom_objects',
    help: 'Objects that are to be in Intercom, by what became of them.',
    labelNames: ['workspace', 'phase', 'state'],
    sql: `select b.workspace_id_code as workspace, b.phase, s.state, s.value
          from reconcile.load_backlog b
          cross join lateral (values ('complete', b.complete), ('failed', b.failed), ('blocked', b.blocked), ('waiting', b.waiting))
            as s (state, value)`,
  },
  {
    name: 'itop_to_intercom_changed_objects',
    help: 'Objects that changed in iTop and were read, but are not transformed yet.',
    labelNames: [],
    sql: 'select count(distinct source_key) as value from ops.changed_object',
  },
  {
    name: 'itop_to_intercom_read_up_to_timestamp_seconds',
    help: 'Time up to which all changes of iTop are known. The lag of the delta is time() less this.',
    labelNames: [],
    sql: `select extract(epoch from max(noted_at)) as value from ops.watermark where is_reached having count(*) > 0`,
  },
  {
    name: 'itop_to_intercom_last_done_timestamp_seconds',
    help: 'When a stage was done last.',
    labelNames: ['stage', 'workspace'],
    sql: `select command as stage, coalesce(workspace_id_code, '') as workspace, extract(epoch from max(ended_at)) as value
          from ops.run where state = 'done' group by 1, 2`,
  },
  {
    name: 'itop_to_intercom_last_duration_seconds',
    help: 'How long that took, from the first process of the run to its end.',
    labelNames: ['stage', 'workspace'],
    sql: `select distinct on (command, workspace_id_code) command as stage, coalesce(workspace_id_code, '') as workspace,
            extract(epoch from ended_at - started_at) as value
          from ops.run where state = 'done' order by command, workspace_id_code, ended_at desc`,
  },
  {
    name: 'itop_to_intercom_oldest_failure_timestamp_seconds',
    help: 'When the oldest failure was noted that nobody has accepted or mended.',
    labelNames: ['workspace'],
    sql: `select workspace_id_code as workspace, extract(epoch from min(recorded_at)) as value
          from reconcile.load_error where not is_accepted group by 1`,
  },
  {
    name: 'itop_to_intercom_uncertain_calls',
    help: 'Calls whose answer was lost and that nobody has looked up yet.',
    labelNames: ['workspace'],
    sql: `select w.workspace_id_code as workspace,
            (select count(*) from load.journal j where j.workspace_id_code = w.workspace_id_code and j.state = 'uncertain') as value
          from load.workspace w`,
  },
  {
    name: 'itop_to_intercom_unexplained',
    help: 'Reasons why the migration is not green; 0 when it is.',
    labelNames: ['workspace'],
    sql: `select w.workspace_id_code as workspace,
            (select count(*) from reconcile.unexplained u where u.workspace_id_code = w.workspace_id_code) as value
          from load.workspace w`,
  },
] as const satisfies readonly Metric[];

export const metricNames: readonly string[] = metrics.map(({ name }) => name);

/** The state of the migration in Prometheus' text format. */
export async function readMetrics(pool: pg.Pool): Promise<string> {
  const registry = new Registry();
  for (const metric of metrics) {
    const { name, help, labelNames } = metric;
    const gauge = new Gauge<string>({ name, help, labelNames: [...labelNames], registers: [registry] });
    for (const { labels, value } of await samplesOf(pool, metric)) gauge.set(labels, value);
  }
  return registry.metrics();
}

/**
 * Writes the metrics to a file for the textfile collector of Prometheus' node exporter, which must never see half a file.
 *
 * Throws RefusedError where it cannot be written.
 */
export async function writeMetrics(pool: pg.Pool, file: string): Promise<void> {
  const text = await readMetrics(pool);
  // Not .prom: the collector reads every file with that ending.
  const half = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(half, text);
    await rename(half, file);
  } catch (error) {
    throw new RefusedError(`The metrics cannot be written: ${messageOf(error)}`, {
      stage: 'configuration',
      nextStep: 'Set metrics.textfile to a file in a directory that exists and that this account may write to.',
      cause: error,
    });
  }
}

async function samplesOf(pool: pg.Pool, metric: (typeof metrics)[number]): Promise<Sample[]> {
  try {
    const { rows } = await pool.query<Record<string, string | number>>(metric.sql);
    return rows.map(({ value, ...labels }) => ({
      labels: Object.fromEntries(Object.entries(labels).map(([name, label]) => [name, String(label)])),
      value: Number(value),
    }));
  } catch (error) {
    // Views are made by the first transform: before it, nothing is known.
    if ((error as { code?: unknown }).code === '42P01') return [];
    throw error;
  }
}
