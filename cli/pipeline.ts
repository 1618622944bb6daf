import { runAudit } from '../audit/run-audit.ts';
import { runExtract } from '../extract/run-extract.ts';
import { openInlineBroker } from '../extract/topics/inline-broker.ts';
import type { Intercom } from '../intercom/client.ts';
import { identifyAdmin } from '../intercom/workspace.ts';
import { type LoadResult, runLoad } from '../load/run-load.ts';
import { openRun, type Run } from '../platform/run-record.ts';
import { requireIntercom, requireItop } from '../platform/settings.ts';
import { passGate } from '../reconcile/pass-gate.ts';
import { type Reconciliation, runReconcile } from '../reconcile/run-reconcile.ts';
import { requireConfirmedMapping } from '../transform/mapping/require-confirmed.ts';
import { runTransform, type TransformOutcome } from '../transform/run-transform.ts';
import type { CommandContext } from './command-context.ts';
import { fingerprintOf } from './fingerprint.ts';
import { intercomOf } from './intercom-of.ts';

export type AuditOutcome = Awaited<ReturnType<typeof runAudit>>;
export type ExtractOutcome = Awaited<ReturnType<typeof runExtract>>;

/** Reads both sides and says what would go wrong; changes nothing on either. */
export async function audit({ settings, database, signal }: CommandContext): Promise<AuditOutcome> {
  const intercom = settings.intercom === undefined ? undefined : intercomOf(settings);
  try {
    return await runAudit({
      itop: requireItop(settings),
      pool: database.pool,
      signal,
      ...(intercom === undefined ? {} : { intercom }),
    });
  } finally {
    await intercom?.close();
  }
}

/** iTop into raw, through the topics. */
export async function extract(context: CommandContext): Promise<ExtractOutcome> {
  const { settings, database, progress, signal } = context;
  const itop = requireItop(settings);
  const broker = openInlineBroker(database.pool);
  try {
    return await inRun<ExtractOutcome>(
      context,
      'extract',
      { 'iTop address': itop.url, 'iTop account': itop.user },
      undefined,
      (run) => runExtract({ settings: itop, pool: database.pool, broker, run, progress, signal }),
    );
  } finally {
    await broker.close();
  }
}

/** Views, materialised relations and rendered bodies. */
export function transform({ settings, database, progress }: CommandContext): Promise<TransformOutcome> {
  return runTransform(database.pool, settings, progress);
}

export interface LoadOptions {
  readonly stopAfter?: number;
  readonly retry?: 'failed';
}

/** The warehouse into Intercom. */
export function load(context: CommandContext, options: LoadOptions): Promise<LoadResult> {
  const { settings, database, progress, signal } = context;
  return inWorkspace(context, 'load', async (intercom, run, workspaceIdCode) => {
    await requireConfirmedMapping(database.pool, workspaceIdCode, settings.mapping.file);
    return runLoad({
      settings: requireIntercom(settings),
      pool: database.pool,
      intercom,
      run,
      progress,
      signal,
      isRetryingFailed: options.retry === 'failed',
      beforePhase: (workspaceIdCode, phase) => passGate(database.pool, workspaceIdCode, phase),
      ...(options.stopAfter === undefined ? {} : { stopAfter: options.stopAfter }),
    });
  });
}

/** What became of every object. */
export function reconcile(context: CommandContext): Promise<Reconciliation> {
  return inWorkspace(context, 'reconcile', (_intercom, run, workspaceIdCode) =>
    runReconcile({ pool: context.database.pool, workspaceIdCode, runId: run.runId }),
  );
}

/** The workspace behind the configured token. */
export async function workspaceIdCodeOf({ settings }: CommandContext): Promise<string> {
  const intercom = intercomOf(settings);
  try {
    return (await intercom.send(identifyAdmin())).value.idCode;
  } finally {
    await intercom.close();
  }
}

async function inWorkspace<T extends object>(
  context: CommandContext,
  command: string,
  work: (intercom: Intercom, run: Run, workspaceIdCode: string) => Promise<T>,
): Promise<T> {
  const intercom = intercomOf(context.settings);
  try {
    const { value: workspace } = await intercom.send(identifyAdmin());
    const fingerprint = await fingerprintOf(context.database.pool, context.settings);
    return await inRun(context, command, fingerprint, workspace.idCode, (run) => work(intercom, run, workspace.idCode));
  } finally {
    await intercom.close();
  }
}

/** Runs the work under a run record. When it throws, or was interrupted, the run stays unfinished and the same command continues it. */
async function inRun<T extends object>(
  { database, signal }: CommandContext,
  command: string,
  fingerprint: Readonly<Record<string, string>>,
  workspaceIdCode: string | undefined,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  const run = await openRun(database.pool, {
    command,
    fingerprint,
    ...(workspaceIdCode === undefined ? {} : { workspaceIdCode }),
  });
  let isFinished = false;
  try {
    const outcome = await work(run);
    if (!signal.aborted) {
      await run.finish(outcome);
      isFinished = true;
    }
    return outcome;
  } finally {
    if (!isFinished) await run.leave();
  }
}
