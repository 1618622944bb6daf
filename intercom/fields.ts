import { z } from 'zod';

/** Intercom writes some ids as numbers in one answer and as strings in another. */
export const id = z.union([z.string().min(1), z.number()]).transform(String);

/** An assignee: 0 and null both say nobody. */
export const assigneeId = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined || String(value) === '0' ? null : String(value)));

/** Custom attributes as Intercom holds them: scalar values by name; references and files are objects. */
export const customAttributes = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => value ?? {});

/** Unix seconds of a moment; the API's times have a grain of one second. */
export function unixSeconds(moment: Date): number {
  return Math.floor(moment.getTime() / 1000);
}
