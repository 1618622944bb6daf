import { parameterInvalid } from './api-error.ts';
import { fieldsOf, requiredText } from './request-fields.ts';

type Value = string | number | boolean | null;

/** The values of an object's field that a search looks at. */
export type SearchFields<T> = Readonly<Record<string, (object: T) => readonly Value[]>>;

type Matcher<T> = (object: T) => boolean;

const MOST_LEVELS = 2;
const MOST_FILTERS = 15;

/**
 * The condition of a search body. `isInclusive`: `>` and `<` mean "or equal", as the description says for conversations.
 * Throws a 400 for an unknown field or operator, and beyond two levels or fifteen filters a group.
 */
export function matcherOf<T>(
  query: unknown,
  searchFields: SearchFields<T>,
  isInclusive = false,
  level = 0,
): Matcher<T> {
  const node = fieldsOf(query, ['field', 'operator', 'value'], 'query');
  const operator = requiredText(node, 'operator');
  if (operator !== 'AND' && operator !== 'OR') return filterOf(node, operator, searchFields, isInclusive);
  if (level >= MOST_LEVELS) throw parameterInvalid(`a query has at most ${MOST_LEVELS} levels`);
  if (!Array.isArray(node.value)) throw parameterInvalid(`${operator} needs a list of filters`);
  if (node.value.length > MOST_FILTERS) throw parameterInvalid(`a group has at most ${MOST_FILTERS} filters`);
  const parts = node.value.map((part: unknown) => matcherOf(part, searchFields, isInclusive, level + 1));
  return operator === 'AND'
    ? (object) => parts.every((matches) => matches(object))
    : (object) => parts.some((matches) => matches(object));
}

function filterOf<T>(
  node: Readonly<Record<string, unknown>>,
  operator: string,
  searchFields: SearchFields<T>,
  isInclusive: boolean,
): Matcher<T> {
  const name = requiredText(node, 'field');
  const read = searchFields[name];
  if (read === undefined) throw parameterInvalid(`'${name}' is not a field that can be searched`);
  const compare = comparison(operator, node.value, isInclusive);
  return (object) => compare(read(object));
}

function comparison(operator: string, wanted: unknown, isInclusive: boolean): (held: readonly Value[]) => boolean {
  const some = (test: (value: Value) => boolean) => (held: readonly Value[]) => held.some(test);
  const none = (test: (value: Value) => boolean) => (held: readonly Value[]) => !held.some(test);
  const isSame = (value: Value) => textOf(value) === textOf(wanted);
  const isIn = (value: Value) => Array.isArray(wanted) && wanted.some((one) => textOf(value) === textOf(one));
  const isWithin = (value: Value) => textOf(value).includes(textOf(wanted));
  switch (operator) {
    case '=':
      return some(isSame);
    case '!=':
      return none(isSame);
    case 'IN':
      return some(isIn);
    case 'NIN':
      return none(isIn);
    case '>':
      return some((value) => Number(value) > Number(wanted) || (isInclusive && isSame(value)));
    case '<':
      return some((value) => Number(value) < Number(wanted) || (isInclusive && isSame(value)));
    case '~':
      return some(isWithin);
    case '!~':
      return none(isWithin);
    case '^':
      return some((value) => textOf(value).startsWith(textOf(wanted)));
    case '$':
      return some((value) => textOf(value).endsWith(textOf(wanted)));
    default:
      throw parameterInvalid(`unknown operator '${operator}'`);
  }
}

/** Searches do not look at case, and an empty field is an empty text. */
function textOf(value: unknown): string {
  return String(value ?? '').toLowerCase();
}
