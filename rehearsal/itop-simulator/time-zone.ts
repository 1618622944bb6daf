import { formatLocalTime, localTime } from '../generator/local-time.ts';

interface Gap {
  readonly from: number;
  readonly to: number;
}

/** The zone iTop is configured for: its own clock, and the local hours it skips in spring. */
export class TimeZone {
  private readonly format: Intl.DateTimeFormat;
  private readonly gaps = new Map<number, readonly Gap[]>();

  /** Throws a RangeError for a name that is no IANA zone. */
  constructor(name: string) {
    this.format = new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short', timeStyle: 'medium' });
  }

  /** The wall clock of the zone at a moment (milliseconds since 1970), as iTop writes times. */
  at(moment: number): string {
    return this.format.format(moment);
  }

  /** A local time that does not exist is moved by the length of the gap, as PHP does: 02:28 becomes 03:28. */
  normalise = (text: string): string => {
    const year = Number(text.slice(0, 4));
    // MySQL's zero date and the last year that it holds lie at the ends of what can be reckoned with, and no clock was moved then.
    if (year < 1 || year > 9_998) return text;
    const time = localTime(text);
    for (const gap of this.gapsOf(year)) {
      if (time >= gap.from && time < gap.to) return formatLocalTime(time + gap.to - gap.from);
    }
    return text;
  };

  private offset(moment: number): number {
    return localTime(this.at(moment * 1000)) - moment;
  }

  private gapsOf(year: number): readonly Gap[] {
    const known = this.gaps.get(year);
    if (known !== undefined) return known;
    const gaps: Gap[] = [];
    const start = Date.UTC(year, 0, 1) / 1000;
    for (let day = -1; day < 366; day++) {
      let early = start + day * 86_400;
      let late = early + 86_400;
      const [before, after] = [this.offset(early), this.offset(late)];
      if (after <= before) continue;
      while (late - early > 1) {
        const middle = Math.floor((early + late) / 2);
        if (this.offset(middle) === before) early = middle;
        else late = middle;
      }
      gaps.push({ from: late + before, to: late + after });
    }
    this.gaps.set(year, gaps);
    return gaps;
  }
}
