/**
 * Places for objects that are being loaded at once. An object that has to wait long (for Intercom's search to catch up)
 * gives its place away meanwhile.
 */
export interface Semaphore {
  acquire(): Promise<void>;
  release(): void;
  /** Runs `wait` without holding a place, unless too many already wait: memory stays bounded. */
  park(wait: () => Promise<void>): Promise<void>;
}

/** Parked objects a place: each keeps its thread in memory. */
const parkedPerPlace = 10;

export function createSemaphore(count: number): Semaphore {
  let free = count;
  let parked = 0;
  const waiting: (() => void)[] = [];

  const acquire = (): Promise<void> => {
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    acquire,
    release,
    async park(wait) {
      if (parked >= count * parkedPerPlace) return wait();
      parked += 1;
      release();
      try {
        await wait();
      } finally {
        await acquire();
        parked -= 1;
      }
    },
  };
}
