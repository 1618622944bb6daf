import { join } from 'node:path';
import { IntercomError } from '../intercom/errors.ts';
import { cacheDirectory } from '../platform/cache-directory.ts';
import { type Database, openDatabase } from '../platform/database.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import { messageOf, StepError } from '../platform/errors.ts';
import { failureInWords } from '../platform/failure-in-words.ts';
import { type Log, openLog } from '../platform/log.ts';
import { migrate, requireMigrated } from '../platform/migrate.ts';
import { loggedProgress, openProgress, type Progress } from '../platform/progress.ts';
import { withoutSecrets } from '../platform/redact.ts';
import { loadSettings, type Settings } from '../platform/settings.ts';
import { holdOutput, printErrorLine } from '../platform/terminal.ts';
import type { MetricsServer } from '../reconcile/serve-metrics.ts';
import { type RequiredStage, requireStage } from './required-stage.ts';
import { withoutCulprits } from './without-culprits.ts';

/** What every command that works on the warehouse is given. */
export interface CommandContext {
  readonly settings: Settings;
  readonly database: Database;
  readonly progress: Progress;
  readonly log: Log;
  readonly isJson: boolean;
  /** Postgres refuses every write of this session. */
  readonly isReadOnly: boolean;
  /** Aborted by Ctrl-C: the command leaves its run unfinished, and the same command continues it. */
  readonly signal: AbortSignal;
}

export interface CommonOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** Nothing is written, and Postgres refuses it too: the account may be one that may only read. */
  readonly readOnly?: boolean;
}

/** Exit code of a command that Ctrl-C or SIGTERM ended, as shells have it. */
export const interruptedCode = 130;

/** Where the embedded server of this user keeps its data. */
export const embeddedDirectory = (): string => join(cacheDirectory(), 'postgres');

/**
 * Reads the configuration, opens the warehouse (the embedded one where no DATABASE_URL is set), brings it up to date unless
 * it is only read, and runs the work.
 *
 * Throws RefusedError where the stage that the command builds on (`after`) has not run.
 */
export async function inContext(
  options: CommonOptions,
  after: RequiredStage,
  work: (context: CommandContext) => Promise<void>,
): Promise<void> {
  const isQuiet = options.quiet === true;
  if (isQuiet) holdOutput();
  const settings = readSettings(options);
  const isJson = options.json === true;
  const url = settings.database.url ?? (await startEmbeddedPostgres({ directory: embeddedDirectory() })).url;
  const database = openDatabase(url, { max: 24, isReadOnly: options.readOnly === true });
  const log = openLog(settings.log, process.argv[2] ?? '');
  const form = isQuiet ? 'silent' : isJson ? 'json' : process.stderr.isTTY ? 'live' : 'plain';
  const progress = loggedProgress(openProgress(form), log);
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const startedAt = performance.now();
  const durationMs = (): number => Math.round(performance.now() - startedAt);
  log.info('command started');
  let served: MetricsServer | undefined;
  try {
    const isReadOnly = await readsOnly(database);
    await (isReadOnly ? requireMigrated(database.pool) : migrate(database.pool));
    served = await serveWhileRunning(database, settings.metrics.listen);
    await requireStage(database.pool, after);
    const context = { settings, database, progress, log, isJson, isReadOnly, signal: interruption.signal };
    // A command that reads what a transform made; those before it have nothing to set aside.
    const readsViews = (after === 'transform' || after === 'load') && !isReadOnly;
    await (readsViews ? withoutCulprits(context, () => work(context)) : work(context));
    log.info({ durationMs: durationMs(), isInterrupted: interruption.signal.aborted }, 'command ended');
  } catch (error) {
    log.error({ durationMs: durationMs(), ...loggedFailure(error) }, 'command failed');
    throw error;
  } finally {
    if (interruption.signal.aborted) process.exitCode = interruptedCode;
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', interrupt);
    progress.close();
    served?.close();
    if (settings.metrics.textfile !== undefined) await exportMetrics(database, settings.metrics.textfile);
    await database.close();
  }
}

/** What the log keeps of a failure: the words that a person reads of it, and where it was made. */
export function loggedFailure(thrown: unknown) {
  const error = failureInWords(thrown);
  const { stage } = error instanceof StepError ? error : {};
  const { nextStep } = error instanceof StepError || error instanceof IntercomError ? error : {};
  return { error: messageOf(error), stage, nextStep, stack: thrown instanceof Error ? thrown.stack : undefined };
}

/** Whether sessions may only read: by the option, or because the role of DATABASE_URL is made so. */
async function readsOnly({ pool }: Database): Promise<boolean> {
  const { rows } = await pool.query<{ default_transaction_read_only: string }>('show default_transaction_read_only');
  return rows[0]?.default_transaction_read_only === 'on';
}

/** Commands that may run for hours. */
const longRunning = new Set(['extract', 'land', 'load', 'delta', 'rollback', 'console']);

/** Serves the metrics where that is set; a port that another command has already is no reason not to work. */
async function serveWhileRunning(database: Database, listen: string | undefined): Promise<MetricsServer | undefined> {
  if (listen === undefined || !longRunning.has(process.argv[2] ?? '')) return undefined;
  const { serveMetrics } = await import('../reconcile/serve-metrics.ts');
  try {
    return await serveMetrics(database.pool, listen);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    printErrorLine(withoutSecrets(`${error.message} Next: ${error.nextStep}`));
    return undefined;
  }
}

async function exportMetrics(database: Database, file: string): Promise<void> {
  const { writeMetrics } = await import('../reconcile/metrics.ts');
  try {
    await writeMetrics(database.pool, file);
  } catch (error) {
    // A command that is done is not undone by this, and one that failed says first why.
    printErrorLine(
      withoutSecrets(`${messageOf(error)}${error instanceof StepError ? ` Next: ${error.nextStep}` : ''}`),
    );
  }
}

/** The configuration by the command's options and the environment. */
export function readSettings(options: CommonOptions): Settings {
  return loadSettings({ environment: process.env, ...(options.config === undefined ? {} : { file: options.config }) });
}
