import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory } from '../../platform/cache-directory.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { type Ended, watchChild } from './watch-child.ts';

/** A rehearsal of the whole cutover is more than one process does elsewhere. */
const limitMs = 360_000;

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
      return watchChild(child, limitMs).ended;
    },
    remove: () => rm(cache, { recursive: true, force: true }),
  };
}
