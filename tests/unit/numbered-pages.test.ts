import { expect, it } from 'vitest';
import type { Call } from '../../intercom/call.ts';
import { NotFound } from '../../intercom/errors.ts';
import { allItems, type NumberedPage, numberedPages, numberedPagesIfAny } from '../../intercom/numbered-pages.ts';
import type { Sender } from '../../intercom/send-call.ts';

const list = (page: number): Call<NumberedPage<string>> => ({
  operation: 'listThings',
  method: 'GET',
  path: `/things?page=${page}`,
  effect: 'read',
  read: () => ({ items: [], hasMore: false }),
});

/** A workspace whose list has these pages; what is behind them is not found. */
function senderOf(pages: readonly (readonly string[])[], total = pages.length): Sender {
  const intercom = {
    pace: { acquire: async () => undefined },
    send: async (call: Call<unknown>) => {
      const page = Number(new URL(call.path, 'http://localhost').searchParams.get('page'));
      const items = pages[page - 1];
      const { operation, method, path } = call;
      if (items === undefined)
        throw new NotFound({ operation, method, path, status: 404, detail: 'not found' } as never);
      return { value: { items, hasMore: page < total }, status: 200, requestId: null };
    },
  };
  return { intercom: intercom as unknown as Sender['intercom'] };
}

async function pagesOf<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

it('reads a list to its last page', async () => {
  expect(await allItems(senderOf([['a', 'b'], [], ['c']]), list)).toEqual(['a', 'b', 'c']);
});

it('takes a list that is not there for an empty one only where that is asked for', async () => {
  expect(await pagesOf(numberedPagesIfAny(senderOf([]), list))).toEqual([]);
  await expect(pagesOf(numberedPages(senderOf([]), list))).rejects.toThrow(NotFound);
});

it('takes no page that is missing in the middle for the end of a list', async () => {
  const sender = senderOf([['a']], 3);
  await expect(pagesOf(numberedPagesIfAny(sender, list))).rejects.toThrow(NotFound);
});
