/** Steps of a migration: `workflow/progress.ts` says how each stands, commands and the console show it. */
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
  /** `waived`: the migration goes on without, by a person's waiver or because it is a rehearsal; nobody did it. */
  readonly state: 'done' | 'waived' | 'open';
  /** When it was done or waived last; null where it is open, or where nothing recorded it. */
  readonly at: Date | null;
  readonly by: string | null;
  /** Why it was waived. */
  readonly reason: string | null;
  /** What does it, as words that begin with the command. */
  readonly next: string;
}
