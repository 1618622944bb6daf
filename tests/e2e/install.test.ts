import { execFile } from 'node:child_process';
import { chown, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../platform/project-root.ts';

const run = promisify(execFile);
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;
/** A release that cannot run the tool by itself. */
const olderNode = '22.23.5';

let home: string;
let installed: string;
let older: string;

/** Runs as a normal user, as most people do: root is a special case of Postgres. */
const asUser = (file: string, args: readonly string[]) =>
  run(file, args, {
    cwd: installed,
    env: { PATH: process.env.PATH ?? '', HOME: home },
    ...(isRoot ? { uid: nobody, gid: nobody } : {}),
  });

const npm = (cwd: string, ...args: readonly string[]) => run('npm', [...args, '--no-audit', '--no-fund'], { cwd });

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'install-'));
  installed = join(home, 'installed');
  older = join(home, 'older');
  for (const directory of [installed, older]) await mkdir(directory);
  await npm(projectRoot, 'pack', '--pack-destination', home);
  const packed = (await readdir(home)).find((name) => name.endsWith('.tgz'));
  await npm(installed, 'install', join(home, packed ?? ''));
  await npm(older, 'install', `node-${process.platform}-${process.arch}@${olderNode}`);
  if (isRoot) for (const directory of [home, installed]) await chown(directory, nobody, nobody);
});
afterAll(() => rm(home, { recursive: true, force: true }));

const bin = () => join('node_modules', 'itop-to-intercom', 'bin', 'itop-to-intercom.js');
const olderPath = () => join(older, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');

describe('the packed file, installed in an empty directory', () => {
  it('rehearses on Node 24, as a normal user', async () => {
    const { stdout } = await asUser(process.execPath, [bin(), 'rehearse', '--tickets', '5']);
    expect(stdout).toContain('Green: everything is accounted for.');
  });

  it('rehearses on an older Node, by the one that came with it', async () => {
    const { stdout } = await asUser(olderPath(), [bin(), 'rehearse', '--tickets', '5']);
    expect(stdout).toContain('Green: everything is accounted for.');
  });

  it('passes the exit code on', async () => {
    await expect(asUser(olderPath(), [bin(), 'no-such-command'])).rejects.toMatchObject({ code: 2 });
  });

  it('says in words what is missing where the other Node was left out', async () => {
    const brought = join(installed, 'node_modules', `node-${process.platform}-${process.arch}`);
    await rename(brought, join(home, 'put-away'));
    try {
      const failure = await asUser(olderPath(), [bin(), '--help']).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 2, stderr: expect.stringContaining('needs Node 24') });
    } finally {
      await rename(join(home, 'put-away'), brought);
    }
  });

  it('holds no tests and no sources', async () => {
    const entries = await readdir(join(installed, 'node_modules', 'itop-to-intercom'));
    expect(entries.sort()).toEqual(['LICENSE', 'README.md', 'bin', 'dist', 'docs', 'package.json', 'staging-sql']);
  });
});
