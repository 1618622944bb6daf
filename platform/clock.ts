import type pg from 'pg';
import { warehouse } from './warehouse.ts';

/** Shows moments in one stated zone: the one of iTop, on every page. */
export interface Clock {
  readonly zone: string;
  /** Day and time to the second. */
  time(at: Date | null): string;
  /** Day and time to the minute with the zone, where a page says it once. */
  stated(at: Date): string;
}

export function clockOf(zone: string): Clock {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return {
    zone,
    time: (at) => (at === null ? 'no date' : format.format(at)),
    stated: (at) => `${format.format(at).slice(0, 16)} (${zone})`,
  };
}

/** The clock of the zone that iTop's dates are in; of UTC before it is known. */
export async function readClock(pool: pg.Pool): Promise<Clock> {
  const setting = await warehouse(pool).selectFrom('ops.setting').select('timezone').executeTakeFirst();
  return clockOf(setting?.timezone ?? 'UTC');
}
