const LOCAL_DATE_TIME = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/;
const DAY = 86_400;
/** Zones change their offset on the quarter of an hour. */
const QUARTER = 900;

interface Instants {
  readonly first: number;
  /** The same wall clock an hour later, in the hour that autumn repeats; otherwise equal to `first`. */
  readonly second: number;
}

/** Turns iTop's dates, which carry no zone, into unix seconds. */
export class LocalClock {
  private readonly format: Intl.DateTimeFormat;
  private readonly offsets = new Map<number, number>();

  /** Throws a RangeError for a name that is no IANA zone. */
  constructor(timezone: string) {
    this.format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' });
  }

  /** A date outside of logs; in the repeated hour the first pass. Undefined for an empty date. */
  instant(local: string): number | undefined {
    return this.instants(local)?.first;
  }

  /**
   * The dates of one log in the order of its entries. Nothing in a date tells the second pass of the repeated hour:
   * within that hour everything after the first step back belongs to it.
   */
  logInstants(locals: readonly string[]): (number | undefined)[] {
    let hour: number | undefined;
    let latest = '';
    let isSecondPass = false;
    return locals.map((local) => {
      const instants = this.instants(local);
      if (instants === undefined || instants.first === instants.second) return instants?.first;
      const thisHour = Math.floor(instants.first / 3600);
      if (hour !== thisHour) isSecondPass = false;
      else if (local < latest) isSecondPass = true;
      hour = thisHour;
      latest = local;
      return isSecondPass ? instants.second : instants.first;
    });
  }

  private instants(local: string): Instants | undefined {
    const wall = wallSeconds(local);
    if (wall === undefined) return undefined;
    const before = this.offset(wall - DAY);
    const after = this.offset(wall + DAY);
    const early = wall - Math.max(before, after);
    const late = wall - Math.min(before, after);
    const isEarly = early + this.offset(early) === wall;
    const isLate = late + this.offset(late) === wall;
    if (isEarly && isLate) return { first: early, second: late };
    if (isEarly) return { first: early, second: early };
    if (isLate) return { first: late, second: late };
    // In spring's gap PHP goes on counting with the offset from before it.
    return { first: wall - before, second: wall - before };
  }

  private offset(instant: number): number {
    const quarter = Math.floor(instant / QUARTER);
    let offset = this.offsets.get(quarter);
    if (offset === undefined) {
      const start = quarter * QUARTER;
      offset = (wallSeconds(this.format.format(start * 1000)) ?? start) - start;
      this.offsets.set(quarter, offset);
    }
    return offset;
  }
}

/** What a wall clock shows, as seconds as if it stood in UTC. */
function wallSeconds(local: string): number | undefined {
  const match = LOCAL_DATE_TIME.exec(local);
  if (match === null) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}
