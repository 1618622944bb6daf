import { describeAuthor, isAuthor, type KnownIds } from './compare-author.ts';
import { compareFiles, tooLargeOf } from './compare-files.ts';
import { compareTags } from './compare-tags.ts';
import { compareThread } from './compare-thread.ts';
import type { ExpectedAuthors } from './expected-authors.ts';
import { expectThread } from './expected-thread.ts';
import { expectAttributes, expectState, expectTitle } from './expected-ticket.ts';
import type { Findings } from './findings.ts';
import type { LoadedConversation } from './intercom-objects.ts';
import type { ItopDirectory, Ticket } from './itop-objects.ts';
import type { LocalClock } from './local-clock.ts';
import { matchWords } from './match-words.ts';
import { findLeaks } from './private-words.ts';
import type { Tally } from './tally.ts';
import { visibleHtml, wordsOfHtml, wordsOfText } from './visible-words.ts';
import type { WorkspaceBehaviour } from './workspace-behaviour.ts';

/** Everything a ticket is judged by. */
export interface TicketRules {
  readonly directory: ItopDirectory;
  readonly authors: ExpectedAuthors;
  readonly clock: LocalClock;
  readonly ids: KnownIds;
  /** Unix seconds; undefined where it is not to be checked. */
  readonly snoozedUntil: number | undefined;
  readonly behaviour: WorkspaceBehaviour;
  readonly areServicesTags: boolean;
}

/** The line that ends the opening (T9), in its default wording. */
function markerLine(ticket: Ticket): string {
  return `Imported from iTop ${ticket.text('ref')} (itop${ticket.className}${ticket.id})`;
}

/** Compares a ticket with its conversation. */
export function compareTicket(
  ticket: Ticket,
  conversation: LoadedConversation,
  rules: TicketRules,
  findings: Findings,
  tally: Tally,
): void {
  const { authors, clock, directory, ids } = rules;
  const before = findings.total;
  const expect = (check: string, field: string, expected: string, actual: string) => {
    if (expected !== actual)
      findings.add({ check, sourceKey: ticket.key, targetId: conversation.id, field, expected, actual });
  };
  const thread = expectThread(ticket, authors, clock);
  compareOpening(ticket, conversation, rules, findings);
  expect('conversation time', 'created_at', String(thread.createdAt), String(conversation.createdAt));
  expect('title', 'title', collapse(expectTitle(ticket)), collapse(conversation.title));
  expect('state', 'state', expectState(ticket), conversation.state);
  if (expectState(ticket) === 'snoozed' && rules.snoozedUntil !== undefined)
    expect('state', 'snoozed_until', String(rules.snoozedUntil), String(conversation.snoozedUntil ?? ''));
  expect('assignee', 'admin_assignee_id', authors.agentTeammate(ticket) ?? '', conversation.assigneeId ?? '');
  const companyId = ids.companies.get(ticket.text('org_id'));
  if (companyId !== undefined) expect('conversation company', 'company_id', companyId, conversation.companyId ?? '');
  const attributes = expectAttributes(ticket, directory, clock);
  for (const name of new Set([...attributes.keys(), ...Object.keys(conversation.attributes)])) {
    const actual = conversation.attributes[name];
    expect('attribute', name, collapse(String(attributes.get(name) ?? '')), collapse(String(actual ?? '')));
  }
  for (const { field, word } of findLeaks(conversation)) expect('private text', field, 'no private word', word);
  const files = directory.files.get(ticket.id) ?? [];
  compareFiles(ticket.key, files, conversation, rules.behaviour, findings);
  compareTags(ticket, conversation, rules.areServicesTags, findings, tally);
  if (findings.total === before) tally.add('conversations', 'equal');
  compareThread(ticket.key, thread, conversation, ids, tooLargeOf(files, rules.behaviour), findings, tally);
}

/** T1, T9 */
function compareOpening(
  ticket: Ticket,
  conversation: LoadedConversation,
  rules: TicketRules,
  findings: Findings,
): void {
  const { authors, ids } = rules;
  const about = { sourceKey: ticket.key, targetId: conversation.id };
  const words = [...visibleHtml(ticket.text('description')).words, ...wordsOfText(markerLine(ticket))];
  const text = matchWords(words, wordsOfHtml(conversation.openingBody));
  if (!text.isMatch) {
    findings.add({ ...about, check: 'opening text', field: 'body', expected: text.expected, actual: text.actual });
  }
  const caller = authors.caller(ticket);
  if (caller === undefined) return;
  const author = { kind: 'contact', contact: caller } as const;
  const { type, id } = conversation.openingAuthor;
  if (isAuthor(author, conversation.openingAuthor, ids)) return;
  const expected = describeAuthor(author, ids);
  findings.add({ ...about, check: 'opening author', field: 'author', expected, actual: `${type} ${id}` });
}

function collapse(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
