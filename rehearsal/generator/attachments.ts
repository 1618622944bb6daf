import { Dice } from './dice.ts';
import { formatLocalTime, type LocalTime } from './local-time.ts';
import { type Blob, blobOf, countedClass, NO_BLOB, type StoredClass, type StoredFields } from './stored-class.ts';
import { accountAuthor, type PlannedEntry, type TicketPlan } from './ticket-plan.ts';
import type { TicketPlanner } from './ticket-planner.ts';

/** The first attachments belong to no ticket: never submitted, owner gone, on a CI, on a change. */
const ORPHANS = 4;
/** A ticket that was deleted; its files stayed. */
const DELETED_TICKET = 4_000_000;

/** A sixth as many attachments as requests, at least 16. */
export function attachmentCount(requests: number): number {
  return Math.max(16, Math.floor(requests / 6));
}

/** Where a file of a request came in. */
export interface PlannedAttachment {
  readonly id: number;
  readonly plan: TicketPlan;
  readonly at: LocalTime;
  /** Account that uploaded it. */
  readonly userId: string;
  /** Place in `plan.entries` of the entry submitted in one form with the file; its history says so. */
  readonly formEntry: number | undefined;
}

/** Position of the request that a file belongs to; the second and third file share a request and a name. */
function requestIndex(id: number, requests: number): number {
  const number = id - ORPHANS === 3 ? 2 : id - ORPHANS;
  return (number * 5 + 2) % requests;
}

export function planAttachment(planner: TicketPlanner, requests: number, id: number): PlannedAttachment | undefined {
  if (id <= ORPHANS || id > attachmentCount(requests)) return undefined;
  const plan = planner.plan(requestIndex(id, requests));
  const written = plan.entries
    .map((entry, place) => ({ entry, place }))
    .filter(({ entry }) => entry.at !== null && typeof entry.author.userId === 'string');
  const chosen = written.length === 0 ? undefined : written[id % written.length];
  const byAccount = (entry: PlannedEntry) => String(entry.author.userId);
  const creator = openedBy(planner, plan);
  if (chosen === undefined || id % 4 === 3) {
    // A form's files are uploaded before it is submitted.
    return { id, plan, at: plan.startAt - 25, userId: creator, formEntry: undefined };
  }
  const at = chosen.entry.at ?? plan.startAt;
  if (id % 4 === 2) return { id, plan, at: at + 7_500, userId: byAccount(chosen.entry), formEntry: undefined };
  if (id % 4 === 1) return { id, plan, at: at - 12, userId: byAccount(chosen.entry), formEntry: chosen.place };
  return { id, plan, at: at + 20, userId: byAccount(chosen.entry), formEntry: undefined };
}

/** The account that opened a ticket: the caller's where it came by the portal, an agent's else. */
export function openedBy(planner: TicketPlanner, plan: TicketPlan): string {
  const { people } = planner;
  const byCaller = plan.caller === undefined ? undefined : accountAuthor(people, plan.caller).userId;
  if (plan.origin === 'portal' && typeof byCaller === 'string') return byCaller;
  return String(accountAuthor(people, people.agent(plan.agent ?? 0)).userId);
}

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

function bytes(seed: number, id: number, size: number): Buffer {
  const dice = new Dice(seed, 'Attachment.contents', id);
  const content = Buffer.alloc(size);
  for (let at = 0; at < size; at += 4)
    content.writeUInt32LE(Math.floor(dice.next() * 4_294_967_296), Math.min(at, size - 4));
  return content;
}

function contents(seed: number, id: number): Blob {
  const number = id - ORPHANS;
  if (number === 2 || number === 3) return blobOf(bytes(seed, id, 2_000), 'application/pdf', 'rapport.pdf');
  if (number === 5) return { ...NO_BLOB, mimetype: 'application/x-empty', filename: 'vide.txt' };
  if (number === 6) return blobOf(bytes(seed, id, 300_000), 'application/octet-stream', 'blob300k.bin');
  if (id % 3 === 0) return blobOf(Buffer.concat([PIXEL, Buffer.from(String(id))]), 'image/png', `écran (${id}).png`);
  if (id % 3 === 1) return blobOf(Buffer.from(`note ${id} é\n`), 'text/plain', `note "${id}" & é.txt`);
  return blobOf(bytes(seed, id, 500 + (id % 40) * 100), 'application/zip', `journal-${id}.zip`);
}

export function attachmentClass(seed: number, planner: TicketPlanner, requests: number): StoredClass {
  return countedClass('Attachment', attachmentCount(requests), (id, withoutTexts) => ({
    ...(planAttachment(planner, requests, id) === undefined ? orphan(id) : ofTicket(planner, requests, id)),
    ...(withoutTexts ? {} : { contents: contents(seed, id) }),
  }));
}

function ofTicket(planner: TicketPlanner, requests: number, id: number): StoredFields {
  const planned = planAttachment(planner, requests, id);
  if (planned === undefined) throw new Error(`Attachment::${id} belongs to no ticket`);
  const contact = contactOf(planner, planned.userId);
  return {
    expire: formatLocalTime(planned.at + 86_400),
    temp_id: '',
    item_class: 'UserRequest',
    item_id: String(planned.plan.id),
    item_org_id: String(planned.plan.orgId),
    creation_date: formatLocalTime(planned.at),
    user_id: planned.userId,
    contact_id: String(contact),
  };
}

function contactOf(planner: TicketPlanner, userId: string): number {
  for (let position = 0; position < planner.people.count; position++) {
    const person = planner.people.at(position);
    if (String(accountAuthor(planner.people, person).userId) === userId) return person.id;
  }
  return 0;
}

function orphan(id: number): StoredFields {
  const owners = [
    ['UserRequest', '0', '7f3ca_65a1c'],
    ['UserRequest', String(DELETED_TICKET), ''],
    ['PC', '1', ''],
    ['RoutineChange', '36', ''],
  ] as const;
  const [item_class, item_id, temp_id] = owners[(id - 1) % owners.length] ?? owners[0];
  return {
    expire: '2024-06-02 10:00:00',
    temp_id,
    item_class,
    item_id,
    item_org_id: '0',
    creation_date: '2024-06-01 10:00:00',
    user_id: '2',
    contact_id: '0',
  };
}
