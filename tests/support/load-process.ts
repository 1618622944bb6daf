import { objectKinds } from '../../load/phases.ts';
import { runLoad } from '../../load/run-load.ts';
import { openProgress } from '../../platform/progress.ts';
import { lookAgain } from '../../reconcile/look-again.ts';
import { workloadBlobs } from './load-workload.ts';
import { inOwnProcess } from './own-process.ts';

/** A loader as a process of its own. */
await inOwnProcess('load', ({ options, database, intercom, run }) =>
  runLoad({
    settings: {
      in_flight: options.inFlight,
      search_lag_ms: options.searchLagMs,
      reserve_share: 0,
      body_limit_bytes: 2_000_000,
      assign_closed: 'agent',
    },
    pool: database.pool,
    intercom,
    beforeEnd: (paced, workspaceIdCode) =>
      lookAgain({
        kinds: objectKinds,
        pool: database.pool,
        intercom: paced,
        workspaceIdCode,
        runId: run.runId,
        inFlight: options.inFlight,
      }),
    blobs: workloadBlobs,
    run,
    progress: openProgress('silent'),
    retry: { attempts: 4, firstWaitMs: 20 },
    withChanges: options.withChanges ?? false,
  }),
);
