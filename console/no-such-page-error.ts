import { RefusedError } from '../platform/errors.ts';

/** A page was asked for of something that is not here. `what`: as in "There is no record Ticket::999." */
export class NoSuchPageError extends RefusedError {
  constructor(what: string) {
    super(`There is no ${what}.`, {
      stage: 'console',
      nextStep: 'Look for a record by its ref, name, address or id; the lists are under "Work lists".',
    });
  }
}
