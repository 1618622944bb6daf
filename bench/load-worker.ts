import { Readable } from 'node:stream';
import { openIntercom } from '../intercom/client.ts';
import { runLoad } from '../load/run-load.ts';
import { openDatabase } from '../platform/database.ts';
import { openProgress } from '../platform/progress.ts';
import { openRun } from '../platform/run-record.ts';

/** One loader process of a benchmark: takes a JSON argument, prints what it did and used as one line. */
export interface LoadWorkerOptions {
  readonly databaseUrl: string;
  readonly intercomUrl: string;
  readonly inFlight: number;
  readonly reserveShare: number;
  readonly bodyLimit: number;
  readonly stopAfter?: number;
}

const options = JSON.parse(process.argv[2] ?? '') as LoadWorkerOptions;
const database = openDatabase(options.databaseUrl, { max: 24 });
const intercom = openIntercom({
  token: process.env.INTERCOM_TOKEN ?? '',
  region: 'us',
  baseUrl: options.intercomUrl,
  timeoutMs: 60_000,
  connections: options.inFlight + 4,
});
const run = await openRun(database.pool, { command: 'load', workspaceIdCode: 'rehearsal', fingerprint: {} });
let heapMegabytes = 0;
const sampling = setInterval(() => {
  heapMegabytes = Math.max(heapMegabytes, process.memoryUsage().heapUsed / 1e6);
}, 100);
const startedAt = performance.now();
const result = await runLoad({
  settings: {
    in_flight: options.inFlight,
    search_lag_ms: 1_000,
    reserve_share: options.reserveShare,
    body_limit_bytes: options.bodyLimit,
    assign_closed: 'agent',
  },
  pool: database.pool,
  intercom,
  run,
  progress: openProgress('silent'),
  blobs: {
    has: () => Promise.resolve(true),
    // Files of zeros whose length stands in their hash: the bench keeps no bytes.
    open: (hash) => Promise.resolve(Readable.from(zeros(Number.parseInt(hash.slice(0, 16), 16)))),
  },
  ...(options.stopAfter === undefined ? {} : { stopAfter: options.stopAfter }),
});
const seconds = (performance.now() - startedAt) / 1000;
clearInterval(sampling);
await run.leave();
const usage = process.resourceUsage();
process.stdout.write(
  `${JSON.stringify({
    seconds,
    cpuSeconds: (usage.userCPUTime + usage.systemCPUTime) / 1e6,
    heapMegabytes: Math.round(heapMegabytes),
    maxRssMegabytes: Math.round(usage.maxRSS / 1000),
    phases: result.phases,
  })}\n`,
);
await intercom.close();
await database.close();

function* zeros(length: number): Generator<Buffer> {
  const piece = Buffer.alloc(65_536);
  for (let left = length; left > 0; left -= piece.length) yield left >= piece.length ? piece : piece.subarray(0, left);
}
