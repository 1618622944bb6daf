import type pg from 'pg';
import type { Itop } from '../../itop/client.ts';
import { narrowedTo, selectAll, selectOtherClasses } from '../../itop/oql.ts';
import type { Finding } from '../../platform/findings.ts';
import type { RestReader } from '../reader/rest-reader.ts';
import { KnownClasses } from './known-classes.ts';
import { ignoreRefusal, listOrNothing } from './refused-question.ts';

export interface ClassDiscovery {
  readonly pool: pg.Pool;
  readonly itop: Pick<Itop, 'listAttributes' | 'listClasses'>;
  readonly reader: RestReader;
  /** iTop's counts of the last pass, by final class. */
  readonly lastCounts: ReadonlyMap<string, number>;
}

export interface DiscoveredClasses {
  /** Names of all classes; undefined when iTop does not list them. */
  readonly names: ReadonlySet<string> | undefined;
  /** Classes to be read. */
  readonly wanted: readonly string[];
  /** Final classes of which the top of their tree shows no object. */
  readonly empty: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

/**
 * Finds every class of this iTop that has objects, and its place in the class tree; no list of names decides. Classes that a
 * site's extension brought are added to `ops.itop_class`.
 *
 * iTop does not tell the parent of a class. The top of each tree is asked for objects whose final class is none of those
 * known, and shows one: its class belongs to this tree, below the last class that counts it. So `Change`, abstract in ITIL, is
 * found where it has objects of its own, and so is a class below `UserRequest`. What the top shows no object of needs no
 * question of its own.
 */
export async function discoverClasses({ pool, itop, reader, lastCounts }: ClassDiscovery): Promise<DiscoveredClasses> {
  const names = await listOrNothing(() => reader.outageRetry.ask(() => itop.listClasses()));
  const known = await KnownClasses.read(pool, names);
  if (names === undefined) return { names, wanted: known.toRead(), empty: new Set(), findings: [] };
  const before = new Set(known.all().map(({ name }) => name));
  /** Classes of trees whose place is not found yet, with their attributes. */
  const unplaced = new Map<string, readonly string[]>();
  const empty = new Set<string>();
  for (const name of names.filter((listed) => known.get(listed) === undefined)) {
    if (name.startsWith('TagSetFieldDataFor_')) {
      await known.add(name, 'TagSetFieldData');
      continue;
    }
    const attributes = (await listOrNothing(() => reader.outageRetry.ask(() => itop.listAttributes(name)))) ?? [];
    if (attributes.includes('finalclass')) unplaced.set(name, attributes);
    else await known.add(name, undefined);
  }
  for (const { name, unreadReason } of known.roots()) if (unreadReason === undefined) await placeBelow(name);
  await placeOwnTrees();
  return {
    names: new Set(names),
    wanted: known.toRead(),
    empty,
    findings: [
      ...known.all().flatMap(({ name, isStandard }) => (before.has(name) || isStandard ? [] : [customClass(name)])),
      ...[...unplaced.keys()].map(withoutObjects),
      ...goneClasses(),
      ...unreadClasses(),
    ],
  };

  /**
   * Looks for the classes that have objects in this tree, until none is left, and adds those that are not known. A class that
   * had some at the last pass is read anyway, and one that is left out with a reason is not.
   */
  async function placeBelow(root: string): Promise<void> {
    const seen = new Set(
      known
        .finalClasses(root)
        .filter((name) => (lastCounts.get(name) ?? 0) > 0 || known.get(name)?.unreadReason !== undefined),
    );
    for (;;) {
      const shown = await reader
        .sample(root, selectOtherClasses(root, [...seen]), ['id'])
        .catch((error: unknown) => ignoreRefusal(error, undefined));
      if (shown === undefined) return;
      const name = shown.object?.finalClass;
      if (name === undefined || seen.has(name)) break;
      seen.add(name);
      if (!known.finalClasses(root).includes(name)) await place(name, root);
    }
    for (const name of known.finalClasses(root)) if (!seen.has(name)) empty.add(name);
  }

  async function place(name: string, root: string): Promise<void> {
    if (known.get(name) === undefined) await known.add(name, await nearestAbove(name, root));
    else await known.markConcrete(name);
    unplaced.delete(name);
  }

  /** The last class below `root` that counts the objects of this class among its own. */
  async function nearestAbove(name: string, root: string): Promise<string> {
    let above = root;
    for (;;) {
      const next = await nextAbove(name, above);
      if (next === undefined) return above;
      if (known.get(next) === undefined) {
        await known.add(next, above);
        unplaced.delete(next);
      }
      above = next;
    }
  }

  async function nextAbove(name: string, above: string): Promise<string | undefined> {
    const attributes = unplaced.get(name) ?? [];
    // An upper class of the site's own has no objects, and no attribute that the classes below it have not.
    const upper = [...unplaced].filter(
      ([other, codes]) => other !== name && codes.every((code) => attributes.includes(code)),
    );
    for (const candidate of [...known.children(above).map((one) => one.name), ...byLength(upper)]) {
      if (candidate !== name && (await has(candidate, name))) return candidate;
    }
    return undefined;
  }

  async function has(upper: string, name: string): Promise<boolean> {
    const oql = narrowedTo(selectAll(upper), 'finalclass', [name]);
    return (await reader.count(upper, oql).catch((error: unknown) => ignoreRefusal(error, 0))) > 0;
  }

  /** What is left belongs to a tree that is not read, or to one of the site's own; a class without objects stays without a place. */
  async function placeOwnTrees(): Promise<void> {
    for (const name of byLength([...unplaced])) {
      if (!unplaced.has(name)) continue;
      if ((await reader.count(name).catch((error: unknown) => ignoreRefusal(error, 0))) === 0) continue;
      let root: string | undefined;
      for (const unread of known.roots().filter(({ unreadReason }) => unreadReason !== undefined)) {
        if (root === undefined && (await has(unread.name, name))) root = unread.name;
      }
      await known.add(name, root);
      unplaced.delete(name);
      if (root === undefined) await placeBelow(name);
    }
  }

  function goneClasses(): Finding[] {
    const gone = known.gone().filter(({ isStandard }) => !isStandard);
    return gone.map(({ name }) => ({
      code: 'catalog_drift',
      severity: 'warning',
      subject: name,
      finding: 'The class is gone from iTop.',
      nextStep: 'Check with the owner of iTop whether it was meant to go, then run `map check`.',
    }));
  }

  /** What is not read is said, reason by reason. */
  function unreadClasses(): Finding[] {
    const reasons = Map.groupBy(
      known.all().filter(({ unreadReason }) => unreadReason !== undefined),
      ({ unreadReason }) => unreadReason ?? '',
    );
    return [...reasons].map(([reason, classes]) => ({
      code: 'class_not_read',
      severity: 'note',
      subject: classes[0]?.name ?? '',
      finding: `Not read: ${reason} (${classes.map(({ name }) => name).join(', ')}).`,
      nextStep: '',
    }));
  }
}

/** Names, those with the fewest attributes first: a class has all attributes of those above it. */
function byLength(classes: readonly (readonly [string, readonly string[]])[]): string[] {
  return classes.toSorted(([, a], [, b]) => a.length - b.length).map(([name]) => name);
}

function customClass(subject: string): Finding {
  return {
    code: 'custom_class',
    severity: 'note',
    subject,
    finding: 'The class is not part of the standard data model.',
    nextStep: 'Decide in the mapping what becomes of its objects.',
  };
}

function withoutObjects(subject: string): Finding {
  return {
    code: 'class_without_root',
    severity: 'note',
    subject,
    finding: 'The class belongs to a tree of classes and has no objects that would tell which.',
    nextStep: 'Nothing: it is looked at again by each extraction.',
  };
}
