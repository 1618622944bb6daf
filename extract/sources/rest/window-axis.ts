import { narrowedToDates, type Oql, selectWindow } from '../../../itop/oql.ts';
import type { RestReader } from '../../reader/rest-reader.ts';
import { idBound } from './id-bound.ts';

/** What the windows of a class are cut from: its ids, or the seconds of one of its dates. */
export interface WindowAxis {
  /** How the windows are told apart from those of another axis: part of their class in `ops.chunk`. */
  readonly label: string;
  /** Lowest position an object can have. */
  readonly first: number;
  /** The objects with lower <= position < upper. */
  select(className: string, lower: number, upper?: number): Oql;
  /** A position above all objects of the class, or `from` where none is at or above it; `known` counts those, where it was asked. */
  bound(reader: RestReader, className: string, from: number, slack: number, known?: number): Promise<number>;
}

export const idAxis: WindowAxis = {
  label: '',
  first: 1,
  select: selectWindow,
  bound: idBound,
};

/** A day, in seconds: how exactly the latest date is searched. */
const daySeconds = 86_400;

/** Seconds from the year 1 to 2001: five times the 400 years in which the calendar repeats. */
const yearsBefore2001 = 5 * 146_097 * daySeconds;

/** iTop's dates lie in these years. */
const earliest = secondsOf('1000-01-01 00:00:00');
const latest = secondsOf('9999-12-31 00:00:00');

/**
 * Windows of a date attribute, counted in seconds since the year 1 on iTop's own clock. Objects without a date have
 * position 0: a window of their own.
 */
export function dateAxis(attribute: string): WindowAxis {
  const select = (className: string, lower: number, upper?: number): Oql =>
    narrowedToDates(className, attribute, {
      isUndatedToo: lower < 1,
      ...(lower < 1 ? {} : { from: localTimeAt(lower) }),
      ...(upper === undefined ? {} : { to: upper <= 1 ? '' : localTimeAt(upper) }),
    });
  return {
    label: ` by ${attribute}`,
    first: 0,
    select,
    async bound(reader, className, from) {
      const isAnyAbove = async (at: number) => (await reader.count(className, select(className, at))) > 0;
      if (!(await isAnyAbove(from))) return from;
      let reached = Math.max(from, earliest);
      let bound = latest;
      while (bound - reached > daySeconds) {
        const middle = Math.floor((reached + bound) / 2);
        if (await isAnyAbove(middle)) reached = middle;
        else bound = middle;
      }
      return bound;
    },
  };
}

function secondsOf(localTime: string): number {
  return (Date.parse(`${localTime.replace(' ', 'T')}Z`) - Date.UTC(2001, 0, 1)) / 1_000 + yearsBefore2001;
}

function localTimeAt(seconds: number): string {
  const inRange = Math.min(Math.max(seconds, earliest), latest);
  const instant = new Date((inRange - yearsBefore2001) * 1_000 + Date.UTC(2001, 0, 1));
  return instant.toISOString().slice(0, 19).replace('T', ' ');
}
