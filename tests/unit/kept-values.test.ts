import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KeptValues } from '../../console/kept-values.ts';

// Values grow old by the clock of the test: on a busy machine another one would be milliseconds ahead between two lines.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTime(ms);

it('computes a value once for all who ask, and gives whoever asks for an old one the new one where it is quick', async () => {
  const kept = new KeptValues(20, 5_000);
  let computed = 0;
  const compute = async (): Promise<number> => ++computed;
  const first = await Promise.all([kept.get('x', compute), kept.get('x', compute)]);
  expect(first.map(({ value }) => value)).toEqual([1, 1]);
  expect(kept.peek('x')?.value).toBe(1);
  pass(40);
  expect(kept.peek('x')).toBeUndefined();
  expect((await kept.get('x', compute)).value).toBe(2);
});

it('gives the old value where the new one takes long, and the new one later', async () => {
  const kept = new KeptValues(5, 10);
  let finish = (): void => undefined;
  await kept.get('x', async () => 'old');
  pass(20);
  const slow = () => new Promise<string>((resolve) => (finish = () => resolve('new')));
  expect((await kept.get('x', slow)).value).toBe('old');
  finish();
  expect((await kept.get('x', async () => 'newer')).value).toMatch(/^new/);
});

it('keeps the old value when a new one fails, and tells whoever waits for the first', async () => {
  const kept = new KeptValues(5, 50);
  const fail = (): Promise<string> => Promise.reject(new Error('no'));
  await expect(kept.get('x', fail)).rejects.toThrow('no');
  await kept.get('x', async () => 'old');
  pass(20);
  expect((await kept.get('x', fail)).value).toBe('old');
});
