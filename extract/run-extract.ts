import type pg from 'pg';
import { type Itop, openItop } from '../itop/client.ts';
import { ItopError } from '../itop/errors.ts';
import { FailedError } from '../platform/errors.ts';
import { type Finding, replaceFindings } from '../platform/findings.ts';
import type { Progress } from '../platform/progress.ts';
import type { Run } from '../platform/run-record.ts';
import type { ItopSettings } from '../platform/settings.ts';
import { ciClasses, type ReadableClass, readableClasses } from './catalog/class-tree.ts';
import { discoverAttributes, discoverClasses } from './catalog/discover.ts';
import { fieldLists, fullPass, narrowedClasses } from './catalog/field-lists.ts';
import { chunksOf } from './chunks.ts';
import { type FileRequest, fetchFiles } from './sources/files/fetch-files.ts';
import { checkCompleteness, countFinalClasses } from './sources/rest/completeness.ts';
import { publishDepartures } from './sources/rest/departed-objects.ts';
import { fetchFormHistory } from './sources/rest/form-history.ts';
import { Gate } from './sources/rest/gate.ts';
import { Patience } from './sources/rest/patience.ts';
import { type ClassPass, readClass } from './sources/rest/read-class.ts';
import { fetchReferenced } from './sources/rest/referenced-objects.ts';
import { narrowedReader, type RestReader, restReader } from './sources/rest/rest-reader.ts';
import type { Broker } from './topics/broker.ts';

export interface ExtractRequest {
  readonly settings: ItopSettings;
  readonly pool: pg.Pool;
  readonly broker: Broker;
  readonly run: Pick<Run, 'runId'>;
  readonly progress: Progress;
  /** Classes to read; all that have a field list unless given. */
  readonly classes?: readonly string[];
  /** Where the bytes of files go; without it only what iTop says about them is read. */
  readonly files?: Pick<FileRequest, 'store' | 'statedSizes' | 'onDisk'>;
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
 * Reads a full pass of the classes over iTop's REST API and publishes every object. A run that was interrupted goes on
 * with the windows that were not acknowledged.
 *
 * Throws RefusedError for a class without a place in the tree; FailedError when iTop refuses the account, stays away
 * longer than `itop.patience_ms`, or the signal is aborted: the run can then be continued. A class that cannot be read
 * is a finding, and the others go on.
 */
export async function runExtract(request: ExtractRequest): Promise<ExtractOutcome> {
  const { settings, pool, run } = request;
  if (request.classes !== undefined) await readableClasses(pool, request.classes);
  const itop = openItop({
    url: settings.url,
    user: settings.user,
    password: settings.password,
    timeoutMs: settings.timeout_ms,
    connections: settings.in_flight,
  });
  try {
    await itop.checkLogin(request.signal);
    const outcome = await readAll(request, itop);
    await replaceFindings(pool, 'extract', outcome.findings, run.runId);
    return outcome;
  } catch (error) {
    if (request.signal?.aborted !== true) throw error;
    throw new FailedError('The extraction was interrupted.', {
      stage: 'extract',
      nextStep: 'Start the same command again: it goes on where it stopped.',
      isRetriable: true,
      cause: error,
    });
  } finally {
    await itop.close();
  }
}

async function readAll(request: ExtractRequest, itop: Itop): Promise<ExtractOutcome> {
  const { settings, pool, run, signal } = request;
  const gate = new Gate(settings.in_flight, settings.pause_ms);
  const reader = restReader(itop, gate, new Patience(settings.patience_ms, signal), signal);
  const startedAt = await runStart(pool, run.runId);
  const passes = new Map<string, ClassPass>();
  const { readables, findings } = await catalogOf(request, itop, reader);
  await request.broker.ensureTopics([...new Set(readables.map((readable) => readable.rootClass))]);
  const classes: ClassOutcome[] = [];

  async function readOne(readable: ReadableClass): Promise<void> {
    const narrowing = narrowedClasses.get(readable.name);
    const pass: ClassPass = {
      readable,
      reader: narrowing === undefined ? reader : narrowedReader(reader, narrowing),
      signal,
      broker: request.broker,
      progress: request.progress,
      runId: run.runId,
      chunks: chunksOf(pool, run.runId, readable.name),
      limits: { bytes: settings.window_bytes, ids: settings.window_ids },
      ...(request.files === undefined ? {} : { blobs: { pool, store: request.files.store } }),
      // One more than may be asked at a time: while one waits for its records to be acknowledged, the others ask.
      workers: settings.in_flight + 1,
    };
    try {
      const { bound, findings: unreadable } = await readClass(pass);
      const completeness = await checkCompleteness(pass, bound);
      const found = [...unreadable, ...completeness.findings];
      findings.push(...found);
      // What iTop could not give is unseen, but not gone.
      if (found.every((finding) => finding.severity !== 'blocker')) {
        await request.broker.landed();
        findings.push(...(await publishDepartures(pool, pass, startedAt, completeness.readAgain)));
      }
      const sourceCount = await storeCounts(pool, pass);
      classes.push({ className: readable.name, ...(await totals(pool, run.runId, readable.name)), sourceCount });
      passes.set(readable.name, pass);
    } catch (error) {
      if (!(error instanceof ItopError) || error.remedy !== 'continue') throw error;
      findings.push(notRead(readable.name, error));
      classes.push({ className: readable.name, rows: 0, bytes: 0, sourceCount: undefined });
    }
  }

  await inParallel(readables, settings.in_flight, readOne);
  findings.push(...(await fetchReferenced(pool, passes)));
  await request.broker.landed();
  await fetchFormHistory(pool, passes);
  await request.broker.landed();
  if (request.files !== undefined) {
    const { progress } = request;
    findings.push(...(await fetchFiles({ pool, reader, progress, startedAt, signal, ...request.files })));
  }
  return { classes, findings, isComplete: findings.every((finding) => finding.severity !== 'blocker') };
}

/** The classes to be read, with the attributes that this iTop has of them. */
async function catalogOf(
  { pool, run, settings, classes }: ExtractRequest,
  itop: Itop,
  reader: RestReader,
): Promise<{ readonly readables: readonly ReadableClass[]; readonly findings: Finding[] }> {
  const discovery = { pool, itop, reader, runId: run.runId };
  const findings: Finding[] = [];
  let wanted = classes;
  if (wanted === undefined) {
    const { names, custom, findings: found } = await discoverClasses(discovery);
    findings.push(...found);
    const all = [...new Set([...fullPass, ...(await ciClasses(pool)), ...custom])];
    // A class of the standard tree that this iTop's modules do not bring is no fault.
    wanted = all.filter((name) => names === undefined || names.has(name));
  }
  const readables = await readableClasses(pool, wanted);
  const narrowed = new Map<string, ReadableClass>();
  await inParallel(readables, settings.in_flight, async (readable) => {
    const known = { isStandardClass: readable.isStandard, hasOwnList: fieldLists.has(readable.name) };
    const found = await discoverAttributes(discovery, readable, known);
    narrowed.set(readable.name, found.readable);
    findings.push(...found.findings);
  });
  return { readables: readables.map((readable) => narrowed.get(readable.name) ?? readable), findings };
}

async function runStart(pool: pg.Pool, runId: string): Promise<Date> {
  const { rows } = await pool.query<{ started_at: Date }>('select started_at from ops.run where run_id = $1', [runId]);
  const row = rows[0];
  if (row === undefined) throw new Error(`run ${runId} is not in ops.run`);
  return row.started_at;
}

/** Records iTop's own count of each final class of a pass, and gives their sum. */
async function storeCounts(pool: pg.Pool, pass: ClassPass): Promise<number> {
  const counts = await countFinalClasses(pass);
  await pool.query(
    `insert into ops.source_count (run_id, class, object_count)
     select $1, * from unnest($2::text[], $3::bigint[])
     on conflict (run_id, class) do update set object_count = excluded.object_count, asked_at = clock_timestamp()`,
    [pass.runId, [...counts.keys()], [...counts.values()]],
  );
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

async function totals(pool: pg.Pool, runId: string, className: string): Promise<{ rows: number; bytes: number }> {
  const { rows } = await pool.query<{ rows: string; bytes: string }>(
    `select coalesce(sum(row_count), 0) as rows, coalesce(sum(byte_count), 0) as bytes
     from ops.chunk where run_id = $1 and class = $2`,
    [runId, className],
  );
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

/** Does the work for all items, some at a time; after a failure no new one is begun, and it is thrown at the end. */
async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  let failure: { readonly reason: unknown } | undefined;
  const drain = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined && failure === undefined; item = queue.shift()) {
      await work(item).catch((reason: unknown) => {
        failure ??= { reason };
      });
    }
  };
  await Promise.all(Array.from({ length: width }, drain));
  if (failure !== undefined) throw failure.reason;
}
