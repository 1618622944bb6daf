import type { Frame } from '../page.ts';

/** Seconds since 1970 in a time that is neither long past nor far ahead: no number that a helpdesk counts is as large. */
const [earliest, latest] = [315_532_800, 4_102_444_800];

/** What Intercom gets under each name, in words: nothing is left out, and times are in the zone of the page. */
export function targetValues(
  { standing }: Frame,
  values: readonly (readonly [name: string, value: unknown])[],
): (readonly [string, string])[] {
  return values.flatMap(([name, value]) => {
    if (value === null || value === undefined || value === '') return [];
    const isMoment = typeof value === 'number' && name.endsWith('_at') && value > earliest && value < latest;
    return [[name, isMoment ? standing.clock.time(new Date(value * 1000)) : String(value)] as const];
  });
}
