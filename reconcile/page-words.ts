import { plainWords, type Words } from '../platform/plain-words.ts';

const kinds: Words = {
  conversation: 'ticket',
  part: 'message',
  log_entry: 'log entry',
  contact_company: "contact's company",
  custom_object_instance: 'custom object',
  class: 'objects',
  object: 'object',
};

/** Kind of thing in Intercom, or of item in iTop. */
export const kindWords = (kind: string): string => plainWords(kinds, kind);

const phases: Words = {
  conversations: 'tickets',
  contacts: 'people',
  contact_companies: "people's companies",
  custom_objects: 'custom objects',
  attributes: 'attributes',
  articles: 'articles',
  collections: 'article collections',
  staging: 'before the load',
  reconcile: 'counts',
  freeze: 'the switch',
};

/** Phase of a load or of a check. */
export const phaseWords = (phase: string | null): string => (phase === null ? '' : plainWords(phases, phase));

const fates: Words = {
  loaded: 'in Intercom',
  merged: 'merged into another',
  handed_off: 'handed over as files',
  reference: 'only read, to explain others',
  excluded: 'left out, with a reason',
  'deleted at source': 'deleted in iTop since',
  deleted_at_source: 'deleted in iTop since',
  pending: 'still to be loaded or decided',
  blocked: 'waiting for something that failed',
  failed: 'failed',
};

/** What became of an object or a log entry. */
export const fateWords = (fate: string): string => plainWords(fates, fate);

const evidences: Words = {
  response: "by Intercom's answer to the call",
  list: 'by the list of all of them',
  fresh_read: 'read again from Intercom',
  query: 'by a query in the warehouse',
  count: 'by counting',
  dump: 'by comparing both systems',
};

/** How a checked fact is known. */
export const evidenceWords = (evidence: string): string => plainWords(evidences, evidence);

const checks: Words = {
  part: 'message is as it was sent',
  conversation: 'conversation is as it was sent',
  opening: 'first message is as it was sent',
  contact: 'contact is as it was sent',
  company: 'company is as it was sent',
  article: 'article is as it was sent',
  collection: 'collection is as it was sent',
  attribute: 'attribute is as it was sent',
  contact_company: 'contact belongs to the company',
  custom_object_instance: 'custom object is as it was sent',
  'read back: conversation is there': 'conversation is in Intercom',
  'read back: opening': 'first message is as it was sent',
  'read back: part is there': 'message is in Intercom',
  'read back: part text': 'text of the message is as it was sent',
  'read back: part author': 'author of the message is as it was sent',
  'read back: part time': 'time of the message is as it was sent',
  'read back: part kind': 'kind of the message is as it was sent',
  'read back: part files': 'list of the message’s files is as it was sent',
  'read back: order of parts': 'order of the messages is as it was sent',
  'read back: tags': 'list of tags is as it was sent',
};

/** What was checked. Checks of the warehouse are named assert_<relation>__<fact>. */
export const checkWords = (check: string): string =>
  checks[check] ??
  check
    .replace(/^assert_/, '')
    .replaceAll('__', ': ')
    .replaceAll('_', ' ');

const outcomes: Words = {
  fallback_author: 'written by the fallback teammate',
  author_is_no_teammate: 'author is no teammate: written by the fallback teammate',
  assignee_is_no_teammate: 'agent is no teammate: assigned to nobody',
  equal_second: 'moved by a second, to keep the order',
  shifted: 'time moved, to keep the order',
  undated: 'no time in iTop',
  long_thread: 'older entries stand together in a transcript',
  folded: 'stands in a transcript',
  same_address: 'shares its address with another person',
  kept_elsewhere: 'kept in another field',
  truncated: 'cut at the longest that Intercom takes',
};

/** How a check ended that found no equality, by its verdict or the reason for it. */
export const outcomeWords = (outcome: string): string => plainWords(outcomes, outcome);

/** A check that found something else, in words. */
export function failedCheckWords(check: string): string {
  const words = checkWords(check);
  const isSaid = / is (?=as it was sent$|in Intercom$)/;
  return isSaid.test(words) ? words.replace(isSaid, ' is not ') : `not so: ${words}`;
}

const reasons: Words = {
  teammate: 'an agent who never asked for anything: agents become teammates, who are invited by hand',
  inactive: 'inactive in iTop, and no ticket needs them',
};

/** Why something is left out; most reasons are words already. */
export const reasonWords = (reason: string | null): string => (reason === null ? '' : (reasons[reason] ?? reason));

const rollbackActions: Words = {
  delete: 'deleted',
  archive: 'archived',
  restore: 'set back to what it was',
  detach: 'taken out of its company',
  forget: 'goes with what it belongs to',
  gone: 'is not there any more',
  keep: 'stays',
  impossible: 'cannot be taken back',
};

/** What a rollback does with a thing. */
export const rollbackWords = (action: string): string => plainWords(rollbackActions, action);

/** Why something is not accounted for; `kind`, `reason` and `check` as in reconcile.unexplained. */
export function whyUnexplained(kind: string, reason: string, check: string | null): string {
  if (kind === 'check') {
    const [, verdict, evidence, which = ''] = /^(\w+) \((\w+)\)(.*)$/s.exec(reason) ?? [];
    const words =
      verdict === 'unknown' ? `could not be checked: ${checkWords(check ?? '')}` : failedCheckWords(check ?? '');
    return `${words}${evidence === undefined ? '' : `, ${evidenceWords(evidence)}`}${which}`;
  }
  return reason.replace(new RegExp(`^${kind}: `), '');
}

/** What to do about what is not accounted for, on paper. */
export function nextStepWords(kind: string, reason: string): string {
  if (kind === 'failed' || kind === 'blocked')
    return 'Read the failures: correct each in iTop and load again, or accept it by name.';
  if (kind === 'check') return 'Look into Intercom: correct it there, or accept it by name.';
  if (kind === 'pending' && /decision/.test(reason)) return 'Decide in the mapping what becomes of it.';
  if (kind === 'pending' || kind === 'uncertain') return 'Start the load: it continues where it stopped.';
  if (kind === 'changed') return 'Run a delta: it brings what changed.';
  return 'Extract iTop again, so that the counts are of one moment.';
}
