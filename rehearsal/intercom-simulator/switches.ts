/**
 * The behaviours of the simulated workspace that Intercom's description leaves open, with delays and limits: the one place
 * that declares them. Each has a value for each named workspace; all can be changed while the simulator runs.
 */

/** A workspace as it may be met, as a whole. */
export const WORKSPACE_NAMES = ['captured', 'strict', 'lenient'] as const;

/**
 * `captured`: as public captures, the description's examples and help pages show real ones. `strict`: every open question is
 * answered in the way that is hardest for a migration. `lenient`: in the easiest way.
 */
export type WorkspaceName = (typeof WORKSPACE_NAMES)[number];

interface Switch<T extends string | number> {
  /** What is open. */
  readonly question: string;
  /** The values it can take; undefined for an amount. */
  readonly values?: readonly T[];
  readonly in: Readonly<Record<WorkspaceName, T>>;
}

/** A behaviour that is one of several. */
function choice<const T extends string>(
  question: string,
  values: readonly T[],
  by: Switch<NoInfer<T>>['in'],
): Switch<T> {
  return { question, values, in: by };
}

/** A delay or a limit; the same everywhere unless given by workspace. */
function amount(question: string, by: number | Switch<number>['in']): Switch<number> {
  return { question, in: typeof by === 'number' ? { captured: by, strict: by, lenient: by } : by };
}

export const SWITCHES = {
  searchLagMs: amount('How long do new objects stay invisible to search, in milliseconds?', 300),
  latencyMs: amount('How long does every answer take, in milliseconds?', 0),
  limit: amount('How many calls are permitted in ten seconds? 0 for no limit and no rate headers.', 1_666),
  searchLimit: amount(
    'How many searches are permitted in a minute, beside the window? 0 for as many as that permits.',
    1_000,
  ),
  searchMsPerItem: amount('How long does a search take for each item that its page may hold, in milliseconds?', {
    captured: 0,
    strict: 2,
    lenient: 0,
  }),
  freshContactMs: amount('How long does createConversation answer 404 for a new contact, in milliseconds?', {
    captured: 0,
    strict: 20,
    lenient: 0,
  }),
  bodyLimit: amount('How large may the body of a request be, in bytes?', 20_000_000),
  collectionDepth: amount('How many levels may collections have?', 3),
  companyDeletionMs: amount('How long can a deleted company still be seen, in milliseconds?', 100),
  longStrings: choice('What happens to attribute strings of more than 255 characters?', ['refuse', 'cut'], {
    captured: 'refuse',
    strict: 'refuse',
    lenient: 'cut',
  }),
  // Pull requests of the description speak of a sanitiser that keeps elements.
  commentHtml: choice(
    "Is markup in a teammate's comment shown as it was typed, kept, or taken out even where it is escaped?",
    ['escape', 'render', 'strip'],
    { captured: 'render', strict: 'strip', lenient: 'escape' },
  ),
  plainMarkup: choice(
    "Is markup in openings and contacts' replies shown as it was typed, kept, taken out, or taken out even where it is escaped?",
    ['escape', 'keep', 'strip', 'strip_decoded'],
    { captured: 'escape', strict: 'strip_decoded', lenient: 'keep' },
  ),
  systemParts: choice(
    'Does Intercom add parts of its own that say nothing (language detection, default assignment) to a new conversation?',
    ['none', 'added'],
    { captured: 'added', strict: 'added', lenient: 'none' },
  ),
  foreignObjects: choice(
    'Are there objects of others with fields missing (authors of social channels have no id, a company may be an empty object)?',
    ['complete', 'odd'],
    { captured: 'odd', strict: 'odd', lenient: 'complete' },
  ),
  fileNames: choice('Do files keep their names, and pictures their sizes?', ['kept', 'changed'], {
    captured: 'kept',
    strict: 'changed',
    lenient: 'kept',
  }),
  futureDates: choice('May dates lie in the future?', ['refuse', 'accept'], {
    captured: 'refuse',
    strict: 'refuse',
    lenient: 'accept',
  }),
  earlierParts: choice('May parts be older than their conversation?', ['refuse', 'accept'], {
    captured: 'refuse',
    strict: 'refuse',
    lenient: 'accept',
  }),
  strangersReply: choice('May contacts who are no participants reply?', ['refuse', 'accept'], {
    captured: 'refuse',
    strict: 'refuse',
    lenient: 'accept',
  }),
  seatlessAuthors: choice('May teammates without a paid seat write?', ['refuse', 'accept'], {
    captured: 'refuse',
    strict: 'refuse',
    lenient: 'accept',
  }),
  references: choice(
    'What does a write to a relationship attribute do to the instances that are there?',
    ['replace', 'add'],
    { captured: 'replace', strict: 'replace', lenient: 'add' },
  ),
  // The stricter reading would refuse every name with an underscore, which the description's own examples have.
  attributeNames: choice(
    "Which characters may attribute names have: those of the description's words, or also those of its examples (underscores, spaces)?",
    ['documented', 'examples'],
    { captured: 'examples', strict: 'examples', lenient: 'examples' },
  ),
  sameEmail: choice('May two users have one e-mail?', ['refuse', 'accept'], {
    captured: 'refuse',
    strict: 'refuse',
    lenient: 'accept',
  }),
  partOrder: choice('In which order does an answer show parts?', ['insertion', 'created_at'], {
    captured: 'insertion',
    strict: 'insertion',
    lenient: 'created_at',
  }),
  // Refusing would make every rollback final; both documented readings are tried by tests.
  companyIdReuse: choice(
    'What does a POST with the company_id of a deleted company do?',
    ['refuse', 'revives', 'recreates'],
    { captured: 'revives', strict: 'revives', lenient: 'recreates' },
  ),
  archivedNames: choice(
    'Does the name of an archived conversation attribute make writes by that name ambiguous?',
    ['taken', 'free'],
    { captured: 'taken', strict: 'taken', lenient: 'free' },
  ),
  skippedNotifications: choice(
    'Does a reply with skip_notifications notify all the same, or only bear the time of writing as notified_at?',
    ['silent', 'stamped', 'sent'],
    { captured: 'silent', strict: 'silent', lenient: 'silent' },
  ),
  helpCenter: choice('Did people make a help center, and turn it on for customers?', ['none', 'off', 'public'], {
    captured: 'off',
    strict: 'off',
    lenient: 'off',
  }),
  teamAssignment: choice(
    'Does assigning a conversation to a team take its teammate away (help articles 199 and 6561699 say so)?',
    ['removes_teammate', 'keeps_teammate'],
    { captured: 'removes_teammate', strict: 'removes_teammate', lenient: 'keeps_teammate' },
  ),
  phones: choice(
    'Are phone numbers kept as sent, stripped of blanks and punctuation, or refused where they are none of E.164 then (help article 6311200)?',
    ['kept', 'stripped', 'validated'],
    { captured: 'stripped', strict: 'validated', lenient: 'kept' },
  ),
  entities: choice(
    'Do names and titles come back with entities (O&#39;Neill, as captures show)?',
    ['plain', 'escaped'],
    { captured: 'escaped', strict: 'escaped', lenient: 'plain' },
  ),
  // Nothing says so of Intercom; servers and editors do it.
  typography: choice(
    'Do answers show text in typographic quotes, dashes and ellipses, with decomposed letters, hard spaces and zero-width characters?',
    ['as_sent', 'changed'],
    { captured: 'as_sent', strict: 'as_sent', lenient: 'as_sent' },
  ),
  dateValues: choice('Are date attributes answered as Unix seconds or as ISO text?', ['seconds', 'iso'], {
    captured: 'seconds',
    strict: 'iso',
    lenient: 'seconds',
  }),
  furtherParticipants: choice('May a second contact be added to a conversation by its id?', ['refuse', 'accept'], {
    captured: 'accept',
    strict: 'refuse',
    lenient: 'accept',
  }),
  noEmailParticipants: choice(
    'May a contact without e-mail be added to a conversation (docs 1.0 to 1.3 say no)?',
    ['refuse', 'accept'],
    { captured: 'refuse', strict: 'refuse', lenient: 'accept' },
  ),
  fileTypes: choice('Which types of files are taken?', ['all', 'no_executables'], {
    captured: 'all',
    strict: 'no_executables',
    lenient: 'all',
  }),
  instanceUpserts: choice(
    'Does an upsert of a custom object instance keep the attributes that it does not name?',
    ['keeps', 'replaces'],
    { captured: 'keeps', strict: 'replaces', lenient: 'keeps' },
  ),
  leadEmails: choice("Does a user with a lead's e-mail conflict with it?", ['free', 'conflict'], {
    captured: 'free',
    strict: 'conflict',
    lenient: 'free',
  }),
  workflow: choice('Does a workflow answer every new conversation?', ['off', 'answers'], {
    captured: 'off',
    strict: 'off',
    lenient: 'off',
  }),
};

export type SwitchName = keyof typeof SWITCHES;

/** The value of each switch. */
export type Switches = { [Name in SwitchName]: (typeof SWITCHES)[Name] extends Switch<infer T> ? T : never };

const names = Object.keys(SWITCHES) as SwitchName[];

/** The switches of a named workspace. */
export function switchesOf(workspace: WorkspaceName): Switches {
  return Object.fromEntries(names.map((name) => [name, SWITCHES[name].in[workspace]])) as unknown as Switches;
}

/** Changes switches from outside. Throws an Error that names the switch and the values it takes. */
export function changeSwitches(switches: Switches, wanted: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(wanted)) {
    if (!isSwitch(name)) throw new Error(`No switch "${name}": there are ${names.join(', ')}`);
    const { values }: { values?: readonly unknown[] } = SWITCHES[name];
    if (values === undefined ? typeof value !== 'number' : !values.includes(value))
      throw new Error(`Switch "${name}" takes ${values?.join(', ') ?? 'a number'}, not ${JSON.stringify(value)}`);
  }
  Object.assign(switches, wanted);
}

function isSwitch(name: string): name is SwitchName {
  return Object.hasOwn(SWITCHES, name);
}
