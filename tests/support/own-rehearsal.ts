import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory } from '../../platform/cache-directory.ts';
import { projectRoot } from '../../platform/project-root.ts';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly log: string;
}

/** Commands whose rehearsal lies in a directory of its own: another one of the same user is not disturbed. */
export interface OwnRehearsal {
  /** Runs the tool to its end. */
  run(...words: readonly string[]): Promise<Ended>;
  remove(): Promise<void>;
}

export async function ownRehearsal(): Promise<OwnRehearsal> {
  await mkdir(cacheDirectory(), { recursive: true });
  const cache = await mkdtemp(join(cacheDirectory(), 'rehearsal-of-a-test-'));
  // The server that root starts runs as another account.
  await chmod(cache, 0o755);
  return {
    run(...words) {
      const child = spawn(process.execPath, ['cli/main.ts', ...words], {
        cwd: projectRoot,
        env: { ...process.env, XDG_CACHE_HOME: cache },
      });
      let output = '';
      let log = '';
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
      child.stderr.on('data', (chunk: Buffer) => {
        log += chunk.toString();
      });
      return new Promise((resolve) => child.on('close', (code) => resolve({ code, output, log })));
    },
    remove: () => rm(cache, { recursive: true, force: true }),
  };
}
