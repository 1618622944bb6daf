import { ItopError } from '../../itop/errors.ts';

/** A list of names; undefined where iTop refuses to give it. */
export function listOrNothing(ask: () => Promise<string[]>): Promise<string[] | undefined> {
  return ask().catch((error: unknown) => ignoreRefusal(error, undefined));
}

/** A class or query that iTop refuses for itself; every other failure is thrown. */
export function ignoreRefusal<T>(error: unknown, instead: T): T {
  if (error instanceof ItopError && error.remedy === 'continue') return instead;
  throw error;
}
