/** Names of a migration's steps. */
export type StepName =
  | 'extract'
  | 'map'
  | 'transform'
  | 'audit'
  | 'setup'
  | 'silence'
  | 'sample'
  | 'load'
  | 'reconcile'
  | 'freeze'
  | 'proof';

/** How one step of a migration stands. */
export interface Step {
  readonly name: StepName;
  /** `waived`: the migration goes on without; nobody did it. */
  readonly state: 'done' | 'waived' | 'open';
  readonly at: Date | null;
  readonly by: string | null;
  /** Why it was waived. */
  readonly reason: string | null;
  /** What does it, as words that begin with the command. */
  readonly next: string;
}

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
