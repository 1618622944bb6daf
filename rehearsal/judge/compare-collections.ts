import type { ExpectedCollection } from './expected-help-center.ts';
import type { Findings } from './findings.ts';
import type { LoadedCollection } from './intercom-objects.ts';
import type { Tally } from './tally.ts';

/** Compares collections and gives Intercom's id of each category's collection, as far as there is one. */
export function compareCollections(
  expected: readonly ExpectedCollection[],
  loaded: readonly LoadedCollection[],
  findings: Findings,
  tally: Tally,
): Map<string, string> {
  const ids = new Map<string, string>();
  const left = new Set(loaded);
  tally.add('collections', 'expected', expected.length);
  tally.add('collections', 'found', loaded.length);
  for (const { key, name } of expected) {
    const collection = [...left].find((one) => one.name.trim() === name);
    const about = { sourceKey: key, field: 'name' };
    if (collection === undefined) {
      findings.add({ ...about, check: 'missing collection', expected: name, actual: 'no such collection' });
      continue;
    }
    left.delete(collection);
    ids.set(key, collection.id);
    if (collection.parentId === undefined) {
      tally.add('collections', 'equal');
      continue;
    }
    const finding = { check: 'collection', sourceKey: key, targetId: collection.id, field: 'parent_id' };
    findings.add({ ...finding, expected: 'none', actual: collection.parentId });
  }
  for (const { id, name } of left) {
    const finding = { check: 'unexpected collection', sourceKey: '', targetId: id, field: 'name' };
    findings.add({ ...finding, expected: 'no such collection', actual: name });
  }
  return ids;
}
