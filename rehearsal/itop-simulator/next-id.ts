import type { ItopObjects } from './itop-objects.ts';
import { ALL_IDS } from './overlay.ts';

const given = new WeakMap<ItopObjects, Map<string, number>>();

/** A free id above all that a class tree has or ever gave: as MySQL counts, an id is not used again after a deletion. */
export function nextId(objects: ItopObjects, className: string): number {
  const root = objects.tree.rootClass(className);
  const counters = given.get(objects) ?? new Map<string, number>();
  given.set(objects, counters);
  let next = counters.get(root) ?? 1;
  for (const name of objects.models.keys()) {
    if (objects.tree.rootClass(name) !== root) continue;
    for (const id of counters.has(root) ? objects.overlay.addedIds(name) : allIds(objects, name)) {
      next = Math.max(next, id + 1);
    }
  }
  counters.set(root, next + 1);
  return next;
}

function* allIds({ overlay }: ItopObjects, name: string): Iterable<number> {
  const bound = overlay.storedClass(name)?.idBound;
  if (bound === undefined) yield* overlay.ids(name, ALL_IDS);
  else {
    yield bound - 1;
    yield* overlay.addedIds(name);
  }
}
