import type { Forecast } from './forecast.ts';

export interface Timetable {
  readonly cutover: Date;
  /** Latest start of the first load that leaves room for a delta, the last full read and a margin. */
  readonly latestSafeStart: Date;
  readonly deltaSeconds: number;
  readonly lastReadSeconds: number;
  readonly margin: number;
}

/** Time is taken once and a half: a night of a slow Intercom must not move the cutover. */
const margin = 1.5;

/** Counts back from the cutover: last full read and delta, the first load, and the days' changes that the load itself lets grow. */
export function planBackwards(forecast: Forecast, cutover: Date): Timetable {
  const loadDays = (forecast.loadSeconds * margin) / 86_400;
  const deltaSeconds = Math.ceil((forecast.deltaCallsPerDay * Math.max(loadDays, 1)) / forecast.callsPerSecond);
  const lastReadSeconds = forecast.extractSeconds ?? 0;
  const seconds = (forecast.loadSeconds + deltaSeconds + lastReadSeconds) * margin;
  return {
    cutover,
    latestSafeStart: new Date(cutover.getTime() - seconds * 1_000),
    deltaSeconds,
    lastReadSeconds,
    margin,
  };
}
