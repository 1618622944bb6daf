import { isVisible, mayRead, orgAttributeOf, type Session } from './accounts.ts';
import { type ClassModel, filterCodes } from './class-model.ts';
import { type ItopObjects, ObjectView, type ShownValue } from './itop-objects.ts';
import { phpJson } from './json-text.ts';
import { idWindow, matches, namedCodes } from './oql-condition.ts';
import { MissingQueryArgument, OqlError, unknownName } from './oql-error.ts';
import { type Condition, parseOql, type Query } from './oql-parser.ts';
import { ALL_IDS } from './overlay.ts';
import { RestError } from './rest-error.ts';

/** An answer ready to be sent: its rows are written one by one, so that a large answer is never held as a whole. */
export interface Answer {
  readonly rows: number;
  /** Whether the fields asked for expand link sets, which costs iTop several queries a row. */
  readonly expandsLinkSets: boolean;
  text(): Iterable<string>;
}

export type Parameters = Readonly<Record<string, unknown>>;

interface Row {
  readonly className: string;
  readonly id: number;
}

const COLLATOR = new Intl.Collator('en');

/** `core/get`: checks as iTop does and in its order, then finds the rows. */
export function coreGet(objects: ItopObjects, session: Session, parameters: Parameters): Answer {
  const className = requiredClass(objects, parameters);
  const key = parameters.key;
  if (key === undefined) throw new RestError(100, "Error: Missing parameter 'key'");
  const fieldsOf = outputFields(objects, className, parameters.output_fields);
  const query = queryOfKey(className, key);
  checkNames(objects, query);
  if (!mayRead(session, query.className)) {
    throw new RestError(
      1,
      `The current user does not have enough permissions for reading data of class ${query.className}`,
      true,
    );
  }
  const isProbe = checkPaging(parameters);
  const rows = isProbe ? [...someRows(objects, session, query)] : findRows(objects, session, query);
  const shown = isProbe ? rows.slice(0, 1) : rows;
  return {
    rows: shown.length,
    expandsLinkSets: fieldsOf.expandsLinkSets,
    *text() {
      yield `{"code":0,"message":"Found: ${rows.length}","objects":${shown.length === 0 ? 'null' : '{'}`;
      for (const [place, row] of shown.entries()) {
        const view = new ObjectView(objects, row.className, row.id);
        const fields = inLanguage(session.language, view.pick(fieldsOf.codes(row.className)));
        const body = { code: 0, message: '', class: row.className, key: String(row.id), fields };
        yield `${place === 0 ? '' : ','}${phpJson(`${row.className}::${row.id}`)}:${phpJson(body)}`;
      }
      yield shown.length === 0 ? '}' : '}}';
    },
  };
}

/** The dictionary's words for yes and no, which iTop puts into what a stop watch tells. */
const yesAndNo: Readonly<Record<string, readonly [yes: string, no: string]>> = {
  FR: ['oui', 'non'],
  DE: ['ja', 'nein'],
};

/** Values that depend on the language of the account: whether a limit of a stop watch was passed. */
function inLanguage(language: string, fields: Record<string, ShownValue>): Record<string, ShownValue> {
  const words = yesAndNo[language.slice(0, 2)];
  if (words === undefined) return fields;
  const [yes, no] = words;
  const translated = (code: string, value: ShownValue): ShownValue =>
    !code.endsWith('_passed') ? value : value === 'yes' ? yes : value === 'no' ? no : value;
  return Object.fromEntries(Object.entries(fields).map(([code, value]) => [code, translated(code, value)]));
}

export function requiredClass(objects: ItopObjects, parameters: Parameters): string {
  const className = parameters.class;
  if (className === undefined) throw new RestError(100, "Error: Missing parameter 'class'");
  if (typeof className !== 'string' || !objects.tree.isClass(className))
    throw new RestError(100, `Error: class: '${String(className)}' is not a valid class'`);
  return className;
}

/** A class of iTop that this simulator holds no objects of; of its attributes only the name is known, but none is refused as output. */
function emptyModel(name: string): ClassModel {
  return {
    name,
    attributes: ['name', 'friendlyname'],
    keys: {},
    externalFields: {},
    linkSets: {},
    stopWatches: [],
    unfilterable: [],
  };
}

/** Attribute codes to show for a row of a final class; a code unknown to the class asked for refuses the call. */
function outputFields(
  objects: ItopObjects,
  className: string,
  asked: unknown,
): { codes: (finalClass: string) => readonly string[]; expandsLinkSets: boolean } {
  const list = typeof asked === 'string' && asked !== '' ? asked : '*';
  const own = objects.models.get(className) ?? emptyModel(className);
  if (list === '*+')
    return {
      codes: (finalClass) => (objects.models.get(finalClass) ?? emptyModel(finalClass)).attributes,
      expandsLinkSets: true,
    };
  if (list === '*') return { codes: (finalClass) => known(objects, finalClass, own.attributes), expandsLinkSets: true };
  const codes = list.split(',').map((code) => code.trim());
  for (const code of codes) {
    if (code !== 'id' && objects.models.has(className) && !own.attributes.includes(code))
      throw new RestError(100, `Error: output_fields: invalid attribute code '${code}'`);
  }
  return {
    codes: (finalClass) => known(objects, finalClass, codes),
    expandsLinkSets: codes.some((code) => code in own.linkSets),
  };
}

/** Rows of another class than asked for come with the fields both have. */
function known(objects: ItopObjects, finalClass: string, codes: readonly string[]): readonly string[] {
  const attributes = objects.models.get(finalClass)?.attributes ?? [];
  return codes.filter((code) => code === 'id' || attributes.includes(code));
}

/** A key is an id, criteria of equality, or OQL. */
function queryOfKey(className: string, key: unknown): Query {
  const compare = (code: string, value: string): Condition => ({ type: 'compare', code, at: -1, operator: '=', value });
  const text = `SELECT ${className}`;
  if (typeof key === 'number' || (typeof key === 'string' && /^\d+$/.test(key))) {
    return { text, className, classAt: -1, condition: compare('id', String(key)) };
  }
  if (typeof key === 'string') {
    try {
      return parseOql(key);
    } catch (error) {
      throw oqlFailure(key, error);
    }
  }
  if (typeof key !== 'object' || key === null)
    throw new RestError(100, 'Error: key: wrong type, an id, criteria or an OQL query is expected');
  let condition: Condition | undefined;
  for (const [code, value] of Object.entries(key)) {
    if (typeof value === 'object')
      throw new RestError(100, `Error: ${code}: the simulated iTop takes only plain values as criteria`);
    const single = compare(code, String(value));
    condition = condition === undefined ? single : { type: 'and', left: condition, right: single };
  }
  return { text, className, classAt: -1, condition };
}

function oqlFailure(query: string, error: unknown): unknown {
  if (error instanceof OqlError) {
    return new RestError(
      100,
      `Error: Query failed to execute: query = ${query}, exception_class = ${error.exceptionClass}, exception_message = ${error.message}`,
    );
  }
  if (error instanceof MissingQueryArgument || error instanceof Error)
    return new RestError(100, `Error: ${error.message}`);
  return error;
}

function checkNames(objects: ItopObjects, query: Query): void {
  if (!objects.tree.isClass(query.className)) {
    const message = unknownName('Unknown class', query.className, query.classAt, query.text, objects.tree.names);
    throw oqlFailure(query.text, new OqlError('UnknownClassOqlException', message));
  }
  const model = objects.models.get(query.className) ?? emptyModel(query.className);
  const codes = filterCodes(model, objects.tree);
  for (const { code, at } of namedCodes(query.condition)) {
    if (codes.includes(code)) continue;
    if (at < 0) throw new RestError(100, `Error: ${code}: Unknown attribute`);
    const message = unknownName('Unknown filter code', code, at, query.text, codes);
    throw oqlFailure(query.text, new OqlError('OqlNormalizeException', message));
  }
}

/**
 * True for the count probe (`limit` 1). Paging is refused on purpose: iTop's pages lose and repeat rows, a client
 * that uses them must fail here rather than seem to work.
 */
function checkPaging(parameters: Parameters): boolean {
  const limit = Math.trunc(Number(parameters.limit ?? 0));
  if (parameters.page !== undefined) {
    if (Number(parameters.page) < 1)
      throw new RestError(13, 'The request page number is not valid. It must be an integer greater than 0', true);
    throw new RestError(
      100,
      'Error: the simulated iTop refuses page: its pages are not stable, read windows of ids instead',
    );
  }
  if (limit > 1)
    throw new RestError(
      100,
      `Error: the simulated iTop refuses limit ${limit}: only limit 1 (the count probe) is answered`,
    );
  return limit === 1;
}

/** Tickets come by ref, falling, everything else by friendly name: never by id. */
function findRows(objects: ItopObjects, session: Session, query: Query): readonly Row[] {
  const isTicket = objects.tree.classAndDescendants('Ticket').includes(query.className);
  const rows: (Row & { readonly order: string })[] = [];
  for (const row of someRows(objects, session, query)) {
    const object = new ObjectView(objects, row.className, row.id);
    rows.push({ ...row, order: String(object.get(isTicket ? 'ref' : 'friendlyname')) });
  }
  if (isTicket) return rows.sort((a, b) => (a.order < b.order ? 1 : a.order > b.order ? -1 : 0));
  return rows.sort((a, b) => COLLATOR.compare(a.order, b.order));
}

/** The rows of a query, without order: enough to count them. */
function* someRows(objects: ItopObjects, session: Session, query: Query): Iterable<Row> {
  for (const finalClass of objects.tree.classAndDescendants(query.className)) {
    const orgAttribute = session.allowedOrgs === undefined ? undefined : orgAttributeOf(objects, finalClass);
    const window = idWindow(query.condition, objects.overlay.storedClass(finalClass)?.ownerKey);
    for (const id of objects.overlay.ids(finalClass, window)) {
      const object = new ObjectView(objects, finalClass, id);
      if (!matches(object, query.condition) || !isVisible(session, object, orgAttribute)) continue;
      yield { className: finalClass, id };
    }
  }
}

/** How many objects of each final class exist. */
export function countObjects(objects: ItopObjects): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const className of objects.overlay.classNames()) {
    let count = 0;
    for (const _ of objects.overlay.ids(className, ALL_IDS)) count++;
    counts[className] = count;
  }
  return counts;
}
