import { isSameValue, textOf } from '../../intercom/same-value.ts';

/** Fields of an object by name, as text can compare them. */
export type Fields = Readonly<Record<string, unknown>>;

/** A field that changed in the source and was edited in Intercom: Intercom's value stays. */
export interface KeptEdit {
  readonly field: string;
  readonly sourceValue: unknown;
  readonly formerValue: unknown;
  readonly targetValue: unknown;
}

export interface ThreeWay {
  /** Fields to write, with the values to write. */
  readonly write: Record<string, unknown>;
  readonly kept: readonly KeptEdit[];
}

export interface ThreeWayInput {
  /** What the last write was to achieve, and what Intercom showed after it; undefined where neither is recorded. */
  readonly base: { readonly lastApplied: Fields; readonly observed: Fields } | undefined;
  /** What the source holds now, in the form of `base.lastApplied`. */
  readonly desired: Fields;
  /** The same as Intercom would show it: references are its ids. */
  readonly target: Fields;
  /** What Intercom shows now. */
  readonly observed: Fields;
  /** Objects that were there before the migration: their own values are never overwritten. */
  readonly isLinked: boolean;
}

/**
 * Which fields a delta writes (invariant 4, RULES D1): those that changed in the source and that nobody touched in Intercom
 * since. What somebody edited there is kept and listed; what did not change in the source is left alone.
 */
export function compareThreeWay(input: ThreeWayInput): ThreeWay {
  const { base, desired, target, observed, isLinked } = input;
  const write: Record<string, unknown> = {};
  const kept: KeptEdit[] = [];
  const names = new Set([...Object.keys(desired), ...Object.keys(base?.lastApplied ?? {})]);
  for (const name of names) {
    if (base !== undefined && isSame(desired[name], base.lastApplied[name])) continue;
    if (isSameValue(name, target[name], observed[name])) continue;
    if (isFree(name, base, observed, isLinked)) write[name] = target[name] ?? null;
    else {
      const formerValue = base?.observed[name];
      kept.push({ field: name, sourceValue: desired[name], formerValue, targetValue: observed[name] });
    }
  }
  return { write, kept };
}

/** Whether the value that Intercom shows is the one our last write left there, or none. */
function isFree(name: string, base: ThreeWayInput['base'], observed: Fields, isLinked: boolean): boolean {
  if (isEmpty(observed[name]) && (base === undefined || isEmpty(base.observed[name]))) return true;
  if (base === undefined || !isSameValue(name, base.observed[name], observed[name])) return false;
  return !isLinked || isSameValue(name, base.lastApplied[name], base.observed[name]);
}

/** Values of one side as text: no value is null or nothing. */
export function isSame(a: unknown, b: unknown): boolean {
  return textOf(a) === textOf(b);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** Custom attributes under names that cannot be those of other fields. */
export function flatAttributes(attributes: Readonly<Record<string, unknown>>): Fields {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`${prefix}${name}`, value]));
}

/** The custom attributes among fields to write; undefined when there are none. */
export function attributesIn(write: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const attributes = Object.entries(write).filter(([name]) => name.startsWith(prefix));
  if (attributes.length === 0) return undefined;
  return Object.fromEntries(attributes.map(([name, value]) => [name.slice(prefix.length), value]));
}

const prefix = 'custom_attributes.';
