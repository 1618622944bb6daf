import { sql } from 'kysely';
import type pg from 'pg';
import type { Itop } from '../itop/client.ts';
import { ClassNotReadable, QueryRejected } from '../itop/errors.ts';
import { type Oql, selectEmpty } from '../itop/oql.ts';
import type { Finding } from '../platform/findings.ts';
import { warehouse } from '../platform/warehouse.ts';
import { counted, found, passed, someOf } from './check.ts';
import { ticketClasses } from './ticket-classes.ts';

const inMapping = 'Decide it in the mapping: itop-to-intercom map propose, then review mapping.yaml.';

/** iTop's count of a query; undefined where this iTop has no such class or the account may not read it. */
async function countOf(itop: Itop, className: string, oql?: Oql): Promise<number | undefined> {
  try {
    return oql === undefined ? await itop.count(className) : await itop.count(className, oql);
  } catch (error) {
    if (error instanceof ClassNotReadable || error instanceof QueryRejected) return undefined;
    throw error;
  }
}

/** Configuration items by class: each class becomes a custom object type, a file, or nothing. */
export async function checkConfigurationItems(itop: Itop, pool: pg.Pool): Promise<Finding[]> {
  const code = 'itop_configuration_items';
  const total = await countOf(itop, 'FunctionalCI');
  if (total === undefined) return [found(code, 'note', 'FunctionalCI', 'This iTop has no readable CIs.', '')];
  if (total === 0) return [passed(code, 'FunctionalCI', 'There are none.')];
  const rows = await warehouse(pool)
    .selectFrom('ops.itop_class as c')
    .select('c.class')
    .where('c.root_class', '=', 'FunctionalCI')
    .where((item) =>
      item.not(item.exists(item.selectFrom('ops.itop_class as below').whereRef('below.parent_class', '=', 'c.class'))),
    )
    .orderBy('c.class')
    .execute();
  const counts: string[] = [];
  let known = 0;
  for (const { class: name } of rows) {
    const count = (await countOf(itop, name)) ?? 0;
    known += count;
    if (count > 0) counts.push(`${name} ${count}`);
  }
  const rest = total > known ? [`classes of extensions ${total - known}`] : [];
  const finding = `${counted(total, 'configuration item')}: ${someOf([...counts, ...rest], 40)}.`;
  const [confirmed] = await warehouse(pool)
    .selectFrom('ops.mapping_confirmation')
    .select('confirmed_by')
    .limit(1)
    .execute();
  const nextStep = `Custom object type, file or nothing, class by class. ${inMapping}`;
  return [found(code, 'note', 'FunctionalCI', finding, confirmed === undefined ? nextStep : '')];
}

/** Changes and problems have no equal in Intercom: somebody must say what becomes of them. */
export async function checkChangesAndProblems(itop: Itop, pool: pg.Pool): Promise<Finding[]> {
  const code = 'itop_changes_and_problems';
  const rows = await warehouse(pool)
    .selectFrom('ops.itop_class as c')
    .leftJoin('ops.mapping_class as m', 'm.class', 'c.class')
    .select(['c.class', 'c.parent_class', 'm.destination'])
    .where((asked) =>
      asked.or([
        asked('c.class', 'in', asked.selectFrom('staging.change_class').select('class')),
        asked('c.class', '=', 'Problem'),
        asked('c.parent_class', '=', 'Problem'),
      ]),
    )
    .orderBy('c.class')
    .execute();
  const counts = new Map<string, number>();
  for (const { class: name } of rows) counts.set(name, (await countOf(itop, name)) ?? 0);
  const findings: Finding[] = [];
  for (const { class: name, destination } of rows) {
    // iTop counts the objects of the classes below as well, which have a line of their own.
    const below = rows.filter((row) => row.parent_class === name);
    const count = (counts.get(name) ?? 0) - below.reduce((sum, row) => sum + (counts.get(row.class) ?? 0), 0);
    if (count <= 0) continue;
    findings.push(
      destination === null
        ? found(
            code,
            'warning',
            name,
            `${counted(count, 'object')} without a decision.`,
            `Custom object, CSV or excluded. ${inMapping}`,
          )
        : passed(code, name, `${counted(count, 'object')}; decided: ${destination}.`),
    );
  }
  return findings;
}

/** Service levels cannot be created by API: they are handed off. */
export async function checkServiceLevels(itop: Itop): Promise<Finding[]> {
  const code = 'itop_service_levels';
  const [agreements, targets] = [await countOf(itop, 'SLA'), await countOf(itop, 'SLT')];
  if ((agreements ?? 0) + (targets ?? 0) === 0) return [passed(code, 'SLA', 'There are none.')];
  const finding = `${counted(agreements ?? 0, 'SLA')} with ${counted(targets ?? 0, 'target')}. Intercom's API cannot create SLAs.`;
  return [found(code, 'note', 'SLA', finding, 'Set them up by hand from the SLA guide of: itop-to-intercom handoff')];
}

/** Persons who can only be known by a key of their own (rule P2). */
export async function checkPersonsWithoutEmail(itop: Itop): Promise<Finding[]> {
  const code = 'itop_person_without_email';
  const total = await countOf(itop, 'Person');
  const without = await countOf(itop, 'Person', selectEmpty('Person', 'email', 'text'));
  if (total === undefined || without === undefined) return [];
  if (without === 0) return [passed(code, 'Person', `All ${total} have an address.`)];
  const finding = `${without} of ${counted(total, 'person', 'persons')} have no e-mail address: each becomes a contact that cannot be written to.`;
  return [
    found(code, 'warning', 'Person', finding, 'Complete the addresses in iTop where they are known, then audit again.'),
  ];
}

/** Tickets whose conversation begins with a placeholder contact (rule K8). */
export async function checkTicketsWithoutCaller(itop: Itop, pool: pg.Pool): Promise<Finding[]> {
  const code = 'itop_ticket_without_caller';
  const findings: Finding[] = [];
  for (const name of await ticketClasses(pool)) {
    const without = await countOf(itop, name, selectEmpty(name, 'caller_id', 'reference'));
    if (without === undefined) continue;
    findings.push(
      without === 0
        ? passed(code, name, 'Every ticket has a caller.')
        : found(
            code,
            'warning',
            name,
            `${counted(without, 'ticket')} without a caller: they begin with a placeholder contact of their organization.`,
            'Set the callers in iTop where they are known, or accept the placeholders.',
          ),
    );
  }
  return findings;
}

/** Files, and uploads that were never submitted (rule A2). */
export async function checkAttachments(itop: Itop): Promise<Finding[]> {
  const code = 'itop_attachments';
  const total = await countOf(itop, 'Attachment');
  if (total === undefined) return [];
  const orphans = (await countOf(itop, 'Attachment', selectEmpty('Attachment', 'item_id', 'reference'))) ?? 0;
  const finding = `${counted(total, 'attachment')}, of which ${orphans} belong to nothing and stay behind. Volume and types are reported after the extraction.`;
  return [found(code, 'note', 'Attachment', finding, '')];
}

/** Classes that are not of the standard data model: of this site, or of modules it added. */
export async function checkCustomClasses(itop: Itop, pool: pg.Pool): Promise<Finding[]> {
  const code = 'itop_custom_classes';
  const rows = await warehouse(pool)
    .selectFrom('ops.itop_class')
    .select('class')
    .where('is_standard', '=', true)
    .execute();
  const known = new Set(rows.map((row) => row.class));
  const decided = await warehouse(pool).selectFrom('ops.mapping_class').select(['class', 'destination']).execute();
  const destinations = new Map(decided.map((row) => [row.class, row.destination]));
  const unknown = (await itop.listClasses()).filter((name) => !known.has(name)).sort();
  const findings: Finding[] = [];
  for (const name of unknown) {
    const count = await countOf(itop, name);
    if (count === undefined || count === 0) continue;
    const finding = `A class of this iTop only, with ${counted(count, 'object')}`;
    const destination = destinations.get(name);
    findings.push(
      destination === undefined
        ? found(code, 'warning', name, `${finding}.`, inMapping)
        : found(code, 'note', name, `${finding}, mapped to ${destination}.`, ''),
    );
  }
  return findings.length > 0 ? findings : [passed(code, 'iTop', 'No class of an extension holds objects.')];
}

/** What iTop computes from other attributes: copies of names across a reference, and its own marks. */
function isDerived(attribute: string): boolean {
  return /^(id|finalclass|friendlyname|obsolescence_flag|obsolescence_date)$|_(friendlyname|obsolescence_flag|finalclass_recall)$/.test(
    attribute,
  );
}

/** Inner values of a stop watch, which iTop lists beside it as attributes of their own; the last start is a mark that only a watch has. */
const ofStopWatch = /^(.+)_(started|laststart|stopped|\d+_(deadline|passed|triggered|overrun))$/;

/** Attributes of the classes that move which have no home yet (rule K1): an extension's, or ones nobody decided. */
export async function checkAttributesHaveAHome(itop: Itop, pool: pg.Pool): Promise<Finding[]> {
  const code = 'itop_attribute_without_a_home';
  const rows = await warehouse(pool)
    .selectFrom('ops.mapping_class as c')
    .leftJoin('ops.mapping_attribute as a', 'a.class', 'c.class')
    .select([
      'c.class',
      sql<string[]>`coalesce(array_agg(a.attribute) filter (where a.attribute is not null), '{}')`.as('attributes'),
    ])
    .where('c.destination', 'in', ['conversation', 'contact', 'company', 'custom_object', 'article'])
    .groupBy('c.class')
    .orderBy('c.class')
    .execute();
  const findings: Finding[] = [];
  for (const { class: name, attributes } of rows) {
    const decided = new Set(attributes);
    let all: string[];
    try {
      all = await itop.listAttributes(name);
    } catch (error) {
      if (error instanceof ClassNotReadable || error instanceof QueryRejected) continue;
      throw error;
    }
    const isOfStopWatch = (attribute: string): boolean => {
      const watch = ofStopWatch.exec(attribute)?.[1] ?? '';
      return all.includes(watch) && all.includes(`${watch}_laststart`);
    };
    const open = all
      .filter((attribute) => !decided.has(attribute) && !isDerived(attribute) && !isOfStopWatch(attribute))
      .sort();
    findings.push(
      open.length === 0
        ? passed(code, name, `All ${all.length} attributes have a place.`)
        : found(
            code,
            'warning',
            name,
            `Nobody decided yet where ${counted(open.length, 'attribute')} go${open.length === 1 ? 'es' : ''}: ${someOf(open, 12)}.`,
            inMapping,
          ),
    );
  }
  return findings;
}
