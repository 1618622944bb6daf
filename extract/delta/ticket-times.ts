import type pg from 'pg';
import { ItopError } from '../../itop/errors.ts';
import { localTimeOf } from '../../itop/local-time.ts';
import { selectSince } from '../../itop/oql.ts';
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
  const { rows } = await pool.query<{ places: number[] }>(
    `select coalesce(array_agg(n.place::integer), '{}') as places
     from unnest($1::text[], $2::text[], $3::text[]) with ordinality as n (source_key, final_class, last_update, place)
     join raw.head h on h.source_key = n.source_key and h.op = 'upsert'
     join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id and o.final_class = n.final_class
     where o.payload ->> 'last_update' = n.last_update
       and h.seen_at >= (
         select min(w.noted_at) from ops.watermark w
         where w.channel = 'last_update' and w.class = 'Ticket' and w.value > n.last_update)`,
    [
      tickets.map(({ id }) => `Ticket::${id}`),
      tickets.map(({ finalClass }) => finalClass),
      tickets.map(({ lastUpdate }) => lastUpdate),
    ],
  );
  const read = new Set(rows[0]?.places);
  return tickets.filter((_ticket, index) => !read.has(index + 1));
}

/** A local time of iTop moved back. Its zone does not matter: the hour that autumn repeats lies within the overlap. */
export function earlier(localTime: string, minutes: number): string {
  const moved = new Date(Date.parse(`${localTime.replace(' ', 'T')}Z`) - minutes * 60_000);
  return moved.toISOString().slice(0, 19).replace('T', ' ');
}
