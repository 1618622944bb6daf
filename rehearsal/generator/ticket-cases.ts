import { DELETED_ACCOUNTS, GATEWAY_ACCOUNT } from './accounts.ts';
import { AGENT_WHO_LEFT, AGENT_WITHOUT_EMAIL, personName } from './contacts.ts';
import { localTime } from './local-time.ts';
import { organizationId } from './organizations.ts';
import {
  bodyCase,
  callerCase,
  callFrom,
  converse,
  entry,
  HOUR,
  longThread,
  mail,
  portalWriter,
  reset,
  statusCase,
  type TicketCase,
} from './ticket-case-builders.ts';
import { accountAuthor, ticketId } from './ticket-plan.ts';

/** The hard cases; the case at a place belongs to the ticket of that index. */
export const TICKET_CASES: readonly TicketCase[] = [
  {
    name: 'caller and agent in turn through the portal',
    script(plan, people) {
      reset(plan, people, 'caller', 'closed');
      const caller = accountAuthor(people, people.special('caller'));
      const agent = accountAuthor(people, people.agent(0));
      converse(plan, [agent, caller, agent, caller]);
      plan.entries.push(
        entry('private', plan.startAt + 5 * HOUR, agent),
        entry('public', plan.startAt + 5 * HOUR, agent),
      );
    },
  },
  portalWriter('a colleague who is linked answers', 'colleague', 'manual'),
  portalWriter('a colleague who is not linked answers', 'secondColleague'),
  portalWriter('a colleague linked as do_not_notify answers', 'colleague', 'do_not_notify'),
  portalWriter('a linked portal user of another organization answers', 'linkedOutsider', 'manual'),
  portalWriter('a portal user of another organization answers, not linked', 'outsider'),
  callerCase('a portal power user calls', 'powerUser'),
  callerCase('a portal user with REST access calls', 'restUser'),
  callerCase('the caller’s account was disabled later', 'disabledUser'),
  {
    name: 'mail replies with user_id 0 in every spelling of the caller',
    script(plan, people) {
      reset(plan, people, 'mailWriter');
      const spellings = ['Jean-Luc Mc Gregor', 'JEAN-LUC MC GREGOR', '  Jean-Luc   mc gregor ', 'Mc Gregor, Jean-Luc'];
      const more = [
        'Jean-Luc Mc Gregor <jl.mcgregor@helvetia.example>',
        'jl.mcgregor@helvetia.example',
        'MAILER-DAEMON',
        '',
      ];
      converse(
        plan,
        [...spellings, ...more].map((name) => mail(name, 0)),
      );
    },
  },
  {
    name: 'mail replies with user_id null, one in an agent’s name',
    script(plan, people) {
      reset(plan, people, 'mailWriter');
      plan.links.push({ contactId: people.special('colleague').id, roleCode: 'manual', role: 'copie' });
      const names = [
        'jean-luc mc gregor',
        personName(people.agent(0)),
        personName(people.special('colleague')),
        'MAILER-DAEMON',
        '',
      ];
      converse(
        plan,
        names.map((name) => mail(name, null)),
      );
    },
  },
  {
    name: 'entries by deleted accounts',
    script(plan, people) {
      reset(plan, people, 'caller', 'closed');
      converse(
        plan,
        DELETED_ACCOUNTS.map((id) => ({ name: 'Gone Agent', userId: String(id) })),
      );
      plan.entries.push(
        entry('private', plan.startAt + 4 * HOUR, { name: 'Gone Agent', userId: String(DELETED_ACCOUNTS[0]) }),
      );
      plan.entries.push(
        entry('public', plan.startAt + 5 * HOUR, {
          name: personName(people.special('caller')),
          userId: String(DELETED_ACCOUNTS[0]),
        }),
      );
    },
  },
  {
    name: 'entries by an account without person',
    script(plan, people) {
      reset(plan, people, 'caller');
      const gateway = { name: GATEWAY_ACCOUNT.login, userId: String(GATEWAY_ACCOUNT.id) };
      converse(plan, [gateway, accountAuthor(people, people.special('caller'))]);
      plan.entries.push(entry('private', plan.startAt + 3 * HOUR, gateway));
    },
  },
  {
    name: 'equal seconds, public and private, caller and agent',
    script(plan, people) {
      reset(plan, people, 'caller');
      const caller = accountAuthor(people, people.special('caller'));
      const agent = accountAuthor(people, people.agent(0));
      const at = plan.startAt + HOUR;
      plan.entries.push(
        entry('public', at, caller),
        entry('private', at, agent),
        entry('public', at, agent),
        entry('public', at, caller),
      );
      plan.entries.push(entry('public', at + 2, agent), entry('private', at + 1, agent));
    },
  },
  {
    name: 'an entry in the very second of the start',
    script(plan, people) {
      reset(plan, people, 'caller', 'closed');
      plan.entries.push(entry('public', plan.startAt, accountAuthor(people, people.agent(0))));
      plan.resolvedAt = plan.startAt;
      plan.closedAt = plan.startAt;
    },
  },
  {
    name: 'entries older than start_date',
    script(plan, people) {
      reset(plan, people, 'caller', 'closed');
      const agent = accountAuthor(people, people.agent(0));
      plan.entries.push(
        entry('public', plan.startAt - 90 * 24 * HOUR, accountAuthor(people, people.special('caller'))),
      );
      plan.entries.push(entry('private', plan.startAt - 24 * HOUR, agent), entry('public', plan.startAt + HOUR, agent));
    },
  },
  {
    name: 'entries out of date order',
    script(plan, people) {
      reset(plan, people, 'caller');
      const agent = accountAuthor(people, people.agent(0));
      for (const hours of [5, 2, 9, 1]) plan.entries.push(entry('public', plan.startAt + hours * HOUR, agent));
    },
  },
  {
    name: 'the autumn hour repeats (Europe/Paris)',
    script(plan, people) {
      reset(plan, people, 'caller');
      plan.startAt = localTime('2023-10-29 01:40:00');
      const authors = [accountAuthor(people, people.special('caller')), accountAuthor(people, people.agent(0))];
      for (const [place, time] of ['02:10:00', '02:50:00', '02:05:00', '02:55:00'].entries()) {
        plan.entries.push(entry('public', localTime(`2023-10-29 ${time}`), authors[place % 2] ?? mail('', 0)));
      }
      plan.entries.push(entry('private', localTime('2023-10-29 02:30:00'), accountAuthor(people, people.agent(0))));
    },
  },
  {
    name: 'a start in the spring gap (Europe/Paris)',
    script(plan, people) {
      reset(plan, people, 'caller');
      plan.startAt = localTime('2024-03-31 02:28:00');
      plan.entries.push(entry('public', localTime('2024-03-31 03:40:00'), accountAuthor(people, people.agent(0))));
    },
  },
  bodyCase('an empty entry', 'empty'),
  {
    name: 'text before the first header of a log',
    script(plan, people) {
      reset(plan, people, 'caller', 'closed');
      plan.entries.push(entry('public', null, mail('', 0), 'text-markup'));
      converse(plan, [accountAuthor(people, people.agent(0))]);
    },
  },
  {
    name: 'logs that hold nothing but text without header',
    script(plan, people) {
      reset(plan, people, 'caller', 'closed');
      plan.entries.push(
        entry('public', null, mail('', 0), 'text-markup'),
        entry('private', null, mail('', 0), 'text-markup'),
      );
    },
  },
  callerCase('no caller', undefined),
  callerCase('caller without e-mail', 'withoutEmail'),
  callerCase('caller with half an address', 'halfAddress'),
  callerCase('caller whose address is none', 'noAddress'),
  callerCase('shared mailbox, first', 'sharedA'),
  callerCase('shared mailbox, other case', 'sharedB'),
  callerCase('shared mailbox, upper case, with account', 'sharedC'),
  callerCase('shared mailbox, leading blank, inactive', 'sharedD'),
  callerCase('mixed-case address', 'mixedCase'),
  callerCase('inactive caller', 'inactive'),
  callerCase('caller without first name', 'withoutFirstName'),
  callerCase('caller named by punctuation', 'punctuation'),
  callerCase('caller named by addresses', 'addressAsName'),
  callerCase('two callers of one name, first', 'sameNameA'),
  callerCase('two callers of one name, second', 'sameNameB'),
  callerCase('caller with right-to-left name', 'rightToLeft'),
  callerCase('caller with markup and a formula as name', 'markup'),
  callerCase('caller of an inactive organization', 'inactiveOrg'),
  {
    name: 'an agent as caller, answered by himself',
    script(plan, people) {
      reset(plan, people, undefined, 'resolved');
      callFrom(plan, people.agent(0));
      converse(plan, [accountAuthor(people, people.agent(0)), accountAuthor(people, people.agent(1))]);
    },
  },
  {
    name: 'an agent without e-mail',
    script(plan, people) {
      reset(plan, people, 'caller');
      plan.agent = AGENT_WITHOUT_EMAIL;
      converse(plan, [accountAuthor(people, people.agent(AGENT_WITHOUT_EMAIL))]);
      plan.entries.push(
        entry('private', plan.startAt + 2 * HOUR, accountAuthor(people, people.agent(AGENT_WITHOUT_EMAIL))),
      );
    },
  },
  {
    name: 'an agent who left',
    script(plan, people) {
      reset(plan, people, 'caller', 'closed');
      plan.agent = AGENT_WHO_LEFT;
      converse(plan, [accountAuthor(people, people.agent(AGENT_WHO_LEFT))]);
    },
  },
  bodyCase('45 kB bodies', 'long'),
  bodyCase('script tags', 'script'),
  bodyCase('style', 'style'),
  bodyCase('nested tables', 'nested-table'),
  bodyCase('a data: image', 'data-image'),
  bodyCase('mentions', 'mention'),
  bodyCase('right-to-left text', 'right-to-left'),
  bodyCase('emoji', 'emoji'),
  bodyCase('NUL in a text', 'nul'),
  bodyCase('CRLF line ends', 'crlf'),
  bodyCase('text with markup', 'text-markup'),
  bodyCase('a body that imitates a log header', 'imitated-header'),
  ...(
    [
      'new',
      'waiting_for_approval',
      'approved',
      'rejected',
      'assigned',
      'pending',
      'escalated_tto',
      'escalated_ttr',
      'resolved',
      'closed',
    ] as const
  ).map(statusCase),
  {
    name: 'reopened: keeps the solution',
    script(plan, people) {
      reset(plan, people, 'caller');
      plan.solution = 'plain';
      plan.resolutionCode = 'software patch';
      plan.resolvedAt = plan.startAt + 3 * HOUR;
      converse(plan, [accountAuthor(people, people.agent(0)), accountAuthor(people, people.special('caller'))]);
      plan.entries.push(entry('public', plan.startAt + 6 * HOUR, accountAuthor(people, people.special('caller'))));
    },
  },
  {
    name: 'closed, was pending before',
    script(plan, people) {
      reset(plan, people, 'caller', 'closed');
      plan.pendingAt = plan.startAt + 2 * HOUR;
      plan.pendingReason = 'Warten auf Lieferanten';
      converse(plan, [accountAuthor(people, people.agent(0))]);
    },
  },
  {
    name: 'parent of the next two',
    script(plan, people) {
      reset(plan, people, 'caller');
    },
  },
  ...[1, 2].map(
    (after): TicketCase => ({
      name: `child ${after} of a request`,
      script(plan, people) {
        reset(plan, people, 'colleague');
        plan.parentRequestId = ticketId(plan.index - after);
      },
    }),
  ),
  {
    name: 'linked contacts of every role, a team among them',
    script(plan, people) {
      reset(plan, people, 'caller');
      const link = (contactId: number, roleCode: 'manual' | 'computed' | 'do_not_notify', role = '') => ({
        contactId,
        roleCode,
        role,
      });
      plan.links = [
        link(2, 'manual', 'Team in copy'),
        link(3, 'computed'),
        link(people.special('colleague').id, 'manual', 'copie'),
        link(people.special('outsider').id, 'computed'),
        link(people.special('secondColleague').id, 'do_not_notify'),
        link(people.agent(2).id, 'manual', 'expert'),
      ];
      converse(plan, [accountAuthor(people, people.special('colleague'))]);
    },
  },
  {
    name: 'organization of the ticket is not the caller’s',
    script(plan, people) {
      reset(plan, people, 'caller');
      plan.orgId = organizationId(2);
      converse(plan, [accountAuthor(people, people.special('caller'))]);
    },
  },
  {
    name: 'title with control characters, markup and a formula',
    script(plan, people) {
      reset(plan, people, 'caller');
      plan.title = '=1+1 <img src=x>\tTab\u0007 « é » 🔥';
    },
  },
  {
    name: 'a title as long as iTop allows',
    script(plan, people) {
      reset(plan, people, 'caller');
      plan.title = 'Ä'.repeat(255);
    },
  },
  ...[44, 48].map(
    (count): TicketCase => ({
      name: `${count} entries`,
      script(plan, people) {
        reset(plan, people, 'caller', 'closed');
        longThread(plan, people, count, 0);
      },
    }),
  ),
  {
    name: '300 public and 260 private entries',
    script(plan, people) {
      reset(plan, people, 'caller');
      longThread(plan, people, 300, 260);
    },
  },
];
