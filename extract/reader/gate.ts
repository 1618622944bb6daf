import { setTimeout as sleep } from 'node:timers/promises';

export interface GateOptions {
  /** Requests on the way at once. */
  readonly inFlight: number;
  /** Kept between the end of a request and the next one in its place. */
  readonly pauseMs: number;
  /** How long to wait until iTop may be asked, in milliseconds; 0 when it may. */
  readonly hours?: () => number;
  readonly signal?: AbortSignal | undefined;
}

/** Longest sleep before the hours are looked at again: a clock may be set meanwhile. */
const longestSleepMs = 60_000;

/** Lets a bounded number of requests to iTop through at a time, at the permitted hours: the politeness limit of an extraction. */
export class Gate {
  readonly inFlight: number;
  private readonly pauseMs: number;
  private readonly hours: () => number;
  private readonly signal: AbortSignal | undefined;
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor({ inFlight, pauseMs, hours = () => 0, signal }: GateOptions) {
    this.inFlight = inFlight;
    this.free = inFlight;
    this.pauseMs = pauseMs;
    this.hours = hours;
    this.signal = signal;
  }

  /** `request` may leave before it resolves: as soon as iTop has nothing more to do for it. */
  async pass<T>(request: (leave: () => void) => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    let hasLeft = false;
    const leave = (): void => {
      if (!hasLeft) this.leave();
      hasLeft = true;
    };
    try {
      for (let wait = this.hours(); wait > 0; wait = this.hours()) {
        await sleep(
          Math.min(wait, longestSleepMs),
          undefined,
          this.signal === undefined ? {} : { signal: this.signal },
        );
      }
      return await request(leave);
    } finally {
      leave();
    }
  }

  private leave(): void {
    if (this.pauseMs > 0) void sleep(this.pauseMs, undefined, { ref: false }).then(() => this.letNext());
    else this.letNext();
  }

  private letNext(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free++;
    else next();
  }
}
