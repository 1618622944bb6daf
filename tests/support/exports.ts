import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { openInlineBroker } from '../../extract/landing/inline-broker.ts';
import { type ExportsOutcome, type ExportsRequest, runExports } from '../../extract/run-exports.ts';
import { listExports } from '../../extract/sources/exports/describe.ts';
import { openProgress } from '../../platform/progress.ts';
import { openRun } from '../../platform/run-record.ts';

/** Reads export files into a database as the command does. */
export async function readExports(
  pool: pg.Pool,
  paths: readonly string[],
  options: {
    readonly isCheckOnly?: boolean;
    readonly signal?: AbortSignal;
    readonly class?: string;
    readonly files?: ExportsRequest['files'];
  } = {},
): Promise<ExportsOutcome> {
  const run = await openRun(pool, { command: 'extract exports', fingerprint: { files: String(paths) } });
  const broker = openInlineBroker(pool);
  try {
    const outcome = await runExports({
      pool,
      broker,
      run,
      progress: openProgress('silent'),
      exports: await listExports(paths, options.class),
      ...(options.files === undefined ? {} : { files: options.files }),
      timezone: 'Europe/Paris',
      isCheckOnly: options.isCheckOnly === true,
      signal: options.signal,
    });
    await run.finish({ ...outcome });
    return outcome;
  } finally {
    await run.leave();
    await broker.close();
  }
}

/** A directory with these files, removed by `remove`. */
export async function filesOf(
  contents: Readonly<Record<string, string | Buffer>>,
): Promise<{ readonly directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'itop-exports-'));
  for (const [name, content] of Object.entries(contents)) await writeFile(join(directory, name), content);
  return { directory, remove: () => rm(directory, { recursive: true }) };
}
