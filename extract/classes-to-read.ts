import type pg from 'pg';
import type { Itop } from '../itop/client.ts';
import type { Finding } from '../platform/findings.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { rowCount, warehouse } from '../platform/warehouse.ts';
import { withoutFileClasses } from './catalog/class-channels.ts';
import { type ReadableClass, readableClasses } from './catalog/class-tree.ts';
import { discoverAttributes } from './catalog/discover.ts';
import { discoverClasses } from './catalog/discover-classes.ts';
import { areModulesAsBefore, expectedCount, latestCounts } from './catalog/expected-counts.ts';
import { fetchedByReference, fieldLists, unreadAttributes } from './catalog/field-lists.ts';
import { type HeldObjects, isSmallSite, mostHeld } from './catalog/held-objects.ts';
import { rememberedLists } from './catalog/remembered-lists.ts';
import { storedFields, storeFields } from './delta/class-fields.ts';
import type { RestReader } from './reader/rest-reader.ts';

export interface ClassesRequest {
  readonly pool: pg.Pool;
  readonly runId: string;
  /** Questions that iTop is asked at a time. */
  readonly inFlight: number;
  /** Classes to read; all that iTop has unless given. */
  readonly classes?: readonly string[] | undefined;
  readonly isDelta: boolean;
}

export interface ClassesToRead {
  readonly readables: readonly ReadableClass[];
  /** Those that the last full pass did not know. */
  readonly unknown: ReadonlySet<string>;
  /** iTop's counts of classes, as far as they were asked. */
  readonly expected: ReadonlyMap<string, number>;
  /** Objects of small classes, read with their attributes. */
  readonly held: ReadonlyMap<string, HeldObjects>;
  /** Attributes whose kind their values will tell. */
  readonly untyped: ReadonlyMap<ReadableClass, readonly string[]>;
  readonly findings: readonly Finding[];
}

/**
 * The classes to be read, with the attributes that this iTop has of them; a delta asks as the last full pass did. Throws ItopError,
 * and RefusedError for a class without a place in the tree.
 */
export async function classesToRead(
  { pool, runId, inFlight, classes, isDelta }: ClassesRequest,
  itop: Itop,
  reader: RestReader,
): Promise<ClassesToRead> {
  const lastCounts = await latestCounts(pool);
  const hasSameModules = await areModulesAsBefore(reader, lastCounts);
  const discovery = { pool, itop: rememberedLists(itop), reader, runId, lastCounts, hasSameModules };
  const findings: Finding[] = [];
  let empty: ReadonlySet<string> = new Set();
  let wanted = classes;
  if (wanted === undefined) {
    const found = await discoverClasses(discovery);
    findings.push(...found.findings);
    if (found.names !== undefined) findings.push(...(await vanishedClasses(pool, found.names)));
    wanted = found.wanted;
    empty = found.empty;
    if (isDelta) wanted = [...wanted, ...fetchedByReference];
  }
  const { readables, findings: byFile } = await withoutFileClasses(pool, await readableClasses(pool, wanted));
  findings.push(...byFile);
  const stored = isDelta ? await storedFields(pool) : new Map<string, readonly string[]>();
  const narrowed = new Map<string, ReadableClass>();
  const unknown = new Set<string>();
  const expected = new Map<string, number>();
  const held = new Map<string, HeldObjects>();
  const isSmall = isSmallSite(lastCounts);
  const untyped = new Map<ReadableClass, readonly string[]>();
  await inParallel(readables, inFlight, async (readable) => {
    const outputFields = fetchedByReference.includes(readable.name) ? readable.outputFields : stored.get(readable.name);
    if (outputFields !== undefined) {
      narrowed.set(readable.name, { ...readable, outputFields });
      return;
    }
    unknown.add(readable.name);
    const count = await expectedCount(reader, readable, empty, lastCounts);
    if (count !== undefined) expected.set(readable.name, count);
    // What nobody filled is not looked at: its attributes are, as soon as it has an object.
    if (count === 0) {
      narrowed.set(readable.name, { ...readable, outputFields: ['friendlyname'] });
      return;
    }
    const known = {
      isStandardClass: readable.isStandard,
      hasOwnList: fieldLists.has(readable.name),
      mayHold: isSmall && count !== undefined && count <= mostHeld && unreadAttributes(readable.name).size === 0,
    };
    const found = await discoverAttributes(discovery, readable, known);
    narrowed.set(readable.name, found.readable);
    if (found.count !== undefined) expected.set(readable.name, found.count);
    if (found.held !== undefined) held.set(readable.name, found.held);
    untyped.set(found.readable, found.untyped);
    findings.push(...found.findings);
  });
  const ready = readables.map((readable) => narrowed.get(readable.name) ?? readable);
  const asked = ready.filter(({ name }) => expected.get(name) !== 0);
  if (classes === undefined) await storeFields(pool, runId, asked);
  return { readables: ready, unknown, expected, held, untyped, findings };
}

/** Classes that raw holds objects of and iTop does not name any more: what became of their objects iTop does not tell. */
async function vanishedClasses(pool: pg.Pool, names: ReadonlySet<string>): Promise<Finding[]> {
  const rows = await warehouse(pool)
    .selectFrom('raw.latest_object')
    .select(['final_class as class', rowCount.as('count')])
    .groupBy('final_class')
    .orderBy('final_class')
    .execute();
  return rows
    .filter((row) => !names.has(row.class))
    .map((row) => ({
      code: 'class_vanished',
      severity: 'warning',
      subject: row.class,
      finding: `iTop does not know the class any more. The ${row.count} objects extracted of it before are kept as they were.`,
      nextStep:
        'Ask the owner of iTop whether its module was removed on purpose; decide in the mapping what becomes of them.',
    }));
}
