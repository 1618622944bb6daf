import { z } from 'zod';
import type { Call } from './call.ts';
import { anyText, id } from './fields.ts';

export interface ContactPage {
  readonly contacts: readonly { readonly id: string; readonly email: string | null; readonly role: string | null }[];
  /** Cursor of the next page; undefined on the last one. */
  readonly startingAfter: string | undefined;
  readonly total: number | null;
}

const list = z.object({
  data: z.array(z.object({ id, email: anyText, role: anyText })),
  total_count: z.number().nullish(),
  pages: z.object({ next: z.object({ starting_after: z.string().nullish() }).nullish() }).nullish(),
});

/** `ListContacts`: 150 at a time; archived ones are shown nowhere. */
export function listContacts(startingAfter?: string): Call<ContactPage> {
  const cursor = startingAfter === undefined ? '' : `&starting_after=${encodeURIComponent(startingAfter)}`;
  return {
    operation: 'ListContacts',
    method: 'GET',
    path: `/contacts?per_page=150${cursor}`,
    effect: 'read',
    read(body) {
      const page = list.parse(body);
      return {
        contacts: page.data.map((one) => ({ id: one.id, email: one.email ?? null, role: one.role ?? null })),
        startingAfter: page.pages?.next?.starting_after ?? undefined,
        total: page.total_count ?? null,
      };
    },
  };
}
