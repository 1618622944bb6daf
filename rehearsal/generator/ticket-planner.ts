import type { BodyKind } from './bodies.ts';
import type { GeneratedPerson, People } from './contacts.ts';
import { Dice } from './dice.ts';
import { type LocalTime, localTime } from './local-time.ts';
import { SERVICE_COUNT, SUBCATEGORIES_PER_SERVICE, subcategoryId } from './services.ts';
import type { GeneratorSettings } from './settings.ts';
import { TICKET_CASES } from './ticket-cases.ts';
import {
  accountAuthor,
  type LogAuthor,
  type PlannedEntry,
  type TicketPlan,
  type TicketStatus,
  ticketId,
  ticketIndex,
} from './ticket-plan.ts';
import { SUBJECTS } from './words.ts';

const FIRST_DAY = localTime('2022-06-01 00:00:00');
const LAST_DAY = localTime('2025-06-01 00:00:00');

const STATUS_WEIGHTS: readonly (readonly [TicketStatus, number])[] = [
  ['closed', 62],
  ['resolved', 10],
  ['pending', 8],
  ['assigned', 8],
  ['new', 3],
  ['rejected', 2],
  ['escalated_tto', 2],
  ['escalated_ttr', 2],
  ['waiting_for_approval', 2],
  ['approved', 1],
];

const UNASSIGNED: readonly TicketStatus[] = ['new', 'waiting_for_approval', 'approved', 'rejected', 'escalated_tto'];

export class TicketPlanner {
  readonly people: People;
  private readonly settings: GeneratorSettings;

  constructor(settings: GeneratorSettings, people: People) {
    this.settings = settings;
    this.people = people;
  }

  /** The plan of the ticket at an index; the first tickets carry the scripted cases. */
  plan(index: number): TicketPlan {
    const plan = this.ordinary('UserRequest', ticketId(index), index);
    TICKET_CASES[index]?.script(plan, this.people);
    return plan;
  }

  /** The plan of a ticket of another class, which fills a gap between the requests and is of their time. */
  planOther(className: string, id: number): TicketPlan {
    return this.ordinary(className, id, ticketIndex(id - 1));
  }

  private ordinary(className: string, id: number, index: number): TicketPlan {
    const dice = new Dice(this.settings.seed, className, id);
    const caller = dice.chance(0.03) ? undefined : this.people.ordinary(dice);
    const status = dice.weighted(STATUS_WEIGHTS);
    const isUnassigned = UNASSIGNED.includes(status);
    const agent = isUnassigned ? undefined : dice.between(0, this.people.agents - 1);
    const step = (LAST_DAY - FIRST_DAY) / this.settings.tickets;
    const startAt = Math.floor(FIRST_DAY + index * step + dice.next() * Math.min(step, 40_000));
    const service = dice.between(1, SERVICE_COUNT);
    const entries = this.thread(dice, startAt, caller, agent ?? dice.between(0, this.people.agents - 1), index);
    const last = entries.reduce((latest, entry) => Math.max(latest, entry.at ?? 0), startAt);
    const isResolved = status === 'resolved' || status === 'closed';
    const resolvedAt = isResolved ? last + dice.between(60, 20_000) : undefined;
    return {
      id,
      index,
      title: dice.pick(SUBJECTS),
      status,
      orgId: caller?.orgId ?? this.people.ordinary(dice).orgId,
      caller,
      agent,
      approverId: ['waiting_for_approval', 'approved', 'rejected'].includes(status) ? this.people.agent(1).id : 0,
      startAt,
      resolvedAt,
      closedAt: status === 'closed' && resolvedAt !== undefined ? resolvedAt + dice.between(600, 400_000) : undefined,
      pendingAt: status === 'pending' ? last + dice.between(60, 4000) : undefined,
      pendingReason: status === 'pending' ? 'En attente du client\n(2ᵉ relance)' : '',
      solution: isResolved ? 'plain' : undefined,
      resolutionCode: isResolved
        ? dice.pick(['assistance', 'bug fixed', 'hardware repair', 'software patch', 'training', 'other'])
        : 'assistance',
      satisfaction: status === 'closed' ? dice.pick(['1', '2', '3', '4']) : '1',
      userComment: status === 'closed' && dice.chance(0.3) ? 'Parfait, merci' : '',
      description: dice.weighted<BodyKind>([
        ['plain', 80],
        ['list', 10],
        ['quote', 5],
        ['table', 3],
        ['emoji', 2],
      ]),
      origin: dice.pick(['portal', 'mail', 'phone', 'chat', 'in_person']),
      service,
      subcategory: subcategoryId(service, dice.between(0, SUBCATEGORIES_PER_SERVICE - 1)),
      urgency: dice.between(1, 4),
      impact: dice.between(1, 3),
      parentRequestId: 0,
      entries,
      links: dice.chance(0.15)
        ? [{ contactId: this.people.ordinary(dice).id, roleCode: dice.pick(['manual', 'computed'] as const), role: '' }]
        : [],
    };
  }

  /** Caller and agents in turn; a fifth of the caller's answers come by mail, a quarter of the agents' entries are private. */
  private thread(
    dice: Dice,
    startAt: LocalTime,
    caller: GeneratedPerson | undefined,
    agent: number,
    index: number,
  ): PlannedEntry[] {
    const average = this.settings.logEntriesPerTicket;
    const isLong = index % 150 === 149;
    const count = isLong ? dice.between(40, 60) : Math.round(dice.next() * 2 * average);
    const entries: PlannedEntry[] = [];
    let at = startAt;
    for (let place = 0; place < count; place++) {
      at += dice.weighted([
        [0, 2],
        [dice.between(20, 900), 40],
        [dice.between(900, 90_000), 58],
      ]);
      const byCaller = caller !== undefined && place % 2 === 1;
      if (byCaller) {
        entries.push({
          log: 'public',
          at,
          author: this.callerAuthor(dice, caller),
          body: dice.weighted<BodyKind>([
            ['plain', 85],
            ['quote', 10],
            ['emoji', 5],
          ]),
        });
      } else {
        const writer = this.people.agent(dice.chance(0.8) ? agent : dice.between(0, this.people.agents - 1));
        const log = dice.chance(0.25) ? 'private' : 'public';
        entries.push({
          log,
          at,
          author: accountAuthor(this.people, writer),
          body: dice.weighted<BodyKind>([
            ['plain', 85],
            ['list', 10],
            ['crlf', 5],
          ]),
        });
      }
    }
    return entries;
  }

  private callerAuthor(dice: Dice, caller: GeneratedPerson): LogAuthor {
    const author = accountAuthor(this.people, caller);
    if (author.userId !== 0 && dice.chance(0.8)) return author;
    const { name } = author;
    const spelling = dice.pick([
      name,
      name.toUpperCase(),
      `  ${name.replace(' ', '   ')} `,
      `${caller.last}, ${caller.first}`,
    ]);
    return { name: spelling, userId: dice.chance(0.5) ? 0 : null };
  }
}
