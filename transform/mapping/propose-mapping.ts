import type { AttributeProfile, ClassProfile } from './class-profile.ts';
import type { KnownMapping } from './known-mapping.ts';
import { type AttributeEntry, type ClassEntry, type Destination, isDetailed, type Mapping } from './mapping-schema.ts';
import { proposeAttribute, proposeValue } from './propose-attribute.ts';
import { proposeClass } from './propose-class.ts';

export interface ProposalOptions {
  readonly residency: Mapping['residency'];
  readonly snoozeUntil: string | null;
  readonly snoozeSpreadDays: number;
  /** Classes to propose as custom objects where a rule allows it; the others are handed off. */
  readonly customObjects: ReadonlySet<string>;
  /** What a person chose for a class: it stands above every rule. */
  readonly chosen?: ReadonlyMap<string, Destination>;
}

/**
 * Proposes a decision for every class, attribute and enum value that occurs, from the data and what the warehouse maps already.
 * The same data give the same proposal.
 */
export function proposeMapping(
  profiles: readonly ClassProfile[],
  known: KnownMapping,
  options: ProposalOptions,
): Mapping {
  const classes: Mapping['classes'] = {};
  for (const profile of profiles) {
    const choice = options.chosen?.get(profile.class);
    const decided = choice === undefined ? chosenClass(profile, known) : chosenByPerson(choice);
    const entry = proposeClass(profile, decided, options.customObjects);
    classes[profile.class] = isDetailed(entry) ? { ...entry, attributes: attributesOf(profile, entry, known) } : entry;
  }
  separateTargets(classes);
  return {
    version: 1,
    scope: { since: null, until: null, classes: null, organizations: null, statuses: null },
    residency: options.residency,
    on_existing: { contact: 'fill_empty', company: 'fill_empty', article: 'leave' },
    snooze: { until: options.snoozeUntil, spread_days: options.snoozeSpreadDays },
    survivors: {},
    classes,
  };
}

function chosenByPerson(to: Destination): ClassEntry {
  return { to, rule: 'F3', confidence: 'certain', reason: 'chosen by a person' };
}

/** What the warehouse decided about a class, except a hand-off that nobody chose yet. */
function chosenClass({ class: name }: ClassProfile, known: KnownMapping): ClassEntry | undefined {
  const entry = known.classes.get(name);
  return entry?.to === 'handoff' && !known.isConfirmed ? undefined : entry;
}

const orderOfHomes = ['field', 'part', 'attribute', 'record_note', 'handoff', 'dropped'] as const;

/** Attributes in the order a person reviews them: what is seen most first, then by place, then by name. */
function attributesOf(profile: ClassProfile, entry: ClassEntry, known: KnownMapping): Record<string, AttributeEntry> {
  // A class that a site made below a known one moves as that one does.
  const knownHere = [profile.class, ...profile.ancestors].map((name) => known.attributes.get(name)).find((one) => one);
  const taken = Math.max(0, ...[...(knownHere?.values() ?? [])].map(({ position }) => position ?? 0));
  const proposed = profile.attributes.map((of, i): [string, AttributeEntry] => {
    const decided = knownHere?.get(of.attribute);
    return [
      of.attribute,
      decided === undefined
        ? proposeAttribute(of, profile, entry.to, taken + 1 + i)
        : withNewValues(decided, of, entry),
    ];
  });
  return Object.fromEntries(
    proposed.sort(
      ([aName, a], [bName, b]) =>
        orderOfHomes.indexOf(a.home) - orderOfHomes.indexOf(b.home) ||
        (a.position ?? 0) - (b.position ?? 0) ||
        (aName < bName ? -1 : 1),
    ),
  );
}

/** A decided attribute gets a proposal for each value that nobody decided yet; values that no longer occur stay. */
function withNewValues(decided: AttributeEntry, of: AttributeProfile, owner: ClassEntry): AttributeEntry {
  if (of.values === undefined || !['attribute', 'record_note'].includes(decided.home)) return decided;
  const isState = owner.to === 'conversation' && of.attribute === 'status';
  const values = { ...decided.values };
  for (const value of Object.keys(of.values))
    values[value] ??= proposeValue(of.attribute, value, isState, of.valueLabels?.[value]);
  return { ...decided, values: sorted(values) };
}

/** Two sources that would land on one name are told apart by the class or the attribute's own name. */
function separateTargets(classes: Mapping['classes']): void {
  for (const entry of Object.values(classes)) {
    const taken = new Set<string>();
    for (const [name, attribute] of Object.entries(entry.attributes ?? {})) {
      if (attribute.home !== 'attribute' || attribute.to === undefined || attribute.shared === true) continue;
      if (taken.has(attribute.to)) attribute.to = entry.to === 'custom_object' ? name : `itop_${name}`;
      taken.add(attribute.to);
    }
  }
}

export interface ProposalChange {
  readonly entry: string;
  readonly kind: 'added' | 'kept' | 'changed' | 'gone';
  readonly text: string;
}

/**
 * Puts a new proposal under what a person decided: an entry of the file that differs from the last proposal is his and stays.
 * `last` is undefined where no proposal is recorded: then everything in the file counts as decided.
 */
export function keepDecisions(
  proposal: Mapping,
  file: Mapping,
  last: ReadonlyMap<string, unknown> | undefined,
): { mapping: Mapping; changes: ProposalChange[] } {
  const changes: ProposalChange[] = [];
  const classes: Mapping['classes'] = {};
  const names = [...new Set([...Object.keys(proposal.classes), ...Object.keys(file.classes)])].sort((a, b) =>
    a < b ? -1 : 1,
  );
  for (const name of names) {
    const proposed = proposal.classes[name];
    const present = file.classes[name];
    if (proposed === undefined && present !== undefined) {
      classes[name] = present;
      changes.push({ entry: name, kind: 'gone', text: `no longer occurs; your decision (${present.to}) stays` });
    } else if (proposed !== undefined && present === undefined) {
      classes[name] = proposed;
      changes.push({ entry: name, kind: 'added', text: `${proposed.to}: ${proposed.reason}` });
    } else if (proposed !== undefined && present !== undefined) {
      classes[name] = mergeClass(name, proposed, present, last, changes);
    }
  }
  const { version, scope, residency, on_existing, snooze, survivors } = file;
  return { mapping: { version, scope, residency, on_existing, snooze, survivors, classes }, changes };
}

function mergeClass(
  name: string,
  proposed: ClassEntry,
  present: ClassEntry,
  last: ReadonlyMap<string, unknown> | undefined,
  changes: ProposalChange[],
): ClassEntry {
  const own = pick(name, headOf(proposed), headOf(present), last, changes, ({ to }) => to);
  if (own.to !== proposed.to && !isDetailed(own)) return { ...own };
  const attributes: Record<string, AttributeEntry> = {};
  const ofProposal = proposed.attributes ?? {};
  const ofFile = present.attributes ?? {};
  for (const attribute of new Set([...Object.keys(ofProposal), ...Object.keys(ofFile)])) {
    const key = `${name}.${attribute}`;
    const [inProposal, inFile] = [ofProposal[attribute], ofFile[attribute]];
    if (inProposal === undefined && inFile !== undefined) {
      attributes[attribute] = inFile;
      changes.push({ entry: key, kind: 'gone', text: `no longer occurs; your decision (${inFile.home}) stays` });
    } else if (inProposal !== undefined && inFile === undefined) {
      attributes[attribute] = inProposal;
      changes.push({ entry: key, kind: 'added', text: `${inProposal.home}: ${inProposal.reason}` });
    } else if (inProposal !== undefined && inFile !== undefined) {
      attributes[attribute] = mergeAttribute(key, inProposal, inFile, last, changes);
    }
  }
  return Object.keys(attributes).length === 0 ? own : { ...own, attributes };
}

function mergeAttribute(
  key: string,
  proposed: AttributeEntry,
  present: AttributeEntry,
  last: ReadonlyMap<string, unknown> | undefined,
  changes: ProposalChange[],
): AttributeEntry {
  const { values: proposedValues = {}, ...proposedHead } = proposed;
  const { values: presentValues = {}, ...presentHead } = present;
  const head = pick(key, proposedHead, presentHead, last, changes, ({ home }) => home);
  const values: NonNullable<AttributeEntry['values']> = {};
  for (const value of new Set([...Object.keys(proposedValues), ...Object.keys(presentValues)])) {
    const [inProposal, inFile] = [proposedValues[value], presentValues[value]];
    const valueKey = `${key}=${value}`;
    if (inProposal !== undefined && inFile !== undefined) {
      values[value] = pick(
        valueKey,
        inProposal,
        inFile,
        last,
        changes,
        ({ to, state }) => `${to}${state === undefined ? '' : ` (${state})`}`,
      );
    } else if (inFile !== undefined) {
      values[value] = inFile;
    } else if (inProposal !== undefined) {
      values[value] = inProposal;
      changes.push({ entry: valueKey, kind: 'added', text: `${inProposal.to}: a value nobody decided` });
    }
  }
  return Object.keys(values).length === 0 ? head : { ...head, values: sorted(values) };
}

/** The person's entry where it differs from what was proposed to him, else the new proposal. */
function pick<T extends object>(
  key: string,
  proposed: T,
  present: T,
  last: ReadonlyMap<string, unknown> | undefined,
  changes: ProposalChange[],
  name: (entry: T) => string,
): T {
  if (isSame(proposed, present)) return present;
  const before = last?.get(key);
  if (before !== undefined && isSame(before, present)) {
    const difference = name(proposed) === name(present) ? 'other details' : `${name(present)} → ${name(proposed)}`;
    changes.push({ entry: key, kind: 'changed', text: `proposed again: ${difference}` });
    return proposed;
  }
  changes.push({ entry: key, kind: 'kept', text: `yours: ${name(present)}; proposed: ${name(proposed)}` });
  return present;
}

/** Every entry of a proposal by its key, to be stored: what a person later changes shows by the difference. */
export function entriesOf(mapping: Mapping): Map<string, object> {
  const entries = new Map<string, object>();
  for (const [name, entry] of Object.entries(mapping.classes)) {
    entries.set(name, headOf(entry));
    for (const [attribute, { values, ...head }] of Object.entries(entry.attributes ?? {})) {
      entries.set(`${name}.${attribute}`, head);
      for (const [value, of] of Object.entries(values ?? {})) entries.set(`${name}.${attribute}=${value}`, of);
    }
  }
  return entries;
}

function headOf({ attributes: _attributes, ...head }: ClassEntry): Omit<ClassEntry, 'attributes'> {
  return head;
}

function isSame(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}

function sorted<T>(values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
