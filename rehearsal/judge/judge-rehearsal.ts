import { compareArticles } from './compare-articles.ts';
import { compareCollections } from './compare-collections.ts';
import { compareCompanies } from './compare-companies.ts';
import { compareContacts } from './compare-contacts.ts';
import { compareTicket, type TicketRules } from './compare-ticket.ts';
import { ConversationSpool } from './conversation-spool.ts';
import { readDecisions, type Scope, scopeOf } from './decisions.ts';
import { expectOrganizationAttributes, expectPersonAttributes } from './expected-attributes.ts';
import { ExpectedAuthors } from './expected-authors.ts';
import { expectCompanies } from './expected-companies.ts';
import { expectContacts } from './expected-contacts.ts';
import { expectHelpCenter } from './expected-help-center.ts';
import { type Finding, Findings } from './findings.ts';
import { conversationOf, readWorkspace } from './intercom-dump.ts';
import { readDirectory, readTickets, type Ticket } from './itop-objects.ts';
import { LocalClock } from './local-clock.ts';
import { countCustomerNotifications } from './notification-ledger.ts';
import { type Count, Tally } from './tally.ts';
import { readScope } from './ticket-scope.ts';
import { surveyTickets } from './ticket-survey.ts';
import { readBehaviour } from './workspace-behaviour.ts';

export interface JudgeRequest {
  readonly itopControlUrl: string;
  readonly intercomControlUrl: string;
  /** Zone of iTop's dates, an IANA name. */
  readonly timezone: string;
  /** Until when pending tickets must sleep, as a date; not checked when absent. */
  readonly snoozedUntil?: string;
  /** Id of the teammate who stands in for authors without one; the token's owner when absent. */
  readonly fallbackTeammateId?: string;
  /** File of the decisions; what holds without decisions where it is absent or no such file is there. */
  readonly mappingFile?: string;
  /** Wins over the scope of the mapping, as far as it says something. */
  readonly scope?: Scope;
}

export interface Judgement {
  readonly counts: readonly Count[];
  /**
   * What it does not compare: objects in Intercom by the type that the dump gives them, and values of contacts and companies
   * that only the pipeline's own reading could say (dates, decimals, sets).
   */
  readonly notCompared: Readonly<Record<string, number>>;
  /** At most 50 of each check. */
  readonly findings: readonly Finding[];
  /** All findings, also those left out above. */
  readonly findingTotal: number;
  readonly ledger: { readonly customerNotifications: number };
  readonly isGreen: boolean;
}

/**
 * Compares what the Intercom simulator holds with what the iTop simulator holds, by the rules alone: it shares no code
 * with the pipeline and asks nobody but the two simulators. Memory grows with people and with the number of tickets,
 * not with their texts. Throws when a dump cannot be read.
 */
export async function judgeRehearsal(request: JudgeRequest): Promise<Judgement> {
  const findings = new Findings();
  const tally = new Tally();
  let notCompared: Judgement['notCompared'] = {};
  const spool = await ConversationSpool.create();
  try {
    const directory = await readDirectory(request.itopControlUrl);
    const decisions = await readDecisions(request.mappingFile);
    const isInScope = await readScope(request.itopControlUrl, scopeOf(decisions, request.scope));
    const survey = await surveyTickets(request.itopControlUrl, directory, isInScope);
    const contacts = expectContacts(directory, survey);
    const behaviour = await readBehaviour(request.intercomControlUrl);
    const workspace = await readWorkspace(request.intercomControlUrl, spool, directory.ticketClasses);
    notCompared = workspace.notCompared;
    for (const id of workspace.unmarkedConversations) addUnexpected(findings, tally, '', id, 'no marker of a ticket');
    const ofOrganizations = await expectOrganizationAttributes(request.itopControlUrl, decisions);
    const companies = expectCompanies(directory.organizations);
    const companyIds = compareCompanies(companies, workspace.companies, ofOrganizations, findings, tally);
    const ofPersons = await expectPersonAttributes(request.itopControlUrl, decisions);
    const contactIds = compareContacts(contacts.contacts, workspace.contacts, ofPersons, companyIds, findings, tally);
    const { collections, articles } = await expectHelpCenter(request.itopControlUrl);
    const collectionIds = compareCollections(collections, workspace.collections, findings, tally);
    compareArticles(articles, workspace.articles, collectionIds, findings, tally);
    const rules: TicketRules = {
      directory,
      authors: new ExpectedAuthors(directory, contacts, workspace.teammates, behaviour),
      clock: new LocalClock(request.timezone),
      ids: {
        contacts: contactIds,
        companies: companyIds,
        fallbackTeammate: request.fallbackTeammateId ?? workspace.tokenOwner,
      },
      snoozedUntil: request.snoozedUntil === undefined ? undefined : Date.parse(request.snoozedUntil) / 1000,
      behaviour,
      areServicesTags: decisions.areServicesTags,
    };
    for await (const ticket of readTickets(request.itopControlUrl, directory)) {
      // A conversation of one that the scope leaves out is left in the spool, as that of a ticket that nobody knows.
      if (survey.leftOut.has(ticket.id)) continue;
      await judgeTicket(ticket, spool, rules, findings, tally);
    }
    for (const id of spool.left()) {
      for (const line of await spool.take(id))
        addUnexpected(
          findings,
          tally,
          `Ticket::${id}`,
          conversationOf(JSON.parse(line)).id,
          survey.leftOut.has(id) ? 'the scope leaves the ticket out' : 'no such ticket in iTop',
        );
    }
  } finally {
    await spool.close();
  }
  const customerNotifications = await countCustomerNotifications(request.intercomControlUrl);
  return {
    counts: tally.counts(),
    notCompared: { ...notCompared, ...tally.notCompared() },
    findings: findings.kept,
    findingTotal: findings.total,
    ledger: { customerNotifications },
    isGreen: findings.total === 0 && customerNotifications === 0,
  };
}

async function judgeTicket(
  ticket: Ticket,
  spool: ConversationSpool,
  rules: TicketRules,
  findings: Findings,
  tally: Tally,
): Promise<void> {
  tally.add('conversations', 'expected');
  const [first, ...others] = (await spool.take(ticket.id)).map((line) => conversationOf(JSON.parse(line)));
  if (first === undefined) {
    const finding = { check: 'missing conversation', sourceKey: ticket.key, field: 'conversation' };
    findings.add({ ...finding, expected: 'one conversation', actual: 'none' });
    return;
  }
  tally.add('conversations', 'found');
  compareTicket(ticket, first, rules, findings, tally);
  for (const other of others) addUnexpected(findings, tally, ticket.key, other.id, `a second one beside ${first.id}`);
}

function addUnexpected(findings: Findings, tally: Tally, sourceKey: string, id: string, actual: string): void {
  tally.add('conversations', 'found');
  const finding = { check: 'unexpected conversation', sourceKey, targetId: id, field: 'conversation' };
  findings.add({ ...finding, expected: 'no such conversation', actual });
}
