import type { Step } from '../platform/migration-step.ts';

/** What the commands know and do that the console shows and begins as well: the same functions, so the same answers and records. */
export interface Operator {
  /** The steps with their standing, and the next one, as `status` says it. */
  readonly readProgress: (
    workspaceIdCode: string | undefined,
  ) => Promise<{ readonly steps: readonly Step[]; readonly next: string }>;
  /** Draws the sample as the command `sample` does. Throws RefusedError where there is nothing to draw from. */
  readonly drawSample: () => Promise<void>;
  /** Plans the rollback of everything, as `rollback plan` does. Throws RefusedError where it cannot be planned. */
  readonly planRollback: (workspaceIdCode: string) => Promise<void>;
}
