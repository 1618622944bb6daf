import type { Call } from './call.ts';
import { NotFound } from './errors.ts';
import { type Sender, sendCall } from './send-call.ts';

/** One page of a list that is read by page number. */
export interface NumberedPage<T> {
  readonly items: readonly T[];
  readonly hasMore: boolean;
}

type NumberedList<T> = (page: number) => Call<NumberedPage<T>>;

/** The pages of such a list, one after the other. */
export async function* numberedPages<T>(sender: Sender, list: NumberedList<T>): AsyncGenerator<readonly T[]> {
  for (let page = 1; ; page += 1) {
    const { value } = await sendCall(sender, list(page));
    yield value.items;
    if (!value.hasMore) return;
  }
}

/** The pages of such a list; none where its kind is not set up any more. A later page that is missing is no end of the list. */
export async function* numberedPagesIfAny<T>(sender: Sender, list: NumberedList<T>): AsyncGenerator<readonly T[]> {
  let hasAny = false;
  try {
    for await (const items of numberedPages(sender, list)) {
      hasAny = true;
      yield items;
    }
  } catch (error) {
    if (hasAny || !(error instanceof NotFound)) throw error;
  }
}

/** All items of such a list, which is short. */
export async function allItems<T>(sender: Sender, list: NumberedList<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const items of numberedPages(sender, list)) all.push(...items);
  return all;
}
