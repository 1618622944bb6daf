import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { commands } from '../../cli/commands.ts';
import { inParallel } from '../../platform/in-parallel.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

/*
 * Every command, on a database in which no stage has run, with both systems away: it ends in words that say what comes first.
 */
let database: TestDatabase;
let directory: string;
beforeAll(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'any-order-'));
  const away = 'http://127.0.0.1:9/';
  const configuration = {
    database: { url: database.url },
    itop: { url: away, user: 'admin', password: 'secret', timezone: 'Europe/Paris', max_outage_ms: 0 },
    intercom: { token: 'secret', base_url: away },
    mapping: { file: join(directory, 'mapping.yaml') },
    blobs: { directory: join(directory, 'blobs') },
    report: { directory: join(directory, 'reports') },
  };
  await writeFile(join(directory, 'itop-to-intercom.yaml'), stringify(configuration));
});
afterAll(async () => {
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});

/** Values for what a command must be given; one that is not named here needs nothing. */
const given: Readonly<Record<string, readonly string[]>> = {
  'audit write-decisions': ['decisions'],
  'audit read-decisions': ['decisions.csv', '--by', 'Ada'],
  'audit sign': ['all', '--by', 'Ada'],
  'canary send': ['--address', 'ada@example.com'],
  'canary accept': ['default_assignment', '--by', 'Ada', '--reason', 'known'],
  'canary confirm': ['--by', 'Ada'],
  'map set': ['Change', 'handoff'],
  'map confirm': ['--by', 'Ada'],
  'sample accept': ['--by', 'Ada'],
  'reconcile accept': ['--phase', 'contacts', '--by', 'Ada', '--reason', 'known'],
  'rollback execute': ['0123456789abcdef'],
  'db sql': ['select 1'],
  'db backup': ['backup'],
  'db restore': ['backup'],
  purge: ['--keep-days', '30'],
  explain: ['R-000123'],
  land: ['--until-empty'],
};

/** These start servers of their own and stay, or stop the one that all commands share. */
const apart = new Set(['rehearse', 'console', 'db start', 'db stop']);

/** Every command and subcommand that does something by itself. */
async function allCommands(): Promise<string[]> {
  const names: string[] = [];
  for (const { name, load } of commands) {
    const command = await load();
    const subcommands = command.commands.map((each) => `${name} ${each.name()}`);
    // A command with an action of its own has options of its own beside the common ones, or no subcommands.
    names.push(...subcommands, ...(subcommands.length === 0 || command.options.length > 0 ? [name] : []));
  }
  return names.filter((name) => !apart.has(name));
}

interface Ended {
  readonly code: number;
  readonly output: string;
}

function run(name: string): Promise<Ended> {
  const words = [...name.split(' '), ...(given[name] ?? []), '--config', join(directory, 'itop-to-intercom.yaml')];
  return new Promise((resolve) => {
    const cli = join(projectRoot, 'cli', 'main.ts');
    execFile(process.execPath, [cli, ...words], { cwd: directory }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, output: `${stdout}\n${stderr}` });
    });
  });
}

describe('a command that comes too early', () => {
  const ended = new Map<string, Ended>();
  beforeAll(async () => {
    // "transform" makes what the others miss: it comes last.
    const names = (await allCommands()).filter((name) => name !== 'transform');
    await inParallel(names, 2, async (name) => {
      ended.set(name, await run(name));
    });
  });

  it('ends in words, without a stack, and says what to do next where it did not do its work', () => {
    const wrong = [...ended].filter(
      ([, { code, output }]) =>
        code < 0 || /\n\s+at |does not exist|not expected/.test(output) || (code !== 0 && !/Next: /.test(output)),
    );
    expect(wrong).toEqual([]);
  });

  it('leaves no unfinished run behind', async () => {
    const { rows } = await database.pool.query("select command from ops.run where state = 'running'");
    expect(rows).toEqual([]);
  });

  it('names the first stage that is missing', () => {
    for (const name of [
      'reconcile',
      'report',
      'sample',
      'preview',
      'plan',
      'load',
      'handoff',
      'rollback plan',
      'freeze',
    ]) {
      expect(ended.get(name), name).toMatchObject({
        code: 2,
        output: expect.stringContaining('Next: itop-to-intercom extract'),
      });
    }
  });
});
