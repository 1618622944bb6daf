import type { AttributeProfile, ClassProfile } from './class-profile.ts';
import { type AttributeEntry, type ClassEntry, destinations, isDetailed, type Mapping } from './mapping-schema.ts';

/**
 * A mapping as the text of mapping.yaml: what a person decides on the left, what the data say behind it as comments.
 * Examples are masked: letters show as a, digits as 9.
 */
export function formatMapping(mapping: Mapping, profiles: readonly ClassProfile[]): string {
  const byClass = new Map(profiles.map((profile) => [profile.class, profile]));
  const { scope, on_existing, snooze } = mapping;
  const counted = Object.entries(mapping.classes).sort(
    ([aName, a], [bName, b]) => destinations.indexOf(a.to) - destinations.indexOf(b.to) || (aName < bName ? -1 : 1),
  );
  const unsure = counted
    .flatMap(([, entry]) => [entry, ...Object.values(entry.attributes ?? {})])
    .filter(({ confidence }) => confidence === 'guess').length;
  return `# What becomes of each class, attribute and value of iTop. Change what you like, then: itop-to-intercom map check
# ${counted.length} classes. ${unsure === 0 ? 'Nothing is a guess.' : `Look first at what is a guess: ${unsure} entries say "confidence: guess".`}
# A new proposal keeps every entry you changed. Rules are in docs/rules.md.
version: 1

# What moves. null: everything.
scope:
  since: ${scalar(scope.since)}            # tickets opened before this day stay behind
  until: ${scalar(scope.until)}
  classes: ${list(scope.classes)}
  organizations: ${list(scope.organizations)}    # e.g. [Organization::3]
  statuses: ${list(scope.statuses)}

# Region of the workspace: where the data may lie.
residency: ${mapping.residency}

# What is done with objects that are in Intercom already: leave, fill_empty or overwrite (an article is always left).
on_existing: { contact: ${on_existing.contact}, company: ${on_existing.company}, article: ${on_existing.article} }

# Until when pending tickets sleep.
snooze: { until: ${scalar(snooze.until)}, spread_days: ${snooze.spread_days} }

# Which person stands for all with one address, where the rule (active, most tickets, lowest id) is not what you want.
survivors: ${flowMap(mapping.survivors)}

classes:
${counted.map(([name, entry]) => formatClass(name, entry, byClass.get(name))).join('\n')}`;
}

function formatClass(name: string, entry: ClassEntry, profile: ClassProfile | undefined): string {
  const { attributes, ...head } = entry;
  const count = profile === undefined ? 'does not occur any more' : `${profile.objects} objects`;
  const own = profile !== undefined && !profile.isStandard ? ', a class of this site’s own' : '';
  const lines = [
    `  # ${count}${own}`,
    `  ${scalar(name)}:`,
    ...Object.entries(head).map(([key, value]) => `    ${key}: ${scalar(value)}`),
  ];
  if (attributes === undefined && !isDetailed(entry)) return `${lines.join('\n')}\n`;
  const facts = new Map(profile?.attributes.map((of) => [of.attribute, of]));
  lines.push('    attributes:');
  for (const [attribute, of] of Object.entries(attributes ?? {})) {
    lines.push(...formatAttribute(attribute, of, profile?.objects ?? 0, facts.get(attribute)));
  }
  return `${lines.join('\n')}\n`;
}

function formatAttribute(
  name: string,
  entry: AttributeEntry,
  objects: number,
  facts: AttributeProfile | undefined,
): string[] {
  const { values, ...head } = entry;
  const comment = facts === undefined ? '' : `  # ${describe(facts, objects)}`;
  if (values === undefined) return [`      ${scalar(name)}: ${flowMap(head)}${comment}`];
  return [
    `      ${scalar(name)}:${comment}`,
    ...Object.entries(head).map(
      ([key, value]) => `        ${key}: ${Array.isArray(value) ? list(value as string[]) : scalar(value)}`,
    ),
    '        values:',
    ...Object.entries(values).map(([value, of]) => {
      const count = facts?.values?.[value];
      return `          ${scalar(value)}: ${flowMap(of)}${count === undefined ? '' : `  # ${count}`}`;
    }),
  ];
}

function describe({ filled, distinct, kind, longest, examples }: AttributeProfile, objects: number): string {
  if (filled === 0) return 'never filled';
  const share = filled === objects ? 'always filled' : `${filled} of ${objects} filled`;
  const many = distinct > 1 ? `, ${distinct} values` : '';
  const long = kind === 'text' && longest > 255 ? `, up to ${longest} characters` : '';
  const shown = ['log', 'blob', 'list'].includes(kind)
    ? `, ${kind}`
    : examples.length === 0
      ? ''
      : `, like ${clean(examples[0] ?? '')}`;
  return `${share}${many}${long}${shown}`;
}

/** Nothing of an example may end the comment. */
function clean(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function flowMap(entry: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(entry)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${scalar(key)}: ${Array.isArray(value) ? list(value as string[]) : scalar(value)}`);
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}

function list(values: readonly string[] | null): string {
  return values === null ? 'null' : `[${values.map(scalar).join(', ')}]`;
}

/** A scalar that reads the same in every YAML: plain where nobody can take it for something else, else in double quotes. */
function scalar(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  const isPlain = /^[A-Za-z][\w]*( [\w]+)*$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value);
  return isPlain ? value : JSON.stringify(value);
}
