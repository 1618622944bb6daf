import { sql } from 'kysely';
import type pg from 'pg';
import { anyOf, warehouse } from '../../platform/warehouse.ts';
import type { ClassInRaw } from './class-profile.ts';
import { inspectObjects } from './inspect-objects.ts';
import { type ClassEntry, isDetailed, type Mapping, withoutIdleAttributes } from './mapping-schema.ts';
import { countClasses } from './profile-raw.ts';
import type { MappingFault, MappingFile } from './read-mapping.ts';
import { standardThreadedClasses, threadedClasses } from './threaded-classes.ts';
import { fitsType, typePatterns } from './value-type.ts';

/** Names the tool writes by itself: a mapped attribute must not take them. */
const ownNames: Readonly<Record<string, readonly string[]>> = {
  contact: ['itop_source_key', 'itop_email', 'itop_phone'],
  company: ['itop_organization_key', 'itop_parent_organization', 'itop_path', 'itop_level'],
};

/** Custom attributes Intercom allows in one workspace, for contacts and companies. */
const mostAttributes = 250;
const attributeName = /^[A-Za-z][A-Za-z0-9_ -]{0,189}$/;

export interface MappingCheck {
  readonly faults: readonly MappingFault[];
  /** What a person should know but need not change. */
  readonly notes: readonly MappingFault[];
}

export interface CheckContext {
  /** Region the workspace is configured in; undefined where Intercom is not configured. */
  readonly region?: string;
}

/**
 * Checks a mapping against the data and Intercom's limits: every class, attribute and value that occurs has a decision, types
 * fit, no target is used twice.
 */
export async function checkMapping(
  pool: pg.Pool,
  file: MappingFile,
  context: CheckContext = {},
): Promise<MappingCheck> {
  const found = await countClasses(pool);
  const faults: MappingFault[] = [
    ...checkTargets(file, await threadedClasses(pool)),
    ...(await checkOptions(pool, file, context)),
  ];
  const notes: MappingFault[] = [];
  const inRaw = new Set(found.map((one) => one.class));
  for (const one of found) {
    const entry = file.mapping.classes[one.class];
    if (entry === undefined) {
      faults.push({
        line: null,
        fault: `class ${one.class} has no decision (${one.objects} objects)`,
        nextStep: 'Add it, or let "map propose" add it.',
      });
    } else if (isDetailed(entry)) {
      faults.push(...(await checkObjects(pool, file, one, entry)));
    }
  }
  for (const name of Object.keys(file.mapping.classes)) {
    if (!inRaw.has(name)) {
      notes.push({
        line: file.lineOf(['classes', name]),
        fault: `class ${name} does not occur`,
        nextStep: 'Nothing to do; it may be extracted later.',
      });
    }
  }
  return { faults, notes };
}

/** Attributes and values without a decision, values that do not fit their type, and statuses without a state. */
async function checkObjects(
  pool: pg.Pool,
  file: MappingFile,
  found: ClassInRaw,
  entry: ClassEntry,
): Promise<MappingFault[]> {
  const decided = Object.entries(entry.attributes ?? {});
  const isStatus = (name: string) => entry.to === 'conversation' && name === 'status';
  const typed = decided.flatMap(([name, of]): [string, string][] => {
    // Where a value becomes a word, that word has to fit: see checkValue.
    const isAsItIs = of.home === 'attribute' && of.values === undefined;
    const pattern = isAsItIs ? typePatterns[of.type ?? 'string'] : undefined;
    return pattern === undefined ? [] : [[name, pattern]];
  });
  const inspected = await inspectObjects(pool, found, {
    known: decided.map(([name]) => name),
    enumerated: decided.filter(([name, of]) => of.values !== undefined || isStatus(name)).map(([name]) => name),
    typed: new Map(typed),
  });
  const undecided = [...inspected.others].map(([name, objects]) => ({
    line: file.lineOf(['classes', found.class]),
    fault: `attribute ${found.class}.${name} has no decision (${objects} objects)`,
    nextStep: 'Add it, or let "map propose" add it.',
  }));
  const misfits = [...inspected.misfits].map(([name, { count, example }]) => ({
    line: file.lineOf(['classes', found.class, 'attributes', name]),
    fault: `${count} values of ${found.class}.${name} are not of type ${entry.attributes?.[name]?.type}, for example in ${example}`,
    nextStep: 'Use type: string, or correct the values in iTop.',
  }));
  const values = [...inspected.values].flatMap(([name, counts]) =>
    Object.entries(counts).flatMap(([value, count]) =>
      checkValue(file, found.class, name, value, count, isStatus(name)),
    ),
  );
  return [...undecided, ...values, ...misfits];
}

/** What is wrong with the decision about one value, if anything. */
function checkValue(
  file: MappingFile,
  className: string,
  name: string,
  value: string,
  count: number,
  isStatus: boolean,
): MappingFault[] {
  const at = ['classes', className, 'attributes', name, 'values'];
  const attribute = file.mapping.classes[className]?.attributes?.[name];
  const decided = attribute?.values?.[value];
  if (decided === undefined) {
    return [
      {
        line: file.lineOf(at),
        fault: `value "${value}" of ${className}.${name} has no decision (${count} objects)`,
        nextStep: 'Add it below values, or let "map propose" add it.',
      },
    ];
  }
  if (attribute?.home === 'attribute' && attribute.type !== undefined && !fitsType(decided.to, attribute.type)) {
    return [
      {
        line: file.lineOf([...at, value]),
        fault: `value "${value}" of ${className}.${name} becomes "${decided.to}", which is not of type ${attribute.type}`,
        nextStep: 'Use type: string, or another word.',
      },
    ];
  }
  if (isStatus && decided.state === undefined) {
    return [
      {
        line: file.lineOf([...at, value]),
        fault: `status "${value}" of ${className} has no conversation state`,
        nextStep: 'Add state: open, closed or snoozed.',
      },
    ];
  }
  if (decided.state === 'snoozed' && file.mapping.snooze.until === null) {
    return [
      {
        line: file.lineOf(['snooze', 'until']),
        fault: `${count} tickets of status "${value}" would sleep, but nobody said until when`,
        nextStep: 'Set snooze.until, for example 2027-01-04T08:00:00Z.',
      },
    ];
  }
  return [];
}

/** What the file alone shows: names that Intercom refuses, two sources for one target, entries that lack what their home needs. */
function checkTargets(file: MappingFile, threaded: ReadonlySet<string>): MappingFault[] {
  const faults: MappingFault[] = [];
  const types = new Map<string, { type: string; model: string; at: string }>();
  const names = new Set<string>();
  for (const [className, entry] of Object.entries(withoutIdleAttributes(file.mapping).classes)) {
    if (entry.to === 'conversation' && !threaded.has(className)) {
      faults.push({
        line: file.lineOf(['classes', className, 'to']),
        fault: `class ${className} cannot become conversations: only ${standardThreadedClasses.join(', ')} and the classes below them have a thread the tool knows`,
        nextStep: 'Use to: custom_object, or to: handoff.',
      });
    }
    const sources = new Map<string, string>();
    for (const [name, of] of Object.entries(entry.attributes ?? {})) {
      const at = ['classes', className, 'attributes', name];
      const fault = (text: string, nextStep: string): void => {
        faults.push({ line: file.lineOf(at), fault: text, nextStep });
      };
      if (of.home === 'record_note' && of.label === undefined)
        fault(`${className}.${name} goes to the record note without a label`, 'Add label: its name there.');
      if (of.home === 'record_note' && entry.to !== 'conversation')
        fault(`${className}.${name}: only tickets have a record note`, 'Use home: attribute, handoff or dropped.');
      if (of.home !== 'attribute') continue;
      if (of.to === undefined || of.type === undefined) {
        fault(
          `${className}.${name} is a custom attribute without name or type`,
          'Add to: its name in Intercom, and type: string, integer, float, boolean or datetime.',
        );
        continue;
      }
      if (!attributeName.test(of.to))
        fault(
          `"${of.to}" is not a name that Intercom takes for an attribute`,
          'Use letters, digits and underscores, a letter first, at most 190.',
        );
      if (ownNames[entry.to]?.includes(of.to)) fault(`"${of.to}" is written by the tool itself`, 'Use another name.');
      if (entry.to === 'company' && (of.type === 'integer' || of.type === 'float'))
        fault(
          `"${of.to}" is a number of a company`,
          'Use type: string. Intercom describes values of attributes of companies as text.',
        );
      const other = sources.get(of.to);
      if (other !== undefined && !(of.shared === true && entry.attributes?.[other]?.shared === true)) {
        fault(
          `${className}.${name} and ${className}.${other} both go to ${of.to}`,
          'Give one another name; or, where their values shall be joined, mark both shared: true.',
        );
      }
      sources.set(of.to, other ?? name);
      const model = entry.to === 'custom_object' ? `custom_object ${entry.type ?? className}` : entry.to;
      const space = entry.to === 'contact' || entry.to === 'company' ? 'people and companies' : model;
      const before = types.get(`${space}:${of.to}`);
      if (before !== undefined && (before.type !== of.type || before.model !== model)) {
        fault(
          `${of.to} is ${before.type} of ${before.model} in ${before.at} and ${of.type} of ${model} here`,
          'Use one type, or another name: Intercom has one name once, also across contacts and companies.',
        );
      }
      types.set(`${space}:${of.to}`, { type: of.type, model, at: `${className}.${name}` });
      if (entry.to === 'contact' || entry.to === 'company') names.add(of.to);
    }
  }
  if (names.size > mostAttributes) {
    faults.push({
      line: file.lineOf(['classes']),
      fault: `${names.size} custom attributes of contacts and companies; Intercom takes ${mostAttributes}`,
      nextStep: 'Hand some off instead.',
    });
  }
  return faults;
}

async function checkOptions(pool: pg.Pool, file: MappingFile, { region }: CheckContext): Promise<MappingFault[]> {
  const { scope, residency, survivors, on_existing }: Mapping = file.mapping;
  const faults: MappingFault[] = [];
  if (on_existing.article !== 'leave') {
    faults.push({
      line: file.lineOf(['on_existing', 'article']),
      fault: `on_existing.article is ${on_existing.article}, but an article that exists is only used, never written to`,
      nextStep: 'Use leave: the article of the same title and collection stands for the FAQ.',
    });
  }
  if (region !== undefined && region !== residency) {
    faults.push({
      line: file.lineOf(['residency']),
      fault: `residency is ${residency}, but Intercom is configured in ${region}`,
      nextStep: 'Use a workspace of that region, or correct residency.',
    });
  }
  if (scope.since !== null && scope.until !== null && scope.since >= scope.until) {
    faults.push({
      line: file.lineOf(['scope', 'until']),
      fault: 'the scope ends before it begins',
      nextStep: 'Correct scope.since or scope.until.',
    });
  }
  for (const name of scope.classes ?? []) {
    if (file.mapping.classes[name] === undefined) {
      faults.push({
        line: file.lineOf(['scope', 'classes']),
        fault: `scope names class ${name}, which has no decision`,
        nextStep: 'Correct the name, or add the class.',
      });
    }
  }
  const keys = [...(scope.organizations ?? []), ...Object.values(survivors)];
  const known = await warehouse(pool)
    .selectFrom('staging.object')
    .select(['source_key', sql<string | null>`ops.email_address(field ->> 'email')`.as('email')])
    .where('source_key', '=', anyOf(keys))
    .execute();
  const byKey = new Map(known.map((row) => [row.source_key, row.email]));
  for (const key of scope.organizations ?? []) {
    if (!byKey.has(key))
      faults.push({
        line: file.lineOf(['scope', 'organizations']),
        fault: `scope names ${key}, which does not exist`,
        nextStep: 'Correct the key.',
      });
  }
  for (const [email, key] of Object.entries(survivors)) {
    if (byKey.get(key) !== email.trim().toLowerCase()) {
      faults.push({
        line: file.lineOf(['survivors', email]),
        fault: `${key} does not have the address ${email}`,
        nextStep: 'Name the person by its source key; addresses are compared in lower case.',
      });
    }
  }
  return faults;
}
