import { localTimeOf } from '../../../itop/local-time.ts';

const minuteMs = 60_000;
const dayMinutes = 1_440;

/**
 * How long it is until the next permitted minute, in milliseconds; 0 at the permitted hours. `hours` is like `20:00-06:00`, on
 * the clock of the zone; equal ends permit the whole day. A change of the clock in between is noticed when it is asked again.
 */
export function openingHours(hours: string, timezone: string): (now: Date) => number {
  const [from = 0, to = 0] = hours.split('-').map((time) => minutesOf(time));
  return (now) => {
    const time = localTimeOf(now, timezone);
    const minute = minutesOf(time.slice(11, 16));
    const isOpen = from === to || (from < to ? minute >= from && minute < to : minute >= from || minute < to);
    if (isOpen) return 0;
    return ((from - minute + dayMinutes) % dayMinutes) * minuteMs - Number(time.slice(17, 19)) * 1_000;
  };
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
