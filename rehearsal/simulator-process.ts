import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A simulator that runs as a process of its own and outlives its starter. */
export interface SimulatorProcess {
  /** Address of the API it imitates. */
  readonly url: string;
  /** Address of its control channel: dump, ledger, faults, holds. */
  readonly controlUrl: string;
  readonly pid: number;
}

export interface SimulatorStart {
  readonly name: 'itop-simulator' | 'intercom-simulator';
  readonly flags: readonly string[];
  /** Secrets go by the environment: arguments show in process lists. */
  readonly environment: Readonly<Record<string, string>>;
  /** File that takes what the process says on standard error. */
  readonly logFile: string;
}

/** Starts a simulator and resolves when it answers. Rejects with what it said when it ends before. */
export async function startSimulator(start: SimulatorStart): Promise<SimulatorProcess> {
  const script = join(import.meta.dirname, start.name, import.meta.filename.endsWith('.ts') ? 'main.ts' : 'main.js');
  const errors = openSync(start.logFile, 'a');
  const child = spawn(process.execPath, [script, ...start.flags], {
    detached: true,
    stdio: ['ignore', 'pipe', errors],
    env: { PATH: process.env.PATH ?? '', NODE_OPTIONS: process.env.NODE_OPTIONS ?? '', ...start.environment },
  });
  const ready = await firstLine(child, start);
  child.stdout?.destroy();
  child.unref();
  return { ...ready, pid: child.pid ?? 0 };
}

/** Ends simulators by their process ids; those that are gone already are no error. */
export function stopSimulators(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGTERM');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function firstLine(child: ChildProcess, start: SimulatorStart): Promise<{ url: string; controlUrl: string }> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error(`The ${start.name} has no standard output.`);
    const lines = createInterface({ input: child.stdout });
    lines.once('line', (line) => {
      lines.close();
      resolve(JSON.parse(line) as { url: string; controlUrl: string });
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`The ${start.name} ended with code ${code} before it was ready; see ${start.logFile}.`)),
    );
  });
}
