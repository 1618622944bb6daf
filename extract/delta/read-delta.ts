import { sql } from 'kysely';
import type pg from 'pg';
import { ItopError, QueryRejected } from '../../itop/errors.ts';
import { narrowedTo, selectAll, selectWindow } from '../../itop/oql.ts';
import { RefusedError } from '../../platform/errors.ts';
import type { Finding } from '../../platform/findings.ts';
import { inParallel, together } from '../../platform/in-parallel.ts';
import { anyOf, warehouse } from '../../platform/warehouse.ts';
import { findingsOf } from '../catalog/class-finding.ts';
import { classNarrowings } from '../catalog/class-narrowing.ts';
import { fetchedByReference } from '../catalog/field-lists.ts';
import { storeSourceCounts } from '../catalog/source-counts.ts';
import type { RestReader } from '../reader/rest-reader.ts';
import type { ClassPass } from '../sources/rest/class-pass.ts';
import { type FeedState, readFeed } from './change-feed.ts';
import { compareIds } from './compare-ids.ts';
import { fetchNoted } from './fetch-noted.ts';
import { type NotedObjects, notedObjects } from './noted-objects.ts';
import { earlier, latestOf, ticketsSince, withoutReadOnes } from './ticket-times.ts';
import { noteWatermarks, reachedWatermarks, type Watermark, type Watermarks } from './watermarks.ts';

export interface DeltaRequest {
  readonly pool: pg.Pool;
  readonly runId: string;
  readonly reader: RestReader;
  /** One pass for each class to keep up with. */
  readonly passes: ReadonlyMap<string, ClassPass>;
  /** Classes that the last full extraction did not know: they are read whole. */
  readonly unknown: ReadonlySet<string>;
  /** Requests on the way at once. */
  readonly inFlight: number;
  /** Reads a class whole, with its own check of completeness. */
  readonly readWhole: (pass: ClassPass) => Promise<void>;
}

export interface DeltaResult {
  readonly findings: readonly Finding[];
  /** What was fetched object by object, by class. */
  readonly fetched: ReadonlyMap<string, { readonly rows: number; readonly bytes: number }>;
}

/** The hour that autumn repeats, and a minute. */
const overlapMinutes = 61;

/** Classes that iTop writes no history of and that change. (Those of installed modules only grow: their counts tell.) */
const byIds = ['Attachment', 'InlineImage'];

/** Rounds of comparing iTop's counts with what raw holds, while objects come and go. */
const rounds = 3;

/**
 * Brings what changed in iTop since the watermarks. Tickets are found by their own time and by iTop's history, everything
 * else by the history where the account may read it, and by reading the class again where it may not; files by their ids.
 * Then iTop's counts are compared with what raw holds, and where they differ its ids.
 *
 * Throws RefusedError where no complete extraction came before, or iTop's history went back: it was restored from a backup.
 */
export async function readDelta(request: DeltaRequest): Promise<DeltaResult> {
  const { pool, runId, reader, passes } = request;
  const before = await reachedWatermarks(pool);
  const noted = notedObjects(pool, runId);
  const findings: Finding[] = [];
  const [feed] = await together(
    noteChanges(request, before, noted),
    noteFiles(pool, runId, before, passes, reader, noted),
  );
  if (feed.kind === 'purged') findings.push(historyPurged());
  const wholly = await classesToReadWhole(request, feed);
  const stepwise = [...passes.values()].filter((pass) => !wholly.has(pass.readable.name));

  const fetched = new Map<string, { rows: number; bytes: number }>();
  async function fetch(pass: ClassPass): Promise<void> {
    const { rows, bytes, findings: found } = await fetchNoted(pool, pass, noted);
    findings.push(...findingsOf(pass.readable, found));
    const { name } = pass.readable;
    const former = fetched.get(name) ?? { rows: 0, bytes: 0 };
    if (rows > 0) fetched.set(name, { rows: former.rows + rows, bytes: former.bytes + bytes });
  }
  async function fetchAll(): Promise<void> {
    const classes = await noted.classes();
    const touched = stepwise.filter((pass) => pass.readable.finalClasses.some((name) => classes.has(name)));
    await inParallel(touched, request.inFlight, (pass) => goingOn(pass, findings, () => fetch(pass)));
    await stepwise[0]?.broker.landed();
    if ((await noteErasedHistory(noted, runId)) > 0) await fetchAll();
  }

  async function readWholly(): Promise<void> {
    await inParallel([...wholly], request.inFlight, async (name) => {
      const pass = passes.get(name);
      if (pass !== undefined) await request.readWhole(pass);
    });
  }
  await together(readWholly(), fetchAll());

  let differing: readonly ClassPass[] = [];
  for (let round = 1; round <= rounds; round++) {
    const touched = await noted.classes();
    differing = await compareCounts(request, stepwise, touched, findings);
    if (differing.length === 0 || findings.some((finding) => finding.code === 'many_objects_gone')) break;
    await inParallel(differing, request.inFlight, (pass) =>
      goingOn(pass, findings, () => compareIds(pool, pass, noted)),
    );
    await fetchAll();
  }
  const doubted = new Set(findings.filter(({ code }) => code === 'many_objects_gone').map((finding) => finding.class));
  // An object that iTop cannot give is a finding of its own, and why its class is short of it.
  const isShort = ({ readable }: ClassPass) => findings.some(({ subject }) => subject.startsWith(`${readable.name}::`));
  findings.push(
    ...differing
      .filter((pass) => !doubted.has(pass.readable.name) && !isShort(pass))
      .flatMap((pass) => findingsOf(pass.readable, [countsDiffer(pass.readable.name)])),
  );
  return { findings, fetched };
}

/** Notes tickets by their time and everything that the history names; and where both stand now. */
async function noteChanges(request: DeltaRequest, before: Watermarks, noted: NotedObjects): Promise<FeedState> {
  const { pool, runId, reader } = request;
  const ticketTime = before.get('last_update', 'Ticket');
  const history = before.get('history', 'CMDBChangeOp');
  if (ticketTime === undefined && history === undefined) throw nothingBefore();
  const [feed, moved] = await together(
    history === undefined
      ? Promise.resolve<FeedState>({ kind: 'unreadable' })
      : readFeed(reader, history, await classNarrowings(pool), (objects) => noted.add('history', objects)),
    ticketTime === undefined ? Promise.resolve([]) : ticketsSince(reader, earlier(ticketTime.value, overlapMinutes)),
  );
  if (feed.kind === 'went_back') throw wentBack(feed);
  const marks: Watermark[] = [];
  if (ticketTime !== undefined) {
    // What is as it was read is left alone only where the history would tell a change that shows the same time: in the hour that autumn repeats.
    const isTold = feed.kind === 'read';
    await noted.add('last_update', isTold ? await withoutReadOnes(pool, moved) : moved);
    marks.push(latestOf(moved, ticketTime));
  }
  if (feed.kind !== 'unreadable' && feed.head !== undefined) marks.push(feed.head);
  await noteWatermarks(pool, runId, marks, reader.now());
  return feed;
}

/** Classes whose changes nothing tells: new ones, those without history, and all but tickets where the history is closed. */
async function classesToReadWhole(request: DeltaRequest, feed: FeedState): Promise<ReadonlySet<string>> {
  const { passes, reader, unknown } = request;
  const whole = new Set<string>(unknown);
  for (const { readable } of passes.values()) {
    if (byIds.includes(readable.name)) continue;
    if (feed.kind !== 'read' && readable.rootClass !== 'Ticket') whole.add(readable.name);
    else if (!readable.isStandard && !whole.has(readable.name)) {
      // Whether a site's own class is tracked is its author's choice: a class without any history is not.
      const oql = narrowedTo(selectAll('CMDBChangeOp'), 'objclass', readable.finalClasses);
      if ((await reader.count('CMDBChangeOp', oql)) === 0) whole.add(readable.name);
    }
  }
  return whole;
}

/** Files are never left to the history: what is made through iTop's API leaves no trace in it. */
async function noteFiles(
  pool: pg.Pool,
  runId: string,
  before: Watermarks,
  passes: ReadonlyMap<string, ClassPass>,
  reader: RestReader,
  noted: NotedObjects,
): Promise<void> {
  for (const name of byIds) {
    if (!passes.has(name)) continue;
    const highest = Number(before.get('ids', name)?.value ?? 0);
    const newer: { finalClass: string; id: number }[] = [];
    try {
      await reader.read({ className: name, oql: selectWindow(name, highest + 1), outputFields: ['id'] }, (object) => {
        newer.push({ finalClass: object.finalClass, id: object.id });
        return undefined;
      });
    } catch (error) {
      // The class is named as not readable where it is compared.
      if (!(error instanceof ItopError) || error.remedy !== 'continue') throw error;
    }
    await noted.add('ids', newer);
    const latest = newer.reduce((top, { id }) => Math.max(top, id), highest);
    await noteWatermarks(pool, runId, [{ channel: 'ids', className: name, value: String(latest) }], reader.now());
    await noted.addFromRaw(
      'owner',
      sql`select o.final_class as class, o.source_id from raw.latest_object o
       where o.root_class = ${name} and (o.payload ->> 'item_id' in ('', '0') or coalesce(o.payload ->> 'temp_id', '') <> '')`,
    );
  }
}

/** iTop erases the history of an object with it: rows that raw holds about objects that are gone now. */
function noteErasedHistory(noted: NotedObjects, runId: string): Promise<number> {
  return noted.addFromRaw(
    'history',
    sql`select o.final_class as class, o.source_id
     from ops.delta_object n
     join raw.latest_object o on o.root_class = 'CMDBChangeOp' and o.final_class <> 'CMDBChangeOpDelete'
       and o.payload ->> 'objclass' = n.class and o.payload ->> 'objkey' = n.source_id::text
     where n.run_id = ${runId} and n.state = 'gone' and n.class not like 'CMDBChange%'
       and not exists (select from ops.delta_object d where d.run_id = ${runId} and d.class = o.final_class and d.source_id = o.source_id)`,
  );
}

/**
 * Stores iTop's counts and gives the passes whose count is another than raw's. A whole tree of classes is asked at once;
 * single classes of it only where something was noted, or the tree differs.
 */
async function compareCounts(
  request: DeltaRequest,
  passes: readonly ClassPass[],
  touched: ReadonlySet<string>,
  findings: Finding[],
): Promise<ClassPass[]> {
  const { pool, runId, reader, inFlight } = request;
  const ours = await heldCounts(pool);
  const all = [...request.passes.values()].filter((pass) => !fetchedByReference.includes(pass.readable.name));
  const trees = await wholeTrees(pool, all);
  const counts = new Map<string, number>();
  const differing = new Set<ClassPass>();
  const single: { readonly pass: ClassPass; readonly finalClass: string }[] = [];
  const byRoot = Map.groupBy(all, (pass) => pass.readable.rootClass);
  const asked = [...byRoot].filter(([, members]) => members.some((pass) => passes.includes(pass)));
  await inParallel(asked, inFlight, async ([root, members]) => {
    const classes = members.flatMap((pass) => pass.readable.finalClasses.map((finalClass) => ({ pass, finalClass })));
    const held = classes.reduce((sum, { finalClass }) => sum + (ours.get(finalClass) ?? 0), 0);
    const isOneTree = trees.has(root) && classes.length > 1 && (await countOrNothing(reader, root)) === held;
    const doubtful = classes.filter(({ finalClass }) => !isOneTree || touched.has(finalClass));
    single.push(...doubtful.filter(({ pass }) => passes.includes(pass)));
  });
  await inParallel(single, inFlight, async ({ pass, finalClass }) => {
    await goingOn(pass, findings, async () => {
      const count = await countOf(pass, finalClass);
      if (count === undefined) return;
      counts.set(finalClass, count);
      if (count !== (ours.get(finalClass) ?? 0)) differing.add(pass);
    });
  });
  await storeSourceCounts(pool, runId, counts);
  return [...differing];
}

/** iTop's count; undefined for a class of the standard tree that this iTop's modules do not bring. */
async function countOf(pass: ClassPass, finalClass: string): Promise<number | undefined> {
  try {
    return await pass.reader.count(finalClass, selectAll(finalClass));
  } catch (error) {
    if (error instanceof QueryRejected && finalClass !== pass.readable.name) return undefined;
    throw error;
  }
}

async function countOrNothing(reader: RestReader, className: string): Promise<number | undefined> {
  try {
    return await reader.count(className);
  } catch (error) {
    if (error instanceof ItopError && error.remedy === 'continue') return undefined;
    throw error;
  }
}

/** Objects that raw holds as existing, by final class. */
async function heldCounts(pool: pg.Pool): Promise<ReadonlyMap<string, number>> {
  const rows = await warehouse(pool)
    .selectFrom('raw.latest_object')
    .select((row) => ['final_class', row.fn.countAll<string>().as('count')])
    .groupBy('final_class')
    .execute();
  return new Map(rows.map((row) => [row.final_class, Number(row.count)]));
}

/** Root classes all of whose objects are read. */
async function wholeTrees(pool: pg.Pool, passes: readonly ClassPass[]): Promise<ReadonlySet<string>> {
  const read = passes.flatMap((pass) => pass.readable.finalClasses);
  const rows = await warehouse(pool)
    .selectFrom('ops.itop_class as c')
    .select('c.root_class')
    .where('c.root_class', '<>', 'CMDBChangeOp')
    .where((row) =>
      row.not(row.exists(row.selectFrom('ops.itop_class as d').whereRef('d.parent_class', '=', 'c.class'))),
    )
    .groupBy('c.root_class')
    .having((row) => row.fn<boolean>('bool_and', [row('c.class', '=', anyOf(read))]))
    .execute();
  return new Set(rows.map((row) => row.root_class));
}

/** A class that iTop refuses is a blocker, and the others go on. */
async function goingOn(pass: ClassPass, findings: Finding[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ItopError) || error.remedy !== 'continue') throw error;
    const { name } = pass.readable;
    if (findings.some((finding) => finding.class === name && finding.code === error.code)) return;
    const finding = { code: error.code, severity: 'blocker' as const, subject: name, nextStep: error.nextStep };
    findings.push(...findingsOf(pass.readable, [{ ...finding, finding: `The class was not read: ${error.message}` }]));
  }
}

function nothingBefore(): RefusedError {
  return new RefusedError('There is no earlier complete extraction to compare with.', {
    stage: 'extract',
    nextStep: 'itop-to-intercom extract',
  });
}

/** What a delta would bring after a restore is wrong: ids given since the backup are given again, to other objects. */
function wentBack({ from, to }: Extract<FeedState, { kind: 'went_back' }>): RefusedError {
  return new RefusedError(
    `iTop's history went back from ${from} to ${to}: iTop was restored from a backup, or this is another iTop. Nothing was read.`,
    {
      stage: 'extract',
      nextStep:
        'Find out which; ids given since the backup may belong to other objects now. Then read everything: itop-to-intercom extract',
    },
  );
}

function historyPurged(): Finding {
  return {
    code: 'history_purged',
    severity: 'warning',
    subject: 'CMDBChangeOp',
    finding: "The rows of iTop's history that were read last are gone: what changed in between was read whole.",
    nextStep: 'Run deltas more often than iTop empties its history, or have it keep the history longer.',
  };
}

function countsDiffer(name: string): Finding {
  return {
    code: 'objects_lost',
    severity: 'blocker',
    subject: name,
    finding: `iTop's count differs from what was extracted, also after its ids were compared ${rounds} times.`,
    nextStep: 'Start it again at a quieter hour; if it stays, read everything: itop-to-intercom extract',
  };
}
