import { setTimeout as sleep } from 'node:timers/promises';

/** Lets a bounded number of requests to iTop through at a time: the politeness limit of an extraction. */
export class Gate {
  private readonly pauseMs: number;
  private free: number;
  private readonly waiting: (() => void)[] = [];

  /** `pauseMs` is kept between the end of a request and the next one in its place. */
  constructor(inFlight: number, pauseMs: number) {
    this.free = inFlight;
    this.pauseMs = pauseMs;
  }

  async pass<T>(request: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await request();
    } finally {
      if (this.pauseMs > 0) void sleep(this.pauseMs, undefined, { ref: false }).then(() => this.leave());
      else this.leave();
    }
  }

  private leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free++;
    else next();
  }
}
