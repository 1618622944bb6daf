import { type ChildProcess, spawn } from 'node:child_process';
import { bareEnvironment } from './environment.ts';
import type { TestWorkspace } from './intercom-workspace.ts';
import type { ProcessOptions } from './own-process.ts';
import { usualLimitMs, type WatchedChild, watchChild } from './watch-child.ts';

export interface StartedProcess extends WatchedChild {
  readonly child: ChildProcess;
}

/** Starts a load or a rollback of the workspace as a process of its own, to be killed by a test. */
export function startProcess(
  workspace: TestWorkspace,
  work: 'load' | 'rollback',
  options: Omit<ProcessOptions, 'databaseUrl' | 'intercomUrl' | 'workspaceIdCode'>,
): StartedProcess {
  const child = spawn(
    process.execPath,
    [`tests/support/${work}-process.ts`, JSON.stringify(workspace.processOptions(options))],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...bareEnvironment(), INTERCOM_TOKEN: workspace.token } },
  );
  return { child, ...watchChild(child, usualLimitMs) };
}
