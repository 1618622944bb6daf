import { openInlineBroker } from '../extract/landing/inline-broker.ts';
import { runExtract } from '../extract/run-extract.ts';
import { openDatabase } from '../platform/database.ts';
import { openProgress } from '../platform/progress.ts';
import { openRun } from '../platform/run-record.ts';

/** One extraction of a benchmark: takes a JSON argument, prints what it did and used as one line. */
export interface ExtractWorkerOptions {
  readonly databaseUrl: string;
  readonly itopUrl: string;
  readonly isDelta: boolean;
  readonly classes?: readonly string[];
}

export interface ExtractUsed {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly maxRssMegabytes: number;
  readonly rows: number;
  readonly isComplete: boolean;
  readonly findings: readonly string[];
}

const options = JSON.parse(process.argv[2] ?? '') as ExtractWorkerOptions;
const { isDelta, classes } = options;
const { pool, close } = openDatabase(options.databaseUrl, { max: 12 });
const broker = openInlineBroker(pool);
const run = await openRun(pool, { command: isDelta ? 'extract --delta' : 'extract', fingerprint: {} });
const startedAt = performance.now();
const before = process.cpuUsage();
const outcome = await runExtract({
  settings: {
    url: options.itopUrl,
    user: 'admin',
    password: process.env.ITOP_PASSWORD ?? '',
    login: 'form',
    timezone: 'Europe/Paris',
    in_flight: 2,
    pause_ms: 0,
    window_bytes: 6_000_000,
    window_ids: 3_000,
    timeout_ms: 120_000,
    max_outage_ms: 60_000,
  },
  ...{ pool, broker, run, progress: openProgress('silent'), isDelta },
  ...(classes === undefined ? {} : { classes }),
});
await broker.landed();
const seconds = (performance.now() - startedAt) / 1_000;
const cpu = process.cpuUsage(before);
await run.finish({});
const used: ExtractUsed = {
  seconds,
  cpuSeconds: (cpu.user + cpu.system) / 1e6,
  maxRssMegabytes: Math.round(process.resourceUsage().maxRSS / 1_024),
  rows: outcome.classes.reduce((sum, { rows }) => sum + rows, 0),
  isComplete: outcome.isComplete,
  findings: outcome.findings
    .filter(({ severity }) => severity !== 'note')
    .map(({ code, subject }) => `${code} ${subject}`),
};
process.stdout.write(`${JSON.stringify(used)}\n`);
await broker.close();
await close();
