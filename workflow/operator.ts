import { drawSample, usualSampleSize } from '../transform/sample/draw-sample.ts';
import type { CommandContext } from './command-context.ts';
import { type Progress, readProgress } from './progress.ts';
import { requireStage } from './required-stage.ts';
import { planWorkspaceRollback } from './rollback.ts';
import { withoutCulprits } from './without-culprits.ts';

/** What the console shows and begins by the functions of the commands. */
export function operatorOf(context: CommandContext) {
  const { settings, database } = context;
  return {
    readProgress: (workspaceIdCode: string | undefined): Promise<Progress> =>
      readProgress(database.pool, settings, workspaceIdCode),
    async drawSample(): Promise<void> {
      await requireStage(database.pool, 'transform');
      await withoutCulprits(context, () => drawSample(database.pool, usualSampleSize));
    },
    async planRollback(workspaceIdCode: string): Promise<void> {
      await requireStage(database.pool, 'load');
      await withoutCulprits(context, () =>
        planWorkspaceRollback(context, { scope: {}, retainMetrics: true, onlyOf: workspaceIdCode }),
      );
    },
  };
}
