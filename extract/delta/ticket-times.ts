import { sql } from 'kysely';
import type pg from 'pg';
import { ItopError } from '../../itop/errors.ts';
import { localTimeOf } from '../../itop/local-time.ts';
import { selectSince } from '../../itop/oql.ts';
import { givenRows, warehouse } from '../../platform/warehouse.ts';
import type { RestReader } from '../reader/rest-reader.ts';
import type { Watermark } from './watermarks.ts';

/** More tickets than this are not read just to learn the latest time of one. */
const fewTickets = 5_000;

const hourMs = 3_600_000;

/** A ticket and when it changed last, on iTop's own clock. */
export interface MovedTicket {
  readonly finalClass: string;
  readonly id: number;
  readonly lastUpdate: string;
}

/**
 * The latest `last_update` of a ticket, on iTop's own clock: what a run that begins now has before it. Where no ticket moved
 * for a day it is yesterday's time. Undefined where the account sees no tickets.
 */
export async function latestTicketTime(reader: RestReader, timezone: string): Promise<Watermark | undefined> {
  let since = '';
  try {
    for (let hours = 25; hours >= 1; hours /= 2) {
      since = localTimeOf(new Date(reader.now().getTime() - hours * hourMs), timezone);
      if ((await reader.count('Ticket', selectSince('Ticket', 'last_update', since))) <= fewTickets) break;
    }
    return latestOf(await ticketsSince(reader, since), watermarkAt(since));
  } catch (error) {
    if (!(error instanceof ItopError) || error.remedy !== 'continue') throw error;
    return undefined;
  }
}

/** The latest time of these tickets. Where there are none, because those that moved last were deleted, it stays as it was before. */
export function latestOf(tickets: readonly MovedTicket[], before: Watermark): Watermark {
  const latest = tickets.reduce((time, { lastUpdate }) => (lastUpdate > time ? lastUpdate : time), '');
  return latest === '' ? before : watermarkAt(latest);
}

function watermarkAt(value: string): Watermark {
  return { channel: 'last_update', className: 'Ticket', value };
}

/** Every ticket that moved at or after a local time of iTop. */
export async function ticketsSince(reader: RestReader, since: string): Promise<MovedTicket[]> {
  const tickets: MovedTicket[] = [];
  const oql = selectSince('Ticket', 'last_update', since);
  await reader.read({ className: 'Ticket', oql, outputFields: ['last_update'] }, (object) => {
    const lastUpdate = String(object.fields.last_update ?? '');
    tickets.push({ finalClass: object.finalClass, id: object.id, lastUpdate });
    return undefined;
  });
  return tickets;
}

/**
 * The tickets without those that raw holds with the same time, and that were read when iTop's clock was past it: no change of the
 * same second came after. That the clock was past it shows a watermark noted before the ticket was read. After a mass import these
 * are all tickets of the last hour.
 */
export async function withoutReadOnes(pool: pg.Pool, tickets: readonly MovedTicket[]): Promise<MovedTicket[]> {
  const given = tickets.map(({ finalClass, id, lastUpdate }, place) => ({
    place,
    source_key: `Ticket::${id}`,
    final_class: finalClass,
    last_update: lastUpdate,
  }));
  const types = { place: 'integer', source_key: 'text', final_class: 'text', last_update: 'text' };
  const rows = await warehouse(pool)
    .selectFrom(givenRows('n', types, given))
    .innerJoin('raw.head as h', (join) => join.onRef('h.source_key', '=', 'n.source_key').on('h.op', '=', 'upsert'))
    .innerJoin('raw.object as o', (join) =>
      join
        .onRef('o.root_class', '=', 'h.root_class')
        .onRef('o.version_id', '=', 'h.version_id')
        .onRef('o.final_class', '=', 'n.final_class'),
    )
    .select('n.place')
    .where(sql`o.payload ->> 'last_update'`, '=', sql.ref('n.last_update'))
    .where('h.seen_at', '>=', (row) =>
      row
        .selectFrom('ops.watermark as w')
        .select(sql<Date>`min(w.noted_at)`.as('noted_at'))
        .where('w.channel', '=', 'last_update')
        .where('w.class', '=', 'Ticket')
        .whereRef('w.value', '>', 'n.last_update'),
    )
    .execute();
  const read = new Set(rows.map(({ place }) => place));
  return tickets.filter((_ticket, place) => !read.has(place));
}

/** A local time of iTop moved back. Its zone does not matter: the hour that autumn repeats lies within the overlap. */
export function earlier(localTime: string, minutes: number): string {
  const moved = new Date(Date.parse(`${localTime.replace(' ', 'T')}Z`) - minutes * 60_000);
  return moved.toISOString().slice(0, 19).replace('T', ' ');
}
