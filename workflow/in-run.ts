import type { Intercom } from '../intercom/client.ts';
import { openRun, type Run } from '../platform/run-record.ts';
import type { CommandContext } from './command-context.ts';
import { fingerprintOf } from './fingerprint.ts';
import { intercomOf, workspaceOf } from './intercom-of.ts';

/** The workspace behind the configured token. */
export async function workspaceIdCodeOf({ settings, signal }: CommandContext): Promise<string> {
  const intercom = intercomOf(settings);
  try {
    return (await workspaceOf(intercom, signal)).idCode;
  } finally {
    await intercom.close();
  }
}

/** Runs work that writes to the workspace behind the configured token, or reads it, under a run record of that workspace. */
export async function inWorkspace<T extends object>(
  context: CommandContext,
  command: string,
  work: (intercom: Intercom, run: Run, workspaceIdCode: string) => Promise<T>,
): Promise<T> {
  const intercom = intercomOf(context.settings);
  try {
    const workspace = await workspaceOf(intercom, context.signal);
    const fingerprint = await fingerprintOf(context.database.pool, context.settings);
    return await inRun(context, command, fingerprint, workspace.idCode, (run) => work(intercom, run, workspace.idCode));
  } finally {
    await intercom.close();
  }
}

/** Runs the work under a run record. When it throws, or was interrupted, the run stays unfinished and the same command continues it. */
export async function inRun<T extends object>(
  { database, settings, signal, log }: CommandContext,
  command: string,
  fingerprint: Readonly<Record<string, string>>,
  workspaceIdCode: string | undefined,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  const run = await openRun(database.pool, {
    command,
    fingerprint,
    leaseMs: settings.database.lease_ms,
    ...(workspaceIdCode === undefined ? {} : { workspaceIdCode }),
  });
  const startedAt = performance.now();
  const of = { run: run.runId, stage: command, workspace: workspaceIdCode };
  log.info({ ...of, isContinued: run.isContinued }, 'run started');
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
    const durationMs = Math.round(performance.now() - startedAt);
    log.info({ ...of, durationMs }, isFinished ? 'run done' : 'run left unfinished');
  }
}
