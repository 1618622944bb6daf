import type { Itop } from '../itop/client.ts';
import { localTimeOf } from '../itop/local-time.ts';
import { selectSince } from '../itop/oql.ts';
import type { Finding } from '../platform/findings.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Clocks may differ by this much. */
const clockDifferenceMs = 5 * minuteMs;

/** Ages asked for, until one is found at which tickets were changed. */
const ages: readonly (readonly [string, number])[] = [
  ['the last hour', hourMs],
  ['the last 12 hours', 12 * hourMs],
  ['the last 7 days', 7 * 24 * hourMs],
  ['the last 90 days', 90 * 24 * hourMs],
];

/**
 * Whether the stated time zone can be iTop's: read in it, no ticket may have been changed in the future. A zone too far
 * west is found that way as soon as tickets were changed lately; one too far east only makes all changes look older.
 */
export async function checkTimezone(itop: Itop, timezone: string, now: Date): Promise<Finding[]> {
  const code = 'itop_timezone';
  const subject = 'iTop';
  const changedSince = (time: number): Promise<number> =>
    itop.count('Ticket', selectSince('Ticket', 'last_update', localTimeOf(new Date(time), timezone)));
  const inFuture = await changedSince(now.getTime() + clockDifferenceMs);
  if (inFuture > 0) {
    return [
      {
        code,
        subject,
        severity: 'blocker',
        finding: `Read as ${timezone}, ${inFuture} tickets were changed in the future: the zone or iTop's clock is wrong.`,
        nextStep: "Set itop.timezone to iTop's own parameter timezone (its configuration file or php.ini).",
      },
    ];
  }
  for (const [words, age] of ages) {
    const count = await changedSince(now.getTime() - age);
    if (count === 0) continue;
    const isRecent = age === hourMs;
    return [
      {
        code,
        subject,
        severity: isRecent ? 'passed' : 'note',
        finding: `Read as ${timezone}, the newest change to a ticket lies in ${words}.`,
        nextStep: isRecent ? '' : 'Change a ticket in iTop and audit again: the change must lie in the last hour.',
      },
    ];
  }
  const finding = `No ticket was changed in the last 90 days: nothing tells whether ${timezone} is right.`;
  return [{ code, subject, severity: 'note', finding, nextStep: "Compare with iTop's own parameter timezone." }];
}
