import type pg from 'pg';

/** A decision that can be filled in as a file: which rows need one, and what counts as an answer. */
export interface DecisionFile {
  readonly kind: 'teammate' | 'company_id' | 'survivor';
  readonly fileName: string;
  /** Columns in their order; the first is the key, `answer` and `reason` are filled in. */
  readonly columns: readonly string[];
  readonly answer: string;
  /** What to write into the answer, in words, for messages. */
  readonly expected: string;
  /** Rows that wait for a decision, and those that have one; by column, all text. */
  rows(pool: pg.Pool, workspaceIdCode: string): Promise<readonly Readonly<Record<string, string>>[]>;
  /** Why an answer cannot be taken; undefined where it can. */
  fault(pool: pg.Pool, workspaceIdCode: string, key: string, answer: string): Promise<string | undefined>;
  /** Source keys of the objects that the decision shapes: transform builds them again. */
  affected(pool: pg.Pool, key: string): Promise<readonly string[]>;
}
