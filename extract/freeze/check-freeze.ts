import { sql } from 'kysely';
import type pg from 'pg';
import { openConfiguredItop } from '../../itop/configured.ts';
import { ItopError, QueryRejected } from '../../itop/errors.ts';
import { selectAll, selectWindow } from '../../itop/oql.ts';
import { inTransaction } from '../../platform/database.ts';
import type { ItopSettings } from '../../platform/settings.ts';
import { type Verdict, writeVerdicts } from '../../platform/verdict-writer.ts';
import { allOf, givenRows, warehouse } from '../../platform/warehouse.ts';
import { classNarrowings } from '../catalog/class-narrowing.ts';
import { fetchedByReference } from '../catalog/field-lists.ts';
import { storeSourceCounts } from '../catalog/source-counts.ts';
import { readFeed } from '../delta/change-feed.ts';
import { earlier, ticketsSince } from '../delta/ticket-times.ts';
import { reachedWatermarks, type Watermarks } from '../delta/watermarks.ts';
import { Gate } from '../reader/gate.ts';
import { loginWhenThere, OutageRetry } from '../reader/outage-retry.ts';
import { type Narrowing, narrowedReader, type RestReader, restReader } from '../reader/rest-reader.ts';
import { idBound } from '../sources/rest/id-bound.ts';

export interface FreezeRequest {
  readonly settings: ItopSettings;
  readonly pool: pg.Pool;
  /** Whose cutover is checked. */
  readonly workspaceIdCode: string;
  readonly runId: string;
  readonly signal?: AbortSignal;
}

/** One line of what was compared. */
export interface FreezeLine {
  readonly check: FreezeCheck;
  readonly verdict: 'passed' | 'failed' | 'unknown';
  readonly targetKey: string;
  readonly expected: string;
  readonly actual: string;
  readonly reasonCode?: string;
}

export type FreezeCheck =
  | 'freeze: extraction'
  | 'freeze: count'
  | 'freeze: change feed'
  | 'freeze: last_update'
  | 'freeze: files';

export interface FreezeResult {
  readonly isFrozen: boolean;
  readonly lines: readonly FreezeLine[];
  /** Differences of a check beyond those that are named one by one. */
  readonly unnamed: number;
}

/** Differences of one check that are named; a freeze that did not hold needs a delta, not a longer list. */
const mostNamed = 1_000;

/** Ids of files in one window, held at once. */
const windowIds = 20_000;

/** The hour that autumn repeats, and a minute. */
const overlapMinutes = 61;

/**
 * Whether iTop is still as it was extracted last, in four ways that do not rest on each other: its own count of each class, its
 * history of changes, the time of each ticket that moved lately, and the rows of its files. iTop's count is asked with queries
 * of its own and stored: from now on it is the one that `reconcile.count_by_class` adds up to.
 *
 * Writes verdicts of the phase `freeze` in the place of those of an earlier check. What cannot be asked is unknown.
 * Throws FailedError when iTop refuses the account or stays away.
 */
export async function checkFreeze(request: FreezeRequest): Promise<FreezeResult> {
  const { settings, pool, signal } = request;
  const itop = openConfiguredItop(settings);
  try {
    await loginWhenThere(() => itop.checkLogin(signal), { maxOutageMs: settings.max_outage_ms, signal });
    const gate = new Gate({ inFlight: settings.in_flight, pauseMs: settings.pause_ms, signal });
    const reader = restReader(itop, gate, new OutageRetry(settings.max_outage_ms, signal), { signal });
    const reached = await reachedWatermarks(pool);
    const found = [
      await checkExtraction(pool),
      await checkCounts(request, reader),
      await checkFeed(pool, reader, reached),
      await checkTicketTimes(pool, reader, reached),
      await checkFiles(pool, reader, 'Attachment'),
      await checkFiles(pool, reader, 'InlineImage'),
    ];
    const lines = found.flatMap((differences) => differences.lines);
    await storeVerdicts(request, lines);
    return {
      isFrozen: lines.every((line) => line.verdict === 'passed'),
      lines,
      unnamed: found.reduce((sum, { unnamed }) => sum + unnamed, 0),
    };
  } finally {
    await itop.close();
  }
}

/** The differences of one check, the first ones by name; one line that passes where there are none. */
class Differences {
  readonly lines: FreezeLine[] = [];
  unnamed = 0;
  private readonly check: FreezeCheck;
  private readonly known = new Set<string>();

  constructor(check: FreezeCheck) {
    this.check = check;
  }

  add(targetKey: string, expected: string, actual: string, reasonCode: string): void {
    if (this.known.has(targetKey)) return;
    if (this.lines.length >= mostNamed) this.unnamed += 1;
    else {
      this.known.add(targetKey);
      this.lines.push({ check: this.check, verdict: 'failed', targetKey, expected, actual, reasonCode });
    }
  }

  unknown(targetKey: string, actual: string, reasonCode: string): this {
    this.lines.push({ check: this.check, verdict: 'unknown', targetKey, expected: 'unchanged', actual, reasonCode });
    return this;
  }

  passes(targetKey: string, what: string): this {
    this.lines.push({ check: this.check, verdict: 'passed', targetKey, expected: what, actual: what });
    return this;
  }

  orPasses(targetKey: string): this {
    return this.lines.length === 0 ? this.passes(targetKey, 'unchanged') : this;
  }
}

/** An extraction that did not end leaves it open what raw holds. */
async function checkExtraction(pool: pg.Pool): Promise<Differences> {
  const rows = await warehouse(pool)
    .selectFrom('ops.run')
    .select('command')
    .where('command', 'in', ['extract', 'extract --delta'])
    .where('state', '=', 'running')
    .execute();
  const found = new Differences('freeze: extraction');
  for (const { command } of rows) found.add('extract', 'ended', `"${command}" is unfinished`, 'extraction_unfinished');
  return found.orPasses('extract');
}

async function checkCounts({ pool, runId }: FreezeRequest, reader: RestReader): Promise<Differences> {
  const found = new Differences('freeze: count');
  const rows = await warehouse(pool)
    .with('asked', (is) => is.selectFrom('ops.source_count').select('class').distinct())
    .with('held', (is) =>
      is
        .selectFrom('raw.latest_object')
        .select((row) => ['final_class', row.fn.countAll<string>().as('objects')])
        .groupBy('final_class'),
    )
    .selectFrom('asked')
    .leftJoin('held', 'held.final_class', 'asked.class')
    .select((row) => ['asked.class', row.fn.coalesce('held.objects', sql<string>`0`).as('held')])
    .where('asked.class', '<>', allOf(fetchedByReference))
    .orderBy('asked.class')
    .execute();
  const narrowings = await classNarrowings(pool);
  for (const { class: name, held } of rows) {
    const counted = await countOf(reader, name, narrowings.get(name));
    if (typeof counted !== 'number') {
      found.unknown(name, counted.message, 'not_counted');
      continue;
    }
    await storeSourceCounts(pool, runId, new Map([[name, counted]]));
    if (counted === Number(held)) found.passes(name, String(counted));
    else found.add(name, held, String(counted), 'count_differs');
  }
  return found;
}

async function countOf(
  reader: RestReader,
  className: string,
  narrowing: Narrowing | undefined,
): Promise<number | ItopError> {
  const asking = narrowing === undefined ? reader : narrowedReader(reader, narrowing);
  try {
    return await asking.count(className, selectAll(className));
  } catch (error) {
    // A class of the standard tree that this iTop's modules do not bring has no objects.
    if (error instanceof QueryRejected) return 0;
    if (!(error instanceof ItopError) || error.remedy !== 'continue') throw error;
    return error;
  }
}

async function checkFeed(pool: pg.Pool, reader: RestReader, reached: Watermarks): Promise<Differences> {
  const history = 'CMDBChangeOp';
  const found = new Differences('freeze: change feed');
  const before = reached.get('history', history);
  if (before === undefined) return found.unknown(history, 'no place in it was noted by an extraction', 'no_watermark');
  const rows = await warehouse(pool)
    .selectFrom('ops.itop_class as c')
    .select(['c.class', 'c.root_class'])
    .select(({ exists, selectFrom }) =>
      exists(selectFrom('ops.source_count as s').select('s.class').whereRef('s.class', '=', 'c.class')).as(
        'is_extracted',
      ),
    )
    .execute();
  const classes = new Map(rows.map((row) => [row.class, row]));
  const state = await readFeed(reader, before, await classNarrowings(pool), (objects) => {
    for (const { finalClass, id, historyId } of objects) {
      const known = classes.get(finalClass);
      // Rows of the history are no objects of their own here, and what is not extracted may change.
      if (known?.root_class === history || known?.is_extracted !== true) continue;
      found.add(
        `${known.root_class}::${id}`,
        'unchanged',
        `row ${historyId} of the history names it`,
        'changed_since_extraction',
      );
    }
    return undefined;
  });
  switch (state.kind) {
    case 'unreadable':
      return found.unknown(history, 'the account may not read it', 'not_readable');
    case 'purged':
      return found.unknown(history, 'rows since the extraction were removed', 'history_purged');
    case 'went_back':
      found.add(history, state.from, state.to, 'source_went_back');
      return found;
    default:
      return found.orPasses(history);
  }
}

/** Tickets that moved at about the time of the last extraction or since, against the time that raw holds of them. */
async function checkTicketTimes(pool: pg.Pool, reader: RestReader, reached: Watermarks): Promise<Differences> {
  const found = new Differences('freeze: last_update');
  const before = reached.get('last_update', 'Ticket');
  if (before === undefined) return found.unknown('Ticket', 'no time was noted by an extraction', 'no_watermark');
  const present = new Map<string, string>();
  try {
    for (const { id, lastUpdate } of await ticketsSince(reader, earlier(before.value, overlapMinutes))) {
      present.set(`Ticket::${id}`, lastUpdate);
    }
  } catch (error) {
    if (!(error instanceof ItopError) || error.remedy !== 'continue') throw error;
    return found.unknown('Ticket', error.message, 'not_readable');
  }
  const given = [...present].map(([source_key, time]) => ({ source_key, present: time }));
  const lastUpdate = sql<string | null>`o.payload ->> 'last_update'`;
  const rows = await warehouse(pool)
    .selectFrom(givenRows('t', { source_key: 'text', present: 'text' }, given))
    .leftJoin('raw.latest_object as o', (join) =>
      join.on('o.root_class', '=', 'Ticket').onRef('o.source_key', '=', 't.source_key'),
    )
    .select(['t.source_key', lastUpdate.as('held'), 't.present'])
    .where(lastUpdate, 'is distinct from', sql.ref<string>('t.present'))
    .orderBy('t.source_key')
    .execute();
  for (const { source_key, held, present: now } of rows)
    found.add(source_key, held ?? 'not in iTop', now, held === null ? 'created' : 'changed_since_extraction');
  return found.orPasses('Ticket');
}

/** Every file's row: its id and what it hangs on. iTop writes no history of most of them. */
async function checkFiles(pool: pg.Pool, reader: RestReader, className: string): Promise<Differences> {
  const found = new Differences('freeze: files');
  try {
    const highest = await warehouse(pool)
      .selectFrom('raw.object')
      .select(sql<string | null>`max(source_id)`.as('id'))
      .where('root_class', '=', className)
      .execute();
    const bound = Math.max(await idBound(reader, className, 1, windowIds), Number(highest[0]?.id ?? 0) + 1);
    for (let lowerId = 1; lowerId < bound; lowerId += windowIds)
      await compareFiles(pool, reader, className, lowerId, found);
  } catch (error) {
    if (!(error instanceof ItopError) || error.remedy !== 'continue') throw error;
    return found.unknown(className, error.message, 'not_readable');
  }
  return found.orPasses(className);
}

async function compareFiles(
  pool: pg.Pool,
  reader: RestReader,
  className: string,
  lowerId: number,
  found: Differences,
): Promise<void> {
  const upperId = lowerId + windowIds;
  const given = new Map<number, string>();
  const oql = selectWindow(className, lowerId, upperId);
  await reader.read({ className, oql, outputFields: ['item_class', 'item_id'] }, ({ id, fields }) => {
    given.set(id, `on ${fields.item_class} ${fields.item_id}`);
    return undefined;
  });
  const place = sql<string>`concat('on ', o.payload ->> 'item_class', ' ', o.payload ->> 'item_id')`;
  const inItop = [...given].map(([id, place]) => ({ id: String(id), place }));
  const rows = await warehouse(pool)
    .with('held', (is) =>
      is
        .selectFrom('raw.latest_object as o')
        .select(['o.source_id as id', place.as('place')])
        .where('o.root_class', '=', className)
        .where('o.source_id', '>=', String(lowerId))
        .where('o.source_id', '<', String(upperId)),
    )
    .selectFrom('held')
    .fullJoin(givenRows('present', { id: 'bigint', place: 'text' }, inItop), 'present.id', 'held.id')
    .select((row) => [
      row.fn.coalesce('held.id', 'present.id').$notNull().as('id'),
      'held.place as held',
      'present.place as present',
    ])
    .where((row) => row('held.place', 'is distinct from', row.ref('present.place')))
    .orderBy('id')
    .execute();
  for (const { id, held, present } of rows) {
    const reason = held === null ? 'created' : present === null ? 'deleted' : 'changed_since_extraction';
    found.add(`${className}::${id}`, held ?? 'not in iTop', present ?? 'not in iTop', reason);
  }
}

/** Verdicts of an earlier check go: what it found may be extracted since. Their changes are kept as of all verdicts. */
async function storeVerdicts(request: FreezeRequest, lines: readonly FreezeLine[]): Promise<void> {
  const { pool, workspaceIdCode, runId } = request;
  const verdicts = lines.map(
    (line): Verdict => ({
      workspaceIdCode,
      runId,
      phase: 'freeze',
      objectType: line.check === 'freeze: count' ? 'class' : 'source object',
      targetKey: line.targetKey,
      check: line.check,
      evidence: line.check === 'freeze: count' ? 'count' : 'list',
      expected: line.expected,
      actual: line.actual,
      verdict: line.verdict,
      ...(line.reasonCode === undefined ? {} : { reasonCode: line.reasonCode }),
    }),
  );
  await inTransaction(pool, async (client) => {
    const given = lines.map((line) => ({ check_name: line.check, target_key: line.targetKey }));
    const kept = givenRows('kept', { check_name: 'text', target_key: 'text' }, given);
    await warehouse(client)
      .deleteFrom('reconcile.verdict as v')
      .where('v.workspace_id_code', '=', workspaceIdCode)
      .where('v.phase', '=', 'freeze')
      .where((row) =>
        row.not(
          row.exists(
            row
              .selectFrom(kept)
              .whereRef('kept.check_name', '=', 'v.check_name')
              .whereRef('kept.target_key', '=', 'v.target_key'),
          ),
        ),
      )
      .execute();
    for (let from = 0; from < verdicts.length; from += 2_000)
      await writeVerdicts(client, verdicts.slice(from, from + 2_000));
  });
}
