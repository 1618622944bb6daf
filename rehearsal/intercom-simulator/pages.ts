import { parameterInvalid } from './api-error.ts';
import type { Call } from './call.ts';
import { fieldsOf, textField, wholeNumberField } from './request-fields.ts';

export interface PageRequest {
  readonly perPage: number;
  readonly startingAfter: string | undefined;
}

export interface Bounds {
  readonly usual: number;
  readonly most: number;
}

export function pageFromQuery(call: Call, bounds: Bounds): PageRequest {
  const perPage = numberIn(call.query.get('per_page'), 'per_page', bounds.usual);
  checkPerPage(perPage, bounds);
  return { perPage, startingAfter: call.query.get('starting_after') ?? undefined };
}

export function pageFromBody(pagination: unknown, bounds: Bounds): PageRequest {
  if (pagination === undefined || pagination === null) return { perPage: bounds.usual, startingAfter: undefined };
  const fields = fieldsOf(pagination, ['per_page', 'starting_after', 'page'], 'pagination');
  const perPage = wholeNumberField(fields, 'per_page') ?? bounds.usual;
  checkPerPage(perPage, bounds);
  return { perPage, startingAfter: textField(fields, 'starting_after') };
}

/** One page of a list, behind the object whose id the cursor names. `pages.next` is absent on the last one. */
export function cursorPage<T extends { readonly id: string }>(all: readonly T[], request: PageRequest) {
  let from = 0;
  if (request.startingAfter !== undefined) {
    const wanted = Buffer.from(request.startingAfter, 'base64url').toString();
    const place = all.findIndex((item) => item.id === wanted);
    if (place === -1) throw parameterInvalid('starting_after is no cursor of this list');
    from = place + 1;
  }
  const items = all.slice(from, from + request.perPage);
  const last = items.at(-1);
  const hasMore = last !== undefined && from + items.length < all.length;
  const next = hasMore
    ? { next: { per_page: request.perPage, starting_after: Buffer.from(last.id).toString('base64url') } }
    : {};
  const pages = {
    type: 'pages',
    ...next,
    page: Math.floor(from / request.perPage) + 1,
    per_page: request.perPage,
    total_pages: Math.ceil(all.length / request.perPage),
  };
  return { items, pages, total: all.length };
}

/** One page of a list by its number, as companies and deleted conversations have it. `next` is an address or null. */
export function numberedPage<T>(all: readonly T[], call: Call, bounds: Bounds) {
  const perPage = numberIn(call.query.get('per_page'), 'per_page', bounds.usual);
  checkPerPage(perPage, bounds);
  const page = numberIn(call.query.get('page'), 'page', 1);
  const totalPages = Math.ceil(all.length / perPage);
  const next = page < totalPages ? `?per_page=${perPage}&page=${page + 1}` : null;
  return {
    items: all.slice((page - 1) * perPage, page * perPage),
    pages: { type: 'pages', next, page, per_page: perPage, total_pages: totalPages },
    total: all.length,
  };
}

function checkPerPage(perPage: number, { most }: Bounds): void {
  if (perPage < 1 || perPage > most) throw parameterInvalid(`per_page must be between 1 and ${most}`);
}

function numberIn(text: string | null, name: string, otherwise: number): number {
  if (text === null) return otherwise;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw parameterInvalid(`${name} must be a whole number above 0`);
  return number;
}
