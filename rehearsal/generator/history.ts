import { attachmentCount, openedBy, planAttachment } from './attachments.ts';
import { formatLocalTime, type LocalTime } from './local-time.ts';
import { otherTicketClass } from './other-tickets.ts';
import { countedClass, type StoredClass, type StoredFields } from './stored-class.ts';
import { type TicketPlan, ticketId, ticketIndex } from './ticket-plan.ts';
import type { TicketPlanner } from './ticket-planner.ts';

/** History rows of all kinds share one id sequence: those of a ticket have ids made from its own. */
const ROWS_PER_TICKET = 64;
/** Beside the row of the creation, one row for each log entry; a longer thread's other rows were purged. */
const MOST_ENTRIES = 60;
/** Rows of attachments come behind those of the tickets. */
const attachmentRowId = (requests: number, attachment: number) =>
  (ticketId(requests - 1) + 2) * ROWS_PER_TICKET + attachment;

/** Who changed which ticket and when: creations, log entries, files that came with a form. */
export function historyClasses(planner: TicketPlanner, requests: number): StoredClass[] {
  const last = ticketId(requests - 1);
  const end = (last + 1) * ROWS_PER_TICKET;
  const plans = new RecentPlan(planner, last);

  const ofTickets = (
    name: string,
    has: (plan: TicketPlan, row: number) => boolean,
    read: (plan: TicketPlan, row: number) => StoredFields,
  ): StoredClass => {
    let known: readonly number[] | undefined;
    /** Which rows exist is looked up once: counting them again and again would make every plan again. */
    const rowIds = (): readonly number[] => {
      known ??= idsOfRows();
      return known;
    };
    const idsOfRows = (): number[] => {
      const ids: number[] = [];
      for (let ticket = 1; ticket <= last; ticket++) {
        const plan = plans.of(ticket);
        if (plan === undefined) continue;
        for (let row = 0; row < ROWS_PER_TICKET; row++) if (has(plan, row)) ids.push(ticket * ROWS_PER_TICKET + row);
      }
      return ids;
    };
    const placeOf = (id: number): number => {
      const ids = rowIds();
      let [low, high] = [0, ids.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((ids[middle] ?? 0) < id) low = middle + 1;
        else high = middle;
      }
      return low;
    };
    return {
      name,
      has: (id) => rowIds()[placeOf(id)] === id,
      idBound: end,
      idsAbout: (ticket) => ({ from: ticket * ROWS_PER_TICKET, to: (ticket + 1) * ROWS_PER_TICKET }),
      ids: (from, to) => rowIds().slice(placeOf(from), placeOf(to)),
      read(id) {
        const plan = plans.of(Math.floor(id / ROWS_PER_TICKET));
        if (plan === undefined) throw new Error(`${name}::${id} does not exist in the generated iTop`);
        return read(plan, id % ROWS_PER_TICKET);
      },
    };
  };

  const operation = (plan: TicketPlan, row: number, at: LocalTime, userId: string, userinfo: string): StoredFields => ({
    change: String(plan.id * ROWS_PER_TICKET + row),
    date: formatLocalTime(at),
    userinfo,
    user_id: userId,
    objclass: otherTicketClass(plan.id) ?? 'UserRequest',
    objkey: String(plan.id),
  });

  return [
    ofTickets(
      'CMDBChangeOpCreate',
      (_plan, row) => row === 0,
      (plan, row) => operation(plan, row, plan.startAt, openedBy(planner, plan), 'portal'),
    ),
    ofTickets(
      'CMDBChangeOpSetAttributeCaseLog',
      (plan, row) =>
        row >= 1 && row <= Math.min(MOST_ENTRIES, plan.entries.length) && plan.entries[row - 1]?.at !== null,
      (plan, row) => {
        const entry = plan.entries[row - 1];
        const before = plan.entries.slice(0, row - 1).filter((other) => other.log === entry?.log).length;
        const userId = typeof entry?.author.userId === 'string' ? entry.author.userId : '0';
        return {
          ...operation(plan, row, entry?.at ?? plan.startAt, userId, entry?.author.name ?? ''),
          attcode: `${entry?.log ?? 'public'}_log`,
          lastentry: String(before),
        };
      },
    ),
    attachmentRows(planner, requests),
    countedClass('CMDBChangeOpDelete', 1, () => ({
      change: '1',
      date: '2022-05-01 09:00:00',
      userinfo: 'bye',
      user_id: '1',
      objclass: 'User',
      objkey: '19',
      fclass: 'UserLocal',
      fname: 'ghost.a',
    })),
  ];
}

/** Files submitted with a log entry in one form: both rows share one change. */
function attachmentRows(planner: TicketPlanner, requests: number): StoredClass {
  const first = attachmentRowId(requests, 0);
  const inForm = (id: number) => {
    const planned = planAttachment(planner, requests, id - first);
    return planned?.formEntry !== undefined && planned.formEntry < MOST_ENTRIES ? planned : undefined;
  };
  return {
    name: 'CMDBChangeOpAttachmentAdded',
    idBound: first + attachmentCount(requests) + 1,
    has: (id) => inForm(id) !== undefined,
    *ids(from, to) {
      const end = Math.min(to, first + attachmentCount(requests) + 1);
      for (let id = Math.max(first, from); id < end; id++) if (inForm(id) !== undefined) yield id;
    },
    read(id): StoredFields {
      const planned = inForm(id);
      if (planned?.formEntry === undefined)
        throw new Error(`CMDBChangeOpAttachmentAdded::${id} does not exist in the generated iTop`);
      return {
        change: String(planned.plan.id * ROWS_PER_TICKET + planned.formEntry + 1),
        date: formatLocalTime(planned.at + 12),
        userinfo: '',
        user_id: planned.userId,
        objclass: 'UserRequest',
        objkey: String(planned.plan.id),
        attachment_id: String(planned.id),
        filename: `file ${planned.id}`,
      };
    },
  };
}

/** The plan asked for last: history is read ticket by ticket. */
class RecentPlan {
  private readonly planner: TicketPlanner;
  private readonly last: number;
  private ticket = -1;
  private plan: TicketPlan | undefined;

  constructor(planner: TicketPlanner, last: number) {
    this.planner = planner;
    this.last = last;
  }

  of(ticket: number): TicketPlan | undefined {
    if (ticket === this.ticket) return this.plan;
    this.ticket = ticket;
    this.plan = this.make(ticket);
    return this.plan;
  }

  private make(ticket: number): TicketPlan | undefined {
    if (ticket < 1 || ticket > this.last) return undefined;
    if (ticketId(ticketIndex(ticket)) === ticket) return this.planner.plan(ticketIndex(ticket));
    const other = otherTicketClass(ticket);
    return other === undefined ? undefined : this.planner.planOther(other, ticket);
  }
}
