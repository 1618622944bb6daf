/** Ids from lowerId up to, not including, upperId. */
export interface IdRange {
  readonly lowerId: number;
  readonly upperId: number;
}

export interface WindowLimits {
  /** Size of an answer aimed at. */
  readonly bytes: number;
  /** Most objects in one window; ids that are not in use cost nothing, so a window may be wider. */
  readonly objects: number;
}

/** Ids of the first window, before any answer showed how large objects are. */
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
    this.width = Math.min(firstWidth, limits.objects);
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

  /** Whether a window is so wide that its objects must be counted before it is read: they may lie closer than those before. */
  isBold(window: IdRange): boolean {
    return window.upperId - window.lowerId > this.limits.objects;
  }

  /** An answer of this size came for a window: the next ones come closer to the size aimed at. */
  answered(window: IdRange, byteCount: number, objectCount: number): void {
    const width = window.upperId - window.lowerId;
    const ofBytes = byteCount === 0 ? Number.POSITIVE_INFINITY : (width * this.limits.bytes) / byteCount;
    const ofObjects = objectCount === 0 ? Number.POSITIVE_INFINITY : (width * this.limits.objects) / objectCount;
    this.width = Math.max(1, Math.floor(Math.min(ofBytes, ofObjects, this.width * growth)));
  }

  /** A window holds this many objects, more than a window may: it is cut again, narrower. */
  tooMany(window: IdRange, objectCount: number): void {
    this.ranges.unshift(window);
    const width = window.upperId - window.lowerId;
    this.width = Math.max(1, Math.floor((width * this.limits.objects) / objectCount / 2));
  }

  /** A window of this width was too much for iTop. */
  refused(window: IdRange): void {
    this.width = Math.max(1, Math.min(this.width, Math.floor((window.upperId - window.lowerId) / 2)));
  }
}

/** What is left of all ids from the first up to, not including, upperId, when these ranges are covered. */
export function uncovered(upperId: number, covered: readonly IdRange[], first = 1): IdRange[] {
  const gaps: IdRange[] = [];
  let from = first;
  for (const range of [...covered].sort((a, b) => a.lowerId - b.lowerId)) {
    if (range.lowerId > from) gaps.push({ lowerId: from, upperId: Math.min(range.lowerId, upperId) });
    from = Math.max(from, range.upperId);
  }
  if (from < upperId) gaps.push({ lowerId: from, upperId });
  return gaps.filter((gap) => gap.lowerId < gap.upperId);
}
