import type { ClassProfile } from './class-profile.ts';
import type { ClassEntry, Confidence, Destination } from './mapping-schema.ts';
import { standardThreadedClasses } from './threaded-classes.ts';

interface ClassRule {
  readonly applies: (profile: ClassProfile) => boolean;
  readonly to: Destination;
  readonly rule: string;
  readonly confidence: Confidence;
  readonly reason: string;
}

const is = (...names: readonly string[]) => {
  const set = new Set(names);
  return ({ class: name, ancestors }: ClassProfile): boolean =>
    set.has(name) || ancestors.some((above) => set.has(above));
};
const named =
  (pattern: RegExp) =>
  ({ class: name }: ClassProfile): boolean =>
    pattern.test(name);
const has = (profile: ClassProfile, ...names: readonly string[]): boolean =>
  names.every((name) => profile.attributes.some(({ attribute }) => attribute === name));

/** The first that applies decides. Decisions that the warehouse holds already come before all of them. */
const rules: readonly ClassRule[] = [
  {
    applies: is(...standardThreadedClasses),
    to: 'conversation',
    rule: 'T1',
    confidence: 'certain',
    reason: 'a ticket becomes a conversation',
  },
  {
    applies: is('Change'),
    to: 'custom_object',
    rule: 'F2',
    confidence: 'likely',
    reason: 'a change becomes an object of its own',
  },
  {
    applies: is('Problem'),
    to: 'custom_object',
    rule: 'F2',
    confidence: 'likely',
    reason: 'a problem becomes an object of its own',
  },
  {
    applies: is('WorkOrder'),
    to: 'reference',
    rule: 'T6',
    confidence: 'certain',
    reason: 'work orders stand in the record note of their ticket',
  },
  {
    applies: is('Person'),
    to: 'contact',
    rule: 'P1',
    confidence: 'certain',
    reason: 'a person becomes a contact, deduplicated by e-mail',
  },
  {
    applies: is('Organization'),
    to: 'company',
    rule: 'C1',
    confidence: 'certain',
    reason: 'an organization becomes a company',
  },
  {
    applies: is('Team'),
    to: 'reference',
    rule: 'T5',
    confidence: 'certain',
    reason: 'teams exist in Intercom; conversations are assigned by name',
  },
  { applies: is('URP_UserOrg'), to: 'handoff', rule: 'T4', confidence: 'certain', reason: 'part of the role matrix' },
  {
    applies: is('User', 'URP_Profiles', 'URP_UserProfile'),
    to: 'reference',
    rule: 'T4',
    confidence: 'certain',
    reason: 'accounts say who wrote an entry; credentials never move',
  },
  {
    applies: is('Attachment', 'InlineImage'),
    to: 'attachment',
    rule: 'A1',
    confidence: 'certain',
    reason: 'files go with their message',
  },
  {
    applies: is('FAQ'),
    to: 'article',
    rule: 'F1',
    confidence: 'certain',
    reason: 'an FAQ becomes an article, as draft',
  },
  {
    applies: is('FAQCategory'),
    to: 'collection',
    rule: 'F1',
    confidence: 'certain',
    reason: 'a category becomes a collection',
  },
  {
    applies: is('Service', 'ServiceFamily', 'ServiceSubcategory'),
    to: 'reference',
    rule: 'K1',
    confidence: 'certain',
    reason: 'the service’s name stands on the conversation; the taxonomy is reviewed by hand',
  },
  {
    applies: is('FunctionalCI'),
    to: 'custom_object',
    rule: 'K5',
    confidence: 'likely',
    reason: 'a configuration item becomes an object of its own',
  },
  { applies: named(/^TagSetFieldData/), to: 'reference', rule: 'K1', confidence: 'certain', reason: 'labels of tags' },
  {
    applies: is('TemplateField'),
    to: 'reference',
    rule: 'T6',
    confidence: 'certain',
    reason: 'questions of request forms',
  },
  {
    applies: is('CMDBChange', 'CMDBChangeOp'),
    to: 'reference',
    rule: 'A1',
    confidence: 'certain',
    reason: 'history: tells who wrote what, and when',
  },
  {
    applies: is('ModuleInstallation', 'ExtensionInstallation'),
    to: 'excluded',
    rule: 'K10',
    confidence: 'certain',
    reason: 'tells iTop’s version; says nothing about the helpdesk',
  },
  {
    applies: (p) => named(/^lnk/)(p) && has(p, 'ticket_id'),
    to: 'reference',
    rule: 'K7',
    confidence: 'certain',
    reason: 'links are named in the record note of their ticket',
  },
  {
    applies: (p) => named(/^lnk/)(p) && has(p, 'person_id', 'team_id'),
    to: 'reference',
    rule: 'T5',
    confidence: 'certain',
    reason: 'team membership is set up by hand in Intercom',
  },
  {
    applies: named(/^lnk/),
    to: 'handoff',
    rule: 'F4',
    confidence: 'likely',
    reason: 'links between objects that are handed off',
  },
  {
    applies: is(
      'SLA',
      'SLT',
      'Contract',
      'DeliveryModel',
      'KnownError',
      'Document',
      'Location',
      'Typology',
      'Trigger',
      'Action',
      'Query',
    ),
    to: 'handoff',
    rule: 'F4',
    confidence: 'certain',
    reason: 'has no counterpart in Intercom: delivered as files',
  },
  {
    applies: named(/^(Trigger|Action|Query|Event)/),
    to: 'handoff',
    rule: 'F4',
    confidence: 'certain',
    reason: 'part of the workflow inventory',
  },
  {
    applies: is('Ticket'),
    to: 'custom_object',
    rule: 'F3',
    confidence: 'guess',
    reason: 'a ticket class of this site’s own, without a known thread: an object of its own',
  },
  {
    applies: (p) => !p.isStandard,
    to: 'custom_object',
    rule: 'F3',
    confidence: 'likely',
    reason: 'a class of this site’s own becomes an object of its own; its type is set up by hand',
  },
  {
    applies: () => true,
    to: 'handoff',
    rule: 'F4',
    confidence: 'guess',
    reason: 'nothing is known about this class: delivered as a file',
  },
];

/** Classes whose objects could become custom objects, if the workspace has, or is given, a type for them. */
export function customObjectCandidates(profiles: readonly ClassProfile[]): string[] {
  return profiles.filter((profile) => ruleOf(profile)?.to === 'custom_object').map((profile) => profile.class);
}

const ruleOf = (profile: ClassProfile): ClassRule | undefined => rules.find(({ applies }) => applies(profile));

/**
 * Where the objects of a class should go. A custom object needs a type that a person sets up by hand, attribute by attribute: only the
 * classes in `customObjects` are proposed as such, the others as a hand-off.
 */
export function proposeClass(
  profile: ClassProfile,
  known: ClassEntry | undefined,
  customObjects: ReadonlySet<string>,
): ClassEntry {
  const found = ruleOf(profile);
  if (known === undefined && found === undefined) throw new Error(`No rule applies to ${profile.class}`);
  if (known === undefined && found?.to === 'custom_object' && !customObjects.has(profile.class)) {
    return {
      to: 'handoff',
      rule: found.rule,
      confidence: 'likely',
      reason: `delivered as CSV; as objects of their own: map set ${profile.class} custom_object`,
    };
  }
  const entry: ClassEntry = known ?? {
    to: found?.to ?? 'handoff',
    rule: found?.rule ?? 'F4',
    confidence: found?.confidence ?? 'guess',
    reason: found?.reason ?? '',
  };
  return entry.to === 'custom_object'
    ? { to: entry.to, type: entry.type ?? profile.class, ...withoutPlace(entry) }
    : entry;
}

function withoutPlace({ to: _to, type: _type, ...rest }: ClassEntry): Omit<ClassEntry, 'to' | 'type'> {
  return rest;
}
