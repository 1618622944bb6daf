import type pg from 'pg';

/** More records at fault are no odd values: the SQL or the mapping is wrong for all of them. */
export const mostCulprits = 100;

/** A record with whose values a relation cannot be computed. */
export interface Culprit {
  readonly key: string;
  readonly version: string;
  /** What Postgres says about it alone. */
  readonly message: string;
}

/** Class 22: a value is at fault; class 54: it goes beyond a limit, such as the size of a row or a depth. Also where another error names it as its cause. */
export function isAboutData(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return code.startsWith('22') || code.startsWith('54') || isAboutData(error.cause);
}

/** What Postgres says about a value when `work` is done; undefined where nothing stops it. All that it did is undone: the client is in a transaction. */
export async function errorAboutData(client: pg.ClientBase, work: () => Promise<unknown>): Promise<Error | undefined> {
  await client.query('savepoint work');
  const error = await work().then(
    () => undefined,
    (thrown: unknown) => {
      if (isAboutData(thrown)) return thrown;
      throw thrown;
    },
  );
  await client.query('rollback to savepoint work; release savepoint work');
  return error;
}
