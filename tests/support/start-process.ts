import { type ChildProcess, spawn } from 'node:child_process';
import { bareEnvironment } from './environment.ts';
import type { TestWorkspace } from './intercom-workspace.ts';
import type { ProcessOptions } from './own-process.ts';

export interface StartedProcess {
  readonly child: ChildProcess;
  /** Exit code (null when killed) and what it said on standard error. */
  readonly ended: Promise<{ readonly code: number | null; readonly errors: string }>;
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
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  return {
    child,
    ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, errors }))),
  };
}
