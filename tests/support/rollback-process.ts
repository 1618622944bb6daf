import { objectKinds } from '../../load/phases.ts';
import { openProgress } from '../../platform/progress.ts';
import { executeRollback } from '../../reconcile/rollback/execute-rollback.ts';
import { inOwnProcess } from './own-process.ts';

/** The execution of a rollback as a process of its own. */
await inOwnProcess('rollback', ({ options, database, intercom, run }) =>
  executeRollback({
    kinds: objectKinds,
    pool: database.pool,
    intercom,
    workspaceIdCode: options.workspaceIdCode,
    run,
    hash: options.planHash ?? '',
    inFlight: options.inFlight,
    progress: openProgress('silent'),
    firstWaitMs: 20,
  }),
);
