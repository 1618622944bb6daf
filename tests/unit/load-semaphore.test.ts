import { expect, it } from 'vitest';
import { createSemaphore } from '../../load/engine/semaphore.ts';

function deferred() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  await new Promise((resolve) => setImmediate(resolve));
  return (await Promise.race([promise, Promise.resolve(pending)])) === pending;
}

it('an object that waits long gives its place away and takes one again afterwards', async () => {
  const semaphore = createSemaphore(1);
  await semaphore.acquire();
  const lag = deferred();
  const parked = semaphore.park(() => lag.promise);
  const other = semaphore.acquire();
  expect(await isPending(other)).toBe(false);
  lag.resolve();
  expect(await isPending(parked), 'the place is taken').toBe(true);
  semaphore.release();
  expect(await isPending(parked)).toBe(false);
});

it('parked objects are limited: each keeps its thread in memory', async () => {
  const semaphore = createSemaphore(1);
  const lag = deferred();
  for (let parked = 0; parked < 10; parked += 1) {
    await semaphore.acquire();
    void semaphore.park(() => lag.promise);
  }
  await semaphore.acquire();
  void semaphore.park(() => lag.promise);
  const next = semaphore.acquire();
  expect(await isPending(next), 'the eleventh keeps its place while it waits').toBe(true);
  lag.resolve();
});
