import { describe, expect, it } from 'vitest';
import { createGroupCommit } from '../../platform/group-commit.ts';
import fc from '../support/fast-check.ts';

/** A commit that ends when the test says so. */
function held() {
  const batches: number[][] = [];
  const ends: ((error?: Error) => void)[] = [];
  const commit = (items: readonly number[]): Promise<number[]> => {
    batches.push([...items]);
    return new Promise((resolve, reject) => {
      ends.push((error) => (error === undefined ? resolve(items.map((item) => item * 10)) : reject(error)));
    });
  };
  return { batches, ends, commit };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('group commit', () => {
  it('commits what waits together, and fills the next batch meanwhile', async () => {
    const { batches, ends, commit } = held();
    const group = createGroupCommit(commit, 500);
    const first = [group.submit(1), group.submit(2)];
    await turn();
    const second = [group.submit(3), group.submit(4), group.submit(5)];
    await turn();
    expect(batches).toEqual([[1, 2]]);
    ends[0]?.();
    expect(await Promise.all(first)).toEqual([10, 20]);
    await turn();
    expect(batches).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
    ends[1]?.();
    expect(await Promise.all(second)).toEqual([30, 40, 50]);
  });

  it('resolves nothing before its batch is committed', async () => {
    const { ends, commit } = held();
    const group = createGroupCommit(commit, 500);
    let isDone = false;
    const result = group.submit(1).then(() => {
      isDone = true;
    });
    await turn();
    await turn();
    expect(isDone).toBe(false);
    ends[0]?.();
    await result;
  });

  it('rejects every item of a batch that failed, and goes on with the next', async () => {
    const { ends, commit } = held();
    const group = createGroupCommit(commit, 500);
    const failing = [group.submit(1), group.submit(2)].map((result) => result.catch((error: Error) => error.message));
    await turn();
    const later = group.submit(3);
    ends[0]?.(new Error('connection lost'));
    expect(await Promise.all(failing)).toEqual(['connection lost', 'connection lost']);
    await turn();
    ends[1]?.();
    expect(await later).toBe(30);
    const after = group.submit(4);
    await turn();
    ends[2]?.();
    expect(await after).toBe(40);
  });

  it('gives each item its own result once, in order, in batches of at most so many, however items arrive', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), async (pauses, most) => {
        const committed: number[][] = [];
        const group = createGroupCommit((items: readonly number[]) => {
          committed.push([...items]);
          return turn().then(() => items.map((item) => item * 10));
        }, most);
        const results: Promise<number>[] = [];
        for (const [index, pause] of pauses.entries()) {
          for (let n = 0; n < pause; n++) await turn();
          results.push(group.submit(index));
        }
        expect(await Promise.all(results)).toEqual(pauses.map((_, index) => index * 10));
        expect(committed.flat()).toEqual(pauses.map((_, index) => index));
        expect(committed.every((batch) => batch.length >= 1 && batch.length <= most)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
