import type { Call } from './call.ts';
import { NotFound } from './errors.ts';
import { type Sender, sendCall } from './send-call.ts';

/** One page of a list that is read by page number. */
export interface NumberedPage<T> {
  readonly items: readonly T[];
  readonly hasMore: boolean;
}

/** The pages of such a list; none where the kind is not set up any more. */
export async function* numberedPages<T>(
  sender: Sender,
  list: (page: number) => Call<NumberedPage<T>>,
): AsyncGenerator<readonly T[]> {
  for (let page = 1; ; page += 1) {
    try {
      const { value } = await sendCall(sender, list(page));
      yield value.items;
      if (!value.hasMore) return;
    } catch (error) {
      if (error instanceof NotFound) return;
      throw error;
    }
  }
}
