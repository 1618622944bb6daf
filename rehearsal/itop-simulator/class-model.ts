import type { ClassTree } from './class-tree.ts';

/** How a class looks from outside: which attributes `*` shows, and which of them are read through keys. */
export interface ClassModel {
  readonly name: string;
  /** What `*` shows, in iTop's order. */
  readonly attributes: readonly string[];
  /** External keys and the class they point to. */
  readonly keys: Readonly<Record<string, string>>;
  /** External fields: attribute → `key.attribute of the target`. */
  readonly externalFields: Readonly<Record<string, string>>;
  /** Link sets: attribute → class of the items and its key back to the owner. */
  readonly linkSets: Readonly<Record<string, { readonly itemClass: string; readonly back: string }>>;
  readonly stopWatches: readonly string[];
  /** Attributes without a filter code: files, pictures, passwords of one way, answers of forms. iTop lists them nowhere. */
  readonly unfilterable: readonly string[];
}

const WATCH_PARTS = ['_started', '_laststart', '_stopped'];
const THRESHOLD_PARTS = ['_deadline', '_passed', '_triggered', '_overrun'];

/** Attribute codes an OQL condition may name, in the order in which iTop's error lists them. */
export function filterCodes(model: ClassModel, tree: ClassTree): readonly string[] {
  const derived = new Set(Object.keys(model.keys).flatMap((key) => derivedCodes(key)));
  const codes = tree.isInTree(model.name) ? ['finalclass', 'friendlyname'] : ['friendlyname'];
  for (const code of model.attributes) {
    if (code in model.linkSets || model.unfilterable.includes(code) || derived.has(code) || codes.includes(code))
      continue;
    codes.push(code);
    if (code in model.keys) codes.push(...derivedCodes(code).filter((name) => model.attributes.includes(name)));
    if (model.stopWatches.includes(code)) codes.push(...WATCH_PARTS.map((part) => code + part));
    if (code === 'tto' || code === 'ttr') {
      codes.push(...['_75', '_100'].flatMap((threshold) => THRESHOLD_PARTS.map((part) => code + threshold + part)));
    }
  }
  return [...codes, 'id'];
}

/** What iTop shows beside every external key. */
export function derivedCodes(key: string): readonly string[] {
  return [`${key}_friendlyname`, `${key}_obsolescence_flag`, `${key}_finalclass_recall`];
}
