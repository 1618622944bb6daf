import { sql } from 'kysely';
import type pg from 'pg';
import type { Itop } from '../itop/client.ts';
import { openConfiguredItop } from '../itop/configured.ts';
import { ItopError } from '../itop/errors.ts';
import { type Finding, replaceFindings } from '../platform/findings.ts';
import { inParallel } from '../platform/in-parallel.ts';
import type { Progress } from '../platform/progress.ts';
import type { Run } from '../platform/run-record.ts';
import type { ItopSettings } from '../platform/settings.ts';
import { analyzeGrownTables } from '../platform/statistics.ts';
import { anyOf, warehouse } from '../platform/warehouse.ts';
import { checkTotals } from './catalog/check-totals.ts';
import { findingsOf } from './catalog/class-finding.ts';
import { classNarrowings } from './catalog/class-narrowing.ts';
import { type ReadableClass, readableClasses } from './catalog/class-tree.ts';
import { heldWithin } from './catalog/held-objects.ts';
import { observeKinds } from './catalog/observe-kinds.ts';
import { storeSourceCounts } from './catalog/source-counts.ts';
import { classesToRead } from './classes-to-read.ts';
import { hasGoneBack, headOfHistory } from './delta/change-feed.ts';
import { readDelta } from './delta/read-delta.ts';
import { latestTicketTime } from './delta/ticket-times.ts';
import { hasNoted, moveWatermarks, noteWatermarks, reachedWatermarks } from './delta/watermarks.ts';
import { Gate } from './reader/gate.ts';
import { loginWhenThere, OutageRetry } from './reader/outage-retry.ts';
import { type Narrowing, narrowedReader, type RestReader, restReader } from './reader/rest-reader.ts';
import { chunksOf } from './run/chunks.ts';
import { formerObservations } from './run/former-observations.ts';
import { interrupted } from './run/interrupted.ts';
import { type FileRequest, fetchFiles } from './sources/files/fetch-files.ts';
import type { ClassPass } from './sources/rest/class-pass.ts';
import { type Completeness, checkCompleteness, countFinalClasses } from './sources/rest/completeness.ts';
import { type CheckedClass, mayHaveDepartures, publishDepartures } from './sources/rest/departed-objects.ts';
import { fetchFormHistory } from './sources/rest/form-history.ts';
import { openingHours } from './sources/rest/opening-hours.ts';
import { readClass } from './sources/rest/read-class.ts';
import { fetchReferenced } from './sources/rest/referenced-objects.ts';
import { findRestrictedRights } from './sources/rest/restricted-rights.ts';
import { dateAxis, idAxis } from './sources/rest/window-axis.ts';
import type { Broker } from './topics/broker.ts';

export interface ExtractRequest {
  readonly settings: ItopSettings;
  readonly pool: pg.Pool;
  readonly broker: Broker;
  readonly run: Pick<Run, 'runId'>;
  readonly progress: Progress;
  /** Only what changed since the last complete extraction. */
  readonly isDelta?: boolean;
  /** Date attribute that windows are cut by, of the classes that have it; ids unless given. */
  readonly chunkByDate?: string;
  /** Classes to read; all that have a field list unless given. */
  readonly classes?: readonly string[];
  /** Where the bytes of files go; without it only what iTop says about them is read. */
  readonly files?: Pick<FileRequest, 'store' | 'statedSizes' | 'onDisk' | 'refusedTypes'>;
  /** Aborting it ends the pass between two windows; the same run goes on later. */
  readonly signal?: AbortSignal;
}

export interface ExtractOutcome {
  readonly classes: readonly ClassOutcome[];
  readonly findings: readonly Finding[];
  /** False when objects that iTop counts are missing: a class that may not be read, an object iTop cannot give. */
  readonly isComplete: boolean;
}

export interface ClassOutcome {
  readonly className: string;
  readonly rows: number;
  readonly bytes: number;
  /** iTop's own count at the end; undefined when the class could not be read. */
  readonly sourceCount: number | undefined;
}

/**
 * Reads a full pass of the classes over iTop's REST API, or what changed since the last one, and publishes every object. A run that was interrupted goes on
 * with the windows that were not acknowledged.
 *
 * Throws RefusedError for a class without a place in the tree, and for a delta without a complete extraction before it or on
 * an iTop that was restored from a backup; FailedError when iTop refuses the account, stays away
 * longer than `itop.max_outage_ms`, or the signal is aborted: the run can then be continued. A class that cannot be read
 * is a finding, and the others go on.
 */
export async function runExtract(request: ExtractRequest): Promise<ExtractOutcome> {
  const { settings, pool, run } = request;
  if (request.classes !== undefined) await readableClasses(pool, request.classes);
  const itop = openConfiguredItop(settings);
  try {
    await loginWhenThere(() => itop.checkLogin(request.signal), {
      maxOutageMs: settings.max_outage_ms,
      signal: request.signal,
    });
    const outcome = await readAll(request, itop);
    await replaceFindings(pool, 'extract', outcome.findings, run.runId);
    return outcome;
  } catch (error) {
    if (request.signal?.aborted !== true) throw error;
    throw interrupted(error);
  } finally {
    await itop.close();
  }
}

async function readAll(request: ExtractRequest, itop: Itop): Promise<ExtractOutcome> {
  const { settings, pool, run, signal } = request;
  const hours = settings.hours === undefined ? undefined : openingHours(settings.hours, settings.timezone);
  const gate = new Gate({
    inFlight: settings.in_flight,
    pauseMs: settings.pause_ms,
    // The hours are iTop's: this machine's clock may be another one.
    ...(hours === undefined ? {} : { hours: () => hours(itop.clock.now()) }),
    signal,
  });
  const { startedAt, ageMs } = await runStart(pool, run.runId);
  const { byAny, byFormer } = await formerObservations(pool, startedAt, itop.clock.now());
  const reader = restReader(itop, gate, new OutageRetry(settings.max_outage_ms, signal), { signal, seenBefore: byAny });
  const now = reader.now();
  const formerUntil = byFormer !== null && byFormer < now ? byFormer.getTime() + 1 : 0;
  /** What raw saw since then was seen by this run, and not by the one before: raw has iTop's clock. */
  const seenSince = new Date(Math.max(now.getTime() - ageMs, formerUntil));
  const findings: Finding[] = [];
  const isWhole = request.classes === undefined;
  const isDelta = request.isDelta === true;
  if (isWhole && !isDelta) findings.push(...(await noteStart(request, reader)));
  const catalog = await classesToRead(
    { pool, runId: run.runId, inFlight: settings.in_flight, classes: request.classes, isDelta },
    itop,
    reader,
  );
  const { readables, unknown, expected, held, untyped, findings: ofCatalog } = catalog;
  findings.push(...ofCatalog);
  await request.broker.ensureTopics([...new Set(readables.map((readable) => readable.rootClass))]);
  const narrowings = await classNarrowings(pool);
  const passes = new Map(
    readables.map((readable) => {
      const pass = passOf(request, reader, readable, narrowings.get(readable.name));
      const narrowing = narrowings.get(readable.name);
      const objects = heldWithin(held.get(readable.name), narrowing);
      return [readable.name, { ...pass, expected: expected.get(readable.name), held: objects }];
    }),
  );
  const classes: ClassOutcome[] = [];
  const unread = new Set<string>();
  const checked: CheckedClass[] = [];

  async function readWhole(pass: ClassPass): Promise<void> {
    const { name } = pass.readable;
    try {
      const result = await readClass(pass);
      const completeness = await checkCompleteness(pass, result);
      const found = [...result.findings, ...completeness.findings];
      findings.push(...findingsOf(pass.readable, found));
      // What iTop could not give is unseen, but not gone.
      if (found.every((finding) => finding.severity !== 'blocker')) {
        checked.push({ pass, readAgain: completeness.readAgain });
      }
      const sourceCount = await storeCounts(pool, pass, completeness.agreed);
      classes.push({ className: name, ...(await totals(pool, run.runId, `${name}${pass.axis.label}`)), sourceCount });
    } catch (error) {
      if (!(error instanceof ItopError) || error.remedy !== 'continue') throw error;
      findings.push(...findingsOf(pass.readable, [notRead(name, error)]));
      classes.push({ className: name, rows: 0, bytes: 0, sourceCount: undefined });
      unread.add(name);
    }
  }

  /** Once for all classes that were read whole, when all they gave is landed. */
  async function noticeDepartures(): Promise<void> {
    await request.broker.landed();
    const doubted = await mayHaveDepartures(pool, checked, seenSince);
    await inParallel(doubted, settings.in_flight, async (one) => {
      const { readable } = one.pass;
      try {
        findings.push(...findingsOf(readable, await publishDepartures(pool, one, seenSince)));
      } catch (error) {
        if (!(error instanceof ItopError) || error.remedy !== 'continue') throw error;
        findings.push(...findingsOf(readable, [notRead(readable.name, error)]));
        unread.add(readable.name);
      }
    });
  }

  if (isDelta) {
    const inFlight = settings.in_flight;
    const { runId } = run;
    const delta = await readDelta({ pool, runId, reader, passes, unknown, inFlight, readWhole });
    findings.push(...delta.findings);
    for (const [className, fetched] of delta.fetched) {
      classes.push({ className, ...fetched, sourceCount: await latestCount(pool, passes.get(className)) });
    }
  } else {
    const step = request.progress.step('classes', passes.size);
    await inParallel([...passes.values()], settings.in_flight, async (pass) => {
      await readWhole(pass);
      step.advance(1);
    });
    step.done();
  }
  if (checked.length > 0) await noticeDepartures();
  if (isWhole) findings.push(...(await checkTotals(pool, reader, readables)));
  for (const name of unread) passes.delete(name);
  await request.broker.landed();
  await analyzeGrownTables(pool);
  await observeKinds(pool, untyped);
  findings.push(...(await fetchReferenced(pool, passes, seenSince)));
  await request.broker.landed();
  if (isWhole) findings.push(...(await findRestrictedRights(pool, settings.user)));
  await fetchFormHistory(pool, passes, seenSince);
  await request.broker.landed();
  if (request.files !== undefined) {
    const { progress } = request;
    const inFlight = settings.in_flight;
    findings.push(
      ...(await fetchFiles({ pool, reader, progress, startedAt, seenSince, inFlight, signal, ...request.files })),
    );
  }
  const blockers = findings.filter((finding) => finding.severity === 'blocker');
  if (isWhole) await moveWatermarks(pool, run.runId, isDelta, blockers);
  return { classes, findings, isComplete: blockers.length === 0 };
}

/** Notes where iTop stands before anything is read, for the delta that comes next; says so where it stood further before. */
async function noteStart({ pool, run, settings }: ExtractRequest, reader: RestReader): Promise<Finding[]> {
  const before = (await reachedWatermarks(pool)).get('history', 'CMDBChangeOp');
  const findings = before !== undefined && (await hasGoneBack(reader, before)) ? [wentBack()] : [];
  if (!(await hasNoted(pool, run.runId))) {
    const marks = [await headOfHistory(reader), await latestTicketTime(reader, settings.timezone)];
    await noteWatermarks(
      pool,
      run.runId,
      marks.filter((mark) => mark !== undefined),
      reader.now(),
    );
  }
  return findings;
}

function passOf(
  request: ExtractRequest,
  reader: RestReader,
  readable: ReadableClass,
  narrowing: Narrowing | undefined,
): ClassPass {
  const { settings, pool, run } = request;
  const { chunkByDate: date } = request;
  const axis = date !== undefined && readable.outputFields.includes(date) ? dateAxis(date) : idAxis;
  return {
    readable,
    reader: narrowing === undefined ? reader : narrowedReader(reader, narrowing),
    signal: request.signal,
    broker: request.broker,
    progress: request.progress,
    runId: run.runId,
    axis,
    chunks: chunksOf(pool, run.runId, `${readable.name}${axis.label}`, () => reader.now()),
    limits: { bytes: settings.window_bytes, objects: settings.window_ids },
    ...(request.files === undefined ? {} : { blobs: { pool, store: request.files.store } }),
    // More than may be asked at a time: while the records of some are acknowledged, the others ask.
    workers: 2 * settings.in_flight,
  };
}

/** iTop's count as it was asked last. */
async function latestCount(pool: pg.Pool, pass: ClassPass | undefined): Promise<number | undefined> {
  const latest = warehouse(pool)
    .selectFrom('ops.source_count')
    .distinctOn('class')
    .select('object_count')
    .where('class', '=', anyOf(pass?.readable.finalClasses ?? []))
    .orderBy('class')
    .orderBy('asked_at', 'desc');
  const rows = await warehouse(pool)
    .selectFrom(latest.as('latest'))
    .select(({ fn }) => fn.sum<string | null>('object_count').as('count'))
    .execute();
  return rows[0]?.count == null ? undefined : Number(rows[0].count);
}

function wentBack(): Finding {
  return {
    code: 'source_went_back',
    severity: 'warning',
    subject: 'CMDBChangeOp',
    finding:
      "iTop's history ends before the point that was extracted: iTop was restored from a backup. Everything is read again; ids given since the backup may belong to other objects now.",
    nextStep: 'Look at what was loaded of objects newer than the backup before the next load.',
  };
}

/** When the run began, by the warehouse's clock, and how long ago that is. */
async function runStart(pool: pg.Pool, runId: string): Promise<{ readonly startedAt: Date; readonly ageMs: number }> {
  const rows = await warehouse(pool)
    .selectFrom('ops.run')
    .select('started_at')
    .select(sql<number>`1000 * extract(epoch from clock_timestamp() - started_at)::float8`.as('age_ms'))
    .where('run_id', '=', runId)
    .execute();
  const row = rows[0];
  if (row === undefined) throw new Error(`run ${runId} is not in ops.run`);
  return { startedAt: row.started_at, ageMs: row.age_ms };
}

/** Records iTop's own count of each final class of a pass, and gives their sum. */
async function storeCounts(pool: pg.Pool, pass: ClassPass, agreed: Completeness['agreed']): Promise<number> {
  const counts = await countFinalClasses(pass, agreed);
  await storeSourceCounts(pool, pass.runId, counts);
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

async function totals(pool: pg.Pool, runId: string, className: string): Promise<{ rows: number; bytes: number }> {
  const rows = await warehouse(pool)
    .selectFrom('ops.chunk')
    .select([
      sql<string>`coalesce(sum(row_count), 0)`.as('rows'),
      sql<string>`coalesce(sum(byte_count), 0)`.as('bytes'),
    ])
    .where('run_id', '=', runId)
    .where('class', '=', className)
    .execute();
  return { rows: Number(rows[0]?.rows ?? 0), bytes: Number(rows[0]?.bytes ?? 0) };
}

function notRead(name: string, error: ItopError): Finding {
  return {
    code: error.code,
    severity: 'blocker',
    subject: name,
    finding: `The class was not read: ${error.message}`,
    nextStep: error.nextStep,
  };
}
