/** What the warehouse's names are called on a page. A name without an entry is shown with its underscores as spaces. */
type Words = Readonly<Record<string, string>>;

const plain = (words: Words, name: string): string => words[name] ?? name.replaceAll('_', ' ');

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
export const kindWords = (kind: string): string => plain(kinds, kind);

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
export const phaseWords = (phase: string | null): string => (phase === null ? '' : plain(phases, phase));

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
export const fateWords = (fate: string): string => plain(fates, fate);

const evidences: Words = {
  response: "by Intercom's answer to the call",
  list: 'by the list of all of them',
  fresh_read: 'read again from Intercom',
  query: 'by a query in the warehouse',
  count: 'by counting',
  dump: 'by comparing both systems',
};

/** How a checked fact is known. */
export const evidenceWords = (evidence: string): string => plain(evidences, evidence);

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
};

/** What was checked. Checks of the warehouse are named assert_<relation>__<fact>. */
export const checkWords = (check: string): string =>
  checks[check] ??
  check
    .replace(/^assert_/, '')
    .replaceAll('__', ': ')
    .replaceAll('_', ' ');

const reasons: Words = {
  teammate: 'an agent who never asked for anything: agents become teammates, who are invited by hand',
  inactive: 'inactive in iTop, and no ticket needs them',
};

/** Why something is left out; most reasons are words already. */
export const reasonWords = (reason: string | null): string => (reason === null ? '' : (reasons[reason] ?? reason));

const homes: Words = {
  part: 'the thread',
  field: 'a field of its own',
  attribute: 'attribute',
  record_note: 'record note (internal)',
  handoff: 'handed over as a file',
  dropped: 'not moved',
};

/** Where the value of an attribute goes. */
export const homeWords = (home: string | null): string => (home === null ? 'undecided' : plain(homes, home));

const destinations: Words = {
  conversation: 'conversation',
  reference: 'only read, to explain others',
  handoff: 'handed over as files',
  excluded: 'left out',
  attachment: 'file of a message',
  tag: 'tag',
};

/** What the objects of a class become. */
export const destinationWords = (destination: string): string => plain(destinations, destination);

const featurePlaces: Words = {
  attribute: 'as an attribute',
  'record note': 'in the record note',
  part: 'in the thread',
};

/** What a record of the sample shows: "attribute: UserRequest.close_date" is "close date as an attribute". */
export function featureWords(feature: string): string {
  const [, what = '', className, detail = ''] = /^([a-z ]+): (?:(\w+)\.)?(.+)$/s.exec(feature) ?? [];
  const words = (detail || feature).replaceAll('_', ' ');
  if (className === undefined) return detail === '' ? words : `${what}: ${words}`;
  return featurePlaces[what] === undefined ? words : `${words.replace(/ id friendlyname$/, '')} ${featurePlaces[what]}`;
}

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
export const rollbackWords = (action: string): string => plain(rollbackActions, action);

const itemKinds: Words = {
  description: 'first message',
  public_log: 'public log',
  private_log: 'private log',
  solution: 'solution',
  pending_reason: 'pending reason',
  user_comment: 'closing remark',
  record_note: 'record note',
  transcript: 'transcript of older messages',
};

/** The message of a ticket that an item key names, as a reader counts: "public log, entry 3". Empty for the object itself. */
export function itemWords(itemKey: string): string {
  const [, kind, index] = /#([a-z_]+)(?:\/(.+))?$/s.exec(itemKey) ?? [];
  if (kind === undefined) return '';
  return `${plain(itemKinds, kind)}${index !== undefined && /^\d+$/.test(index) ? `, entry ${Number(index) + 1}` : ''}`;
}

/** Source key of the object that an item, or a thing made of it, belongs to. */
export const objectOf = (key: string): string => key.split('#')[0]?.split('/')[0] ?? key;

/** Why something is not accounted for; `kind`, `reason` and `check` as in reconcile.unexplained. */
export function whyUnexplained(kind: string, reason: string, check: string | null): string {
  if (kind === 'check') {
    const [, verdict, evidence] = /^(\w+) \((\w+)\)$/.exec(reason) ?? [];
    const outcome = verdict === 'unknown' ? 'could not be checked' : 'is not so';
    return `“${checkWords(check ?? '')}” ${outcome}${evidence === undefined ? '' : `, ${evidenceWords(evidence)}`}`;
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
