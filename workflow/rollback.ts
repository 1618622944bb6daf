import type { Intercom } from '../intercom/client.ts';
import { openSharedPace } from '../intercom/shared-pace.ts';
import { objectKinds } from '../load/phases.ts';
import { RefusedError } from '../platform/errors.ts';
import { requireIntercom } from '../platform/settings.ts';
import { planRollback, type RollbackPlan, type RollbackScope } from '../reconcile/rollback/plan-rollback.ts';
import type { CommandContext } from './command-context.ts';
import { inWorkspace } from './in-run.ts';

export interface PlanRequest {
  readonly scope: RollbackScope;
  /** Whether Intercom's reports keep the deleted conversations. */
  readonly retainMetrics: boolean;
  /** Refused where the configured token is of another workspace. */
  readonly onlyOf?: string;
}

/** Reads the workspace of the configured token, and records what a rollback would do to each object. Changes nothing in Intercom. */
export async function planWorkspaceRollback(
  context: CommandContext,
  { scope, retainMetrics, onlyOf }: PlanRequest,
): Promise<RollbackPlan> {
  let plan: RollbackPlan | undefined;
  await inWorkspace(context, 'rollback plan', async (intercom, run, workspaceIdCode) => {
    if (onlyOf !== undefined && onlyOf !== workspaceIdCode)
      throw new RefusedError(`The configured token is of workspace ${workspaceIdCode}, not of ${onlyOf}.`, {
        stage: 'rollback',
        nextStep: `Configure the token of workspace ${onlyOf}.`,
      });
    plan = await planRollback({ ...senderOf(context, intercom, workspaceIdCode), scope, retainMetrics });
    return { plan: plan.hash, run: run.runId };
  });
  if (plan === undefined) throw new Error('A rollback was planned without a plan.');
  return plan;
}

/** What sends the calls of a rollback, within the pace that all commands share. */
export function senderOf({ settings, database, signal }: CommandContext, intercom: Intercom, workspaceIdCode: string) {
  const { reserve_share: reserveShare, in_flight: inFlight } = requireIntercom(settings);
  return {
    kinds: objectKinds,
    pool: database.pool,
    workspaceIdCode,
    signal,
    inFlight,
    intercom: intercom.pacedBy(
      openSharedPace(database.pool, {
        workspaceIdCode,
        reserveShare,
        firstObservation: intercom.pace.lastObservation,
      }),
    ),
  };
}
