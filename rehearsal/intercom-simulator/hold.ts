export type HoldMoment = 'before-commit' | 'after-commit';

export interface HeldCall {
  readonly operation: string;
  readonly path: string;
}

/** Stops one mutating request before or after it takes effect, so that a test can kill its sender at that moment. */
export class Hold {
  private armed: { left: number; readonly when: HoldMoment } | undefined;
  private held: (HeldCall & { readonly release: (isDropped: boolean) => void }) | undefined;
  private waiting: (() => void)[] = [];

  /** Arms the hold for the nth mutating request from now. */
  arm(nth: number, when: HoldMoment): void {
    if (!Number.isInteger(nth) || nth < 1) throw new Error('nth must be a whole number above 0');
    if (when !== 'before-commit' && when !== 'after-commit') throw new Error('when is before-commit or after-commit');
    if (this.held !== undefined) throw new Error('A request is held: release it first');
    this.armed = { left: nth, when };
  }

  /** Counts a mutating request; gives the moment at which it is to be held, if it is the one. */
  count(): HoldMoment | undefined {
    if (this.armed === undefined) return undefined;
    this.armed.left -= 1;
    if (this.armed.left > 0) return undefined;
    const { when } = this.armed;
    this.armed = undefined;
    return when;
  }

  /** Waits until released. True when the request is to be dropped as if it had never arrived. */
  stop(call: HeldCall): Promise<boolean> {
    return new Promise((resolve) => {
      this.held = { ...call, release: resolve };
      for (const wake of this.waiting.splice(0)) wake();
    });
  }

  /** The held request, once there is one; undefined when there is none after `timeoutMs`. */
  async whenHeld(timeoutMs: number): Promise<HeldCall | undefined> {
    if (this.held === undefined) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return this.held === undefined ? undefined : { operation: this.held.operation, path: this.held.path };
  }

  /** Lets the held request go on, or drops it; disarms. Gives whether one was held. */
  release(isDropped: boolean): boolean {
    const { held } = this;
    this.armed = undefined;
    this.held = undefined;
    held?.release(isDropped);
    return held !== undefined;
  }
}
