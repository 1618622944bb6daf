import { RefusedError } from '../../../platform/errors.ts';
import type { ClassKnowledge } from '../../catalog/class-knowledge.ts';
import type { Description } from './describe.ts';

/** Attribute codes by the place of their column; undefined for a column that is not an attribute of the object. */
export interface Columns {
  readonly codes: readonly (string | undefined)[];
  readonly idPlace: number;
  readonly isLocalized: boolean;
}

/**
 * Tells what each column holds: by the description, by the codes of a header without labels (no_localize=1), or by the labels
 * of the data model file.
 *
 * Labels collide: a key and the name of what it points to have the same one. The column of the key is the one that
 * holds only numbers in the first records.
 *
 * Throws RefusedError where a column stays unclear or the id is missing, with what to do.
 */
export function columnsOf(
  file: string,
  header: readonly string[],
  sample: readonly (readonly string[])[],
  knowledge: ClassKnowledge,
  description: Description,
): Columns {
  const names =
    description.alias === undefined ? header : header.map((name) => withoutAlias(name, description.alias ?? ''));
  const described = names.map((name, place) => {
    const { columns } = description;
    if (columns === undefined) return undefined;
    return Array.isArray(columns) ? columns[place] : (columns as Readonly<Record<string, string>>)[name];
  });
  const isLocalized = description.localized ?? !names.some((name, place) => (described[place] ?? name) === 'id');
  const codes = isLocalized
    ? byLabels(file, names, sample, knowledge, described)
    : byCodes(file, names, described, knowledge);
  const idPlace = codes.indexOf('id');
  if (idPlace === -1) {
    throw refused(
      `${file} has no column with the id of the objects: ${header.slice(0, 6).join(', ')} ...`,
      'Export it again with `id` among the fields: without ids its objects cannot be identified or linked.',
    );
  }
  const twice = codes.filter((code, place) => code !== undefined && codes.indexOf(code) !== place);
  if (twice.length > 0) throw refused(`${file} has two columns for ${twice.join(', ')}.`, describeColumns);
  return { codes, idPlace, isLocalized };
}

const describeColumns =
  'Export it again with no_localize=1, or say in exports.yaml what the columns hold: columns: [id, ref, ...], null for one to leave out.';

function byCodes(
  file: string,
  names: readonly string[],
  described: readonly (string | null | undefined)[],
  { readable }: ClassKnowledge,
): (string | undefined)[] {
  if (names.some((name) => /^\w+\.\w+$/.test(name)) && !names.includes('id'))
    throw refused(`${file} joins several classes.`, 'Say in exports.yaml which one is meant, e.g. alias: u.');
  return names.map((name, place) => {
    const code = described[place] === null ? undefined : (described[place] ?? name);
    // Fields of other objects, `caller_id->email`, come with those objects.
    return code !== undefined && /^\w+$/.test(code) && readable.name !== '' ? code : undefined;
  });
}

function byLabels(
  file: string,
  names: readonly string[],
  sample: readonly (readonly string[])[],
  { attributes, readable }: ClassKnowledge,
  described: readonly (string | null | undefined)[],
): (string | undefined)[] {
  const byLabel = new Map<string, string[]>([['id (Primary Key)', ['id']]]);
  const add = (label: string, code: string): void => {
    byLabel.set(label, [...(byLabel.get(label) ?? []), code]);
  };
  for (const [code, { label, kind }] of attributes) {
    if (label === undefined) continue;
    add(label, code);
    if (kind === 'key') add(label, `${code}_friendlyname`);
  }
  if (byLabel.size === 1 && described.every((code) => code === undefined)) {
    throw refused(
      `${file} has labels as header (${names.slice(0, 3).join(', ')} ...), which do not identify the attributes of ${readable.name}.`,
      'Export it again with no_localize=1, or give the data model file with --datamodel.',
    );
  }
  return names.map((name, place) => {
    const given = described[place];
    if (given !== undefined) return given ?? undefined;
    const codes = byLabel.get(name) ?? [];
    if (codes.length <= 1) return codes[0];
    const isKey = sample.length > 0 && sample.every((cells) => /^\d+$/.test(cells[place] ?? ''));
    const fitting = codes.filter((code) => (attributes.get(code)?.kind === 'key') === isKey);
    if (fitting.length === 1) return fitting[0];
    throw refused(`${file}: the column ${name} can be ${codes.join(' or ')}.`, describeColumns);
  });
}

function withoutAlias(name: string, alias: string): string {
  return name.startsWith(`${alias}.`) ? name.slice(alias.length + 1) : `->${name}`;
}

function refused(message: string, nextStep: string): RefusedError {
  return new RefusedError(message, { stage: 'extract', nextStep });
}
