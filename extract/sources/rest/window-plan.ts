/** Ids from lowerId up to, not including, upperId. */
export interface IdRange {
  readonly lowerId: number;
  readonly upperId: number;
}

export interface WindowLimits {
  /** Size of an answer aimed at. */
  readonly bytes: number;
  /** Most ids in one window. */
  readonly ids: number;
}

/** Ids of the first window, before any answer told how large objects are. */
const firstWidth = 500;

/** A window may be this much wider than the one before. */
const growth = 4;

/** Cuts ranges of ids into windows whose answers come close to a size, by the sizes seen so far. */
export class WindowPlan {
  private readonly limits: WindowLimits;
  private readonly ranges: IdRange[];
  private width: number;

  constructor(ranges: readonly IdRange[], limits: WindowLimits) {
    this.ranges = [...ranges];
    this.limits = limits;
    this.width = Math.min(firstWidth, limits.ids);
  }

  /** The next window; undefined when nothing is left. */
  next(): IdRange | undefined {
    const range = this.ranges[0];
    if (range === undefined) return undefined;
    const upperId = Math.min(range.lowerId + this.width, range.upperId);
    if (upperId === range.upperId) this.ranges.shift();
    else this.ranges[0] = { lowerId: upperId, upperId: range.upperId };
    return { lowerId: range.lowerId, upperId };
  }

  /** An answer of this size came for a window: the next ones come closer to the size aimed at. */
  answered(window: IdRange, byteCount: number): void {
    const width = window.upperId - window.lowerId;
    const fitting = byteCount === 0 ? Number.POSITIVE_INFINITY : (width * this.limits.bytes) / byteCount;
    this.width = Math.max(1, Math.floor(Math.min(fitting, this.width * growth, this.limits.ids)));
  }

  /** A window of this width was too much for iTop. */
  refused(window: IdRange): void {
    this.width = Math.max(1, Math.min(this.width, Math.floor((window.upperId - window.lowerId) / 2)));
  }
}

/** What is left of all ids from 1 up to, not including, upperId, when these ranges are covered. */
export function uncovered(upperId: number, covered: readonly IdRange[]): IdRange[] {
  const gaps: IdRange[] = [];
  let from = 1;
  for (const range of [...covered].sort((a, b) => a.lowerId - b.lowerId)) {
    if (range.lowerId > from) gaps.push({ lowerId: from, upperId: Math.min(range.lowerId, upperId) });
    from = Math.max(from, range.upperId);
  }
  if (from < upperId) gaps.push({ lowerId: from, upperId });
  return gaps.filter((gap) => gap.lowerId < gap.upperId);
}
