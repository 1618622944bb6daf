import { selectAll, selectWindow } from '../../../itop/oql.ts';
import type { RestReader } from '../../reader/rest-reader.ts';

/** Up to this many objects, reading all ids in one call is cheaper than a search for the highest one. */
const fewObjects = 2_000;

/**
 * An id above every id of a class, at most `slack` too high; `from` when no object has an id of `from` or more.
 *
 * `known` is the count of objects from `from` on, where it was asked already. iTop neither sorts nor aggregates: ids are read where there are few, else the bound is searched with count probes.
 */
export async function idBound(
  reader: RestReader,
  className: string,
  from: number,
  slack: number,
  known?: number,
): Promise<number> {
  const count = known ?? (await reader.count(className, selectWindow(className, from)));
  if (count === 0) return from;
  if (count <= fewObjects) return (await highestId(reader, className, from)) + 1;
  let reached = from;
  let bound = from + count;
  while ((await reader.count(className, selectWindow(className, bound))) > 0) {
    reached = bound;
    bound += (bound - from) * 2;
  }
  while (bound - reached > slack) {
    const middle = Math.floor((reached + bound) / 2);
    if ((await reader.count(className, selectWindow(className, middle))) > 0) reached = middle;
    else bound = middle;
  }
  return bound;
}

async function highestId(reader: RestReader, className: string, from: number): Promise<number> {
  let highest = from;
  const oql = from <= 1 ? selectAll(className) : selectWindow(className, from);
  await reader.read({ className, oql, outputFields: ['id'] }, (object) => {
    highest = Math.max(highest, object.id);
    return undefined;
  });
  return highest;
}
