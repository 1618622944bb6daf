import { expect, it } from 'vitest';
import { createSlots } from '../../load/engine/semaphore.ts';

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
  const slots = createSlots(1);
  await slots.acquire();
  const lag = deferred();
  const parked = slots.park(() => lag.promise);
  const other = slots.acquire();
  expect(await isPending(other)).toBe(false);
  lag.resolve();
  expect(await isPending(parked), 'the place is taken').toBe(true);
  slots.release();
  expect(await isPending(parked)).toBe(false);
});

it('parked objects are limited: each keeps its thread in memory', async () => {
  const slots = createSlots(1);
  const lag = deferred();
  for (let parked = 0; parked < 10; parked += 1) {
    await slots.acquire();
    void slots.park(() => lag.promise);
  }
  await slots.acquire();
  void slots.park(() => lag.promise);
  const next = slots.acquire();
  expect(await isPending(next), 'the eleventh keeps its place while it waits').toBe(true);
  lag.resolve();
});
