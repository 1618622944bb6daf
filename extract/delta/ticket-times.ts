import { ItopError } from '../../itop/errors.ts';
import { localTimeOf } from '../../itop/local-time.ts';
import { selectSince } from '../../itop/oql.ts';
import type { RestReader } from '../reader/rest-reader.ts';
import type { Watermark } from './watermarks.ts';

/** More tickets than this are not read just to learn the latest time of one. */
const fewTickets = 5_000;

const hourMs = 3_600_000;

/**
 * The latest `last_update` of a ticket, on iTop's own clock: what a run that begins now has before it. Where no ticket moved
 * for a day it is yesterday's time by the clock here, which may differ from iTop's by less than that. Undefined where the
 * account sees no tickets.
 */
export async function latestTicketTime(reader: RestReader, timezone: string): Promise<Watermark | undefined> {
  let since = '';
  try {
    for (let hours = 25; hours >= 1; hours /= 2) {
      since = localTimeOf(new Date(Date.now() - hours * hourMs), timezone);
      if ((await reader.count('Ticket', selectSince('Ticket', 'last_update', since))) <= fewTickets) break;
    }
    return watermarkAt(await latestSince(reader, since));
  } catch (error) {
    if (!(error instanceof ItopError) || error.remedy !== 'continue') throw error;
    return undefined;
  }
}

async function latestSince(reader: RestReader, since: string): Promise<string> {
  let latest = since;
  await readTicketsSince(reader, since, (_class, _id, time) => {
    if (time > latest) latest = time;
  });
  return latest;
}

export function watermarkAt(value: string): Watermark {
  return { channel: 'last_update', className: 'Ticket', value };
}

/** Class, id and time of every ticket that moved at or after a local time of iTop. */
export async function readTicketsSince(
  reader: RestReader,
  since: string,
  take: (finalClass: string, id: number, time: string) => void,
): Promise<void> {
  const oql = selectSince('Ticket', 'last_update', since);
  await reader.read({ className: 'Ticket', oql, outputFields: ['last_update'] }, (object) => {
    take(object.finalClass, object.id, String(object.fields.last_update ?? ''));
    return undefined;
  });
}

/** A local time of iTop moved back. Its zone does not matter: the hour that autumn repeats lies within the overlap. */
export function earlier(localTime: string, minutes: number): string {
  const moved = new Date(Date.parse(`${localTime.replace(' ', 'T')}Z`) - minutes * 60_000);
  return moved.toISOString().slice(0, 19).replace('T', ' ');
}
