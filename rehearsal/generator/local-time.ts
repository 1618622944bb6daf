/**
 * iTop's dates carry no zone. Here a local time is the number of seconds its wall clock would show as UTC, so that
 * arithmetic is plain addition and nothing depends on the zone of this machine.
 */
export type LocalTime = number;

/** `2024-03-31 02:28:00` as a local time. */
export function localTime(text: string): LocalTime {
  const time = Date.parse(`${text.replace(' ', 'T')}Z`);
  if (Number.isNaN(time)) throw new Error(`"${text}" is not a date of the form YYYY-MM-DD HH:MM:SS`);
  return time / 1000;
}

/** A local time as iTop writes it, `YYYY-MM-DD HH:MM:SS`. */
export function formatLocalTime(time: LocalTime): string {
  return new Date(time * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
