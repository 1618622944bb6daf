import type { OwnerKey } from '../generator/stored-class.ts';
import type { ObjectView, ShownValue } from './itop-objects.ts';
import type { Condition } from './oql-parser.ts';
import { ALL_IDS, type IdWindow } from './overlay.ts';

/** Attribute codes a condition names, with their place in the query. */
export function namedCodes(
  condition: Condition | undefined,
): readonly { readonly code: string; readonly at: number }[] {
  if (condition === undefined) return [];
  if (condition.type === 'and' || condition.type === 'or')
    return [...namedCodes(condition.left), ...namedCodes(condition.right)];
  return [{ code: condition.code, at: condition.at }];
}

/** The narrowest window of ids that holds every match, so that a query by id window touches nothing else. */
export function idWindow(condition: Condition | undefined, owner: OwnerKey | undefined): IdWindow {
  if (condition === undefined || condition.type === 'or' || condition.type === 'isnull') return ALL_IDS;
  if (condition.type === 'and') {
    const left = idWindow(condition.left, owner);
    const right = idWindow(condition.right, owner);
    return { from: Math.max(left.from, right.from), to: Math.min(left.to, right.to) };
  }
  const window = plainWindow(condition);
  if (condition.code === 'id') return window;
  if (owner === undefined || condition.code !== owner.attribute) return ALL_IDS;
  const factor = owner.idsPerOwner;
  return { from: window.from * factor, to: window.to === ALL_IDS.to ? window.to : window.to * factor };
}

function plainWindow(condition: Extract<Condition, { type: 'compare' | 'in' }>): IdWindow {
  if (condition.type === 'in') {
    const ids = condition.values.map(Number);
    return condition.negated ? ALL_IDS : { from: Math.min(...ids), to: Math.max(...ids) + 1 };
  }
  const value = Number(condition.value);
  switch (condition.operator) {
    case '=':
      return { from: value, to: value + 1 };
    case '<':
      return { from: 0, to: value };
    case '<=':
      return { from: 0, to: value + 1 };
    case '>':
      return { from: value + 1, to: ALL_IDS.to };
    case '>=':
      return { from: value, to: ALL_IDS.to };
    default:
      return ALL_IDS;
  }
}

/** Whether an object fulfils a condition, compared as MySQL would: numbers as numbers, text without case, null never. */
export function matches(object: ObjectView, condition: Condition | undefined): boolean {
  if (condition === undefined) return true;
  switch (condition.type) {
    case 'and':
      return matches(object, condition.left) && matches(object, condition.right);
    case 'or':
      return matches(object, condition.left) || matches(object, condition.right);
    case 'isnull':
      return columnValue(object, condition.code) === null;
    case 'in': {
      const value = columnValue(object, condition.code);
      return value !== null && condition.values.some((item) => compare(value, item) === 0) !== condition.negated;
    }
    case 'compare': {
      const value = columnValue(object, condition.code);
      return value !== null && holds(value, condition.operator, condition.value);
    }
  }
}

/** The value as the database column holds it: an empty date is null there, a boolean is 1 or 0. */
function columnValue(object: ObjectView, code: string): string | null {
  const value: ShownValue = object.column(code);
  if (value === null) return null;
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'object') return JSON.stringify(value);
  if (value === '' && /(^|_)(date|deadline|time_spent|installed)$/.test(code)) return null;
  return String(value);
}

function compare(value: string, other: string): number {
  if (value !== '' && other !== '' && Number.isFinite(Number(value)) && Number.isFinite(Number(other)))
    return Number(value) - Number(other);
  const [left, right] = [value.toLowerCase(), other.toLowerCase()];
  // A bare date stands for its midnight when it is compared with a time.
  const isTime = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(left);
  const wanted = isTime && /^\d{4}-\d\d-\d\d$/.test(right) ? `${right} 00:00:00` : right;
  if (left === wanted) return 0;
  return left < wanted ? -1 : 1;
}

function holds(value: string, operator: string, wanted: string): boolean {
  if (operator === 'LIKE') return likePattern(wanted).test(value);
  const order = compare(value, wanted);
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}

function likePattern(pattern: string): RegExp {
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/%/g, '[\\s\\S]*')
    .replace(/_/g, '[\\s\\S]');
  return new RegExp(`^${source}$`, 'i');
}
