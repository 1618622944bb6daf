import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyedClass, type StoredClass, type StoredFields, type StoredValue } from '../generator/stored-class.ts';
import type { ClassModel } from './class-model.ts';
import { CLASS_NAMES, classAndDescendants, isParentClass } from './class-tree.ts';
import { generatedModels } from './generated-model.ts';

interface CapturedObject {
  readonly class: string;
  readonly key: string;
  readonly fields: Readonly<Record<string, StoredValue>>;
}

export interface Capture {
  readonly classes: ReadonlyMap<string, StoredClass>;
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
  return { classes, models: modelsOf(objects), missingBytes: missingBytes(directory) };
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

/** Final classes show what was captured of them. A parent shows what its captured classes have in common. */
function modelsOf(objects: ReadonlyMap<string, ReadonlyMap<number, StoredFields>>): ReadonlyMap<string, ClassModel> {
  const models = new Map<string, ClassModel>();
  for (const [name, byId] of objects) {
    const codes = new Set<string>();
    for (const fields of byId.values()) for (const code of Object.keys(fields)) codes.add(code);
    models.set(name, captureModel(name, [...codes]));
  }
  const known = generatedModels();
  for (const name of CLASS_NAMES.filter(isParentClass)) {
    const below = classAndDescendants(name).flatMap((child) => models.get(child) ?? []);
    const [first, ...others] = below;
    const exact = known.get(name);
    if (models.has(name) || first === undefined) continue;
    const common = first.attributes.filter((code) => others.every((model) => model.attributes.includes(code)));
    models.set(name, exact ?? captureModel(name, common));
  }
  return models;
}

function captureModel(name: string, attributes: readonly string[]): ClassModel {
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
  };
}
