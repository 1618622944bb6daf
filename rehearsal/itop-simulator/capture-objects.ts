import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyedClass, type StoredClass, type StoredFields, type StoredValue } from '../generator/stored-class.ts';
import type { ClassModel } from './class-model.ts';
import { type ClassPlace, type ClassTree, standardTree } from './class-tree.ts';
import { generatedModels } from './generated-model.ts';

interface CapturedObject {
  readonly class: string;
  readonly key: string;
  readonly fields: Readonly<Record<string, StoredValue>>;
}

export interface Capture {
  readonly classes: ReadonlyMap<string, StoredClass>;
  readonly tree: ClassTree;
  readonly models: ReadonlyMap<string, ClassModel>;
  /** Blobs whose bytes were cut from the capture, with size and SHA-256; the API serves them with `data: ""`. */
  readonly missingBytes: readonly unknown[];
}

/** Reads a directory of captured `core/get` answers: each object as the file that shows most of it has it. */
export function readCaptures(directory: string): Capture {
  const objects = new Map<string, Map<number, StoredFields>>();
  const shown = new Map<StoredFields, number>();
  for (const file of readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    // The relation verb answers with id and name only, its objects are no records.
    if (file.startsWith('_') || file.startsWith('get_related')) continue;
    for (const object of capturedObjects(join(directory, file))) {
      const ofClass = objects.get(object.class) ?? new Map<number, StoredFields>();
      objects.set(object.class, ofClass);
      const { id: _id, ...fields } = object.fields;
      const known = ofClass.get(Number(object.key)) ?? {};
      // Of two answers with the same fields the class's own file is the one that is byte-exact or marked as cut.
      const size = Object.keys(fields).length - (file === `${object.class}.json` ? 0 : 0.5);
      if (size > (shown.get(known) ?? 0)) {
        ofClass.set(Number(object.key), fields);
        shown.set(fields, size);
      }
    }
  }
  if (objects.size === 0) throw new Error(`${directory} holds no captured core/get answers (<Class>.json)`);
  const classes = new Map([...objects].map(([name, byId]) => [name, keyedClass(name, byId)]));
  const tree = treeOf(objects);
  return { classes, tree, models: modelsOf(objects, tree), missingBytes: missingBytes(directory) };
}

function capturedObjects(path: string): readonly CapturedObject[] {
  const answer: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (typeof answer !== 'object' || answer === null || !('objects' in answer)) return [];
  return Object.values((answer.objects ?? {}) as Record<string, CapturedObject>);
}

function missingBytes(directory: string): readonly unknown[] {
  if (!readdirSync(directory).includes('_truncated_blobs.json')) return [];
  return JSON.parse(readFileSync(join(directory, '_truncated_blobs.json'), 'utf8')) as unknown[];
}

/**
 * The standard tree with the site's own classes. What extends what no capture tells but by the answers: an upper class has
 * no attribute that its objects lack, and those with a final class belong to a tree.
 */
function treeOf(objects: ReadonlyMap<string, ReadonlyMap<number, StoredFields>>): ClassTree {
  const own = [...objects.keys()].filter((name) => !standardTree.isClass(name));
  const codesOf = (name: string): Set<string> => new Set([...(objects.get(name)?.values() ?? [])].flatMap(Object.keys));
  const captured = [...objects.keys()].filter((name) => standardTree.isClass(name));
  const added = own.map((name): ClassPlace => {
    if (name.startsWith('TagSetFieldDataFor_')) return [name, 'TagSetFieldData'];
    const codes = codesOf(name);
    if (!codes.has('finalclass')) return [name, undefined];
    const above = captured
      .filter((upper) => standardTree.isInTree(upper) && [...codesOf(upper)].every((code) => codes.has(code)))
      .sort((a, b) => codesOf(b).size - codesOf(a).size)[0];
    return [name, above];
  });
  return standardTree.changed([], added);
}

/** Final classes show what was captured of them. A parent shows what its captured classes have in common. */
function modelsOf(
  objects: ReadonlyMap<string, ReadonlyMap<number, StoredFields>>,
  tree: ClassTree,
): ReadonlyMap<string, ClassModel> {
  const models = new Map<string, ClassModel>();
  for (const [name, byId] of objects) {
    const codes = new Set<string>();
    const unfilterable = new Set<string>();
    for (const fields of byId.values()) {
      for (const [code, value] of Object.entries(fields)) {
        codes.add(code);
        if (hasNoFilterCode(value)) unfilterable.add(code);
      }
    }
    models.set(name, captureModel(name, [...codes], [...unfilterable]));
  }
  const known = generatedModels();
  for (const name of tree.names.filter((one) => tree.isParentClass(one))) {
    const below = tree.classAndDescendants(name).flatMap((child) => models.get(child) ?? []);
    const [first, ...others] = below;
    const exact = known.get(name);
    if (models.has(name) || first === undefined) continue;
    const common = first.attributes.filter((code) => others.every((model) => model.attributes.includes(code)));
    models.set(name, exact ?? captureModel(name, common, []));
  }
  return models;
}

/** Files, and what iTop masks; answers of forms are an object of no other kind. */
function hasNoFilterCode(value: StoredValue): boolean {
  if (typeof value === 'string') return /^\*+$/.test(value);
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('entries' in value);
}

function captureModel(name: string, attributes: readonly string[], unfilterable: readonly string[]): ClassModel {
  const keys = attributes
    .filter((code) => attributes.includes(`${code}_friendlyname`))
    .map((code) => [code, 'unknown'] as const);
  const linkSets = attributes
    .filter((code) => code.endsWith('_list'))
    .map((code) => [code, { itemClass: 'unknown', back: '' }] as const);
  const stopWatches = ['cumulatedpending', 'tto', 'ttr'].filter((code) => attributes.includes(code));
  return {
    name,
    attributes,
    keys: Object.fromEntries(keys),
    externalFields: {},
    linkSets: Object.fromEntries(linkSets),
    stopWatches,
    unfilterable,
  };
}
