import { z } from 'zod';

/** Intercom writes some ids as numbers in one answer and as strings in another. */
export const id = z.union([z.string().min(1), z.number()]).transform(String);

/** An assignee: 0 and null both say nobody. */
export const assigneeId = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined || String(value) === '0' ? null : String(value)));

/**
 * Text or a number that nothing hinges on: where it is missing or of another type in an object of somebody else's, the object is
 * read all the same. In one of ours it then differs from what was sent, and is reported as a difference.
 */
export const anyText = z.string().nullish().catch(null);
export const anyNumber = z.number().nullish().catch(null);
export const anyFlag = z.boolean().nullish().catch(null);

/** An id that may be missing: authors of social channels have none. */
export const anyId = id.nullish().catch(null);

/** Who wrote something. Parts of the system's own may name nobody. */
export const author = z
  .object({ type: anyText, id: anyId, name: anyText, email: anyText })
  .nullish()
  .transform((raw) => ({
    type: raw?.type ?? 'nobody',
    id: raw?.id ?? '',
    name: raw?.name ?? raw?.email ?? raw?.id ?? 'nobody',
  }));

/** Ids of listed objects; what has none is left out. */
export const idsOf = z
  .array(z.object({ id: anyId }))
  .nullish()
  .transform((listed) => (listed ?? []).flatMap((one) => one.id ?? []));

/** Custom attributes as Intercom holds them: scalar values by name; references and files are objects. */
export const customAttributes = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => value ?? {});

/** Unix seconds of a moment; the API's times have a grain of one second. */
export function unixSeconds(moment: Date): number {
  return Math.floor(moment.getTime() / 1000);
}
