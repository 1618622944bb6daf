import { openSharedPace } from '../intercom/shared-pace.ts';
import { objectKinds } from '../load/phases.ts';
import { requireIntercom } from '../platform/settings.ts';
import { type ReadBackLevel, type ReadBackResult, runReadBack } from '../reconcile/read-back/run-read-back.ts';
import type { CommandContext } from './command-context.ts';
import { inWorkspace } from './in-run.ts';

/** Reads the workspace back through the shared permits, so that a load that runs keeps its share of them. */
export function readBackWorkspace(
  context: CommandContext,
  level: ReadBackLevel,
  maxCalls: number,
): Promise<ReadBackResult> {
  const { settings, database, progress, signal } = context;
  const { reserve_share: reserveShare, in_flight: inFlight } = requireIntercom(settings);
  return inWorkspace(context, 'read back', (intercom, run, workspaceIdCode) =>
    runReadBack({
      kinds: objectKinds,
      pool: database.pool,
      workspaceIdCode,
      runId: run.runId,
      level,
      maxCalls,
      inFlight,
      progress,
      signal,
      intercom: intercom.pacedBy(
        openSharedPace(database.pool, {
          workspaceIdCode,
          reserveShare,
          firstObservation: intercom.pace.lastObservation,
        }),
      ),
    }),
  );
}
