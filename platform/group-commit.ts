/**
 * Collects what concurrent workers want to write and writes it together: while one batch is being committed the next
 * one fills, so that the number of commits does not grow with the number of workers.
 *
 * `submit` resolves with the item's own result once its batch is committed, and rejects when the batch failed.
 */
export interface GroupCommit<Item, Result> {
  submit(item: Item): Promise<Result>;
}

export function createGroupCommit<Item, Result>(
  commit: (items: readonly Item[]) => Promise<readonly Result[]>,
  maxItems: number,
): GroupCommit<Item, Result> {
  interface Waiting {
    readonly item: Item;
    resolve(result: Result): void;
    reject(error: unknown): void;
  }
  const queue: Waiting[] = [];
  let isRunning = false;

  async function run(): Promise<void> {
    isRunning = true;
    // One turn of the event loop, so that workers woken by the same answer share the batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      const batch = queue.splice(0, maxItems);
      try {
        const results = await commit(batch.map((waiting) => waiting.item));
        for (const [index, waiting] of batch.entries()) waiting.resolve(results[index] as Result);
      } catch (error) {
        for (const waiting of batch) waiting.reject(error);
      }
    }
    isRunning = false;
  }

  return {
    submit: (item) =>
      new Promise<Result>((resolve, reject) => {
        queue.push({ item, resolve, reject });
        if (!isRunning) void run();
      }),
  };
}
