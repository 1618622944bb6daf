import { Counter, collectDefaultMetrics, Registry } from 'prom-client';

/** Metrics of this process alone: they begin at 0 when it starts. */
export const processMetrics = new Registry();

const calls = new Counter({
  name: 'itop_to_intercom_calls_total',
  help: 'Calls to Intercom that this process made, by operation and HTTP status; status "none" where no answer came.',
  labelNames: ['operation', 'status'],
  registers: [processMetrics],
});

/** Counts a call to Intercom. `status`: of its answer; undefined where none came. */
export function countCall(operation: string, status: number | undefined): void {
  calls.inc({ operation, status: status === undefined ? 'none' : String(status) });
}

/** Adds memory, processor time and event loop of the process: only to metrics that are served. */
export function collectProcessMetrics(): void {
  if (processMetrics.getSingleMetric('process_cpu_user_seconds_total') === undefined)
    collectDefaultMetrics({ register: processMetrics });
}
