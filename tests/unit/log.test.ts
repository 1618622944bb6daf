import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { openLog } from '../../platform/log.ts';
import { loggedProgress, openProgress } from '../../platform/progress.ts';
import { hideSecret } from '../../platform/redact.ts';
import { inContext } from '../../workflow/command-context.ts';

const newFile = (): string => join(mkdtempSync(join(tmpdir(), 'log-')), 'deep', 'events.log');
const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

it('logs what a step did, for the owner of the file alone', () => {
  const file = newFile();
  const progress = loggedProgress(openProgress('silent'), openLog({ file, level: 'info' }, 'load'));
  const step = progress.step('load contacts', 3);
  step.advance(2);
  step.advance(1);
  step.done();
  expect(linesOf(file)).toMatchObject([
    { level: 'info', command: 'load', pid: process.pid, msg: 'step done', step: 'load contacts', count: 3 },
  ]);
  expect(linesOf(file)[0]?.durationMs).toEqual(expect.any(Number));
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('holds no secret, under whatever name and inside whatever text', () => {
  const file = newFile();
  hideSecret('s3cret-of-this-test');
  const log = openLog({ file, level: 'info' }, 'load');
  log.error({ error: 'refused: Bearer s3cret-of-this-test', itop: { password: 'short' }, token: 'tiny' }, 'failed');
  log.error({ url: 'postgres://u:hunter2@h/d', stack: 'Error\n  at s3cret-of-this-test' }, 's3cret-of-this-test');
  const text = readFileSync(file, 'utf8');
  for (const secret of ['s3cret-of-this-test', 'short', 'tiny', 'hunter2']) expect(text).not.toContain(secret);
  expect(linesOf(file)).toHaveLength(2);
});

it('appends, and leaves out what is below its level', () => {
  const file = newFile();
  openLog({ file, level: 'info' }, 'load').info('first');
  const log = openLog({ file, level: 'error' }, 'load');
  log.info('not logged');
  log.error('second');
  expect(linesOf(file).map((line) => line.msg)).toEqual(['first', 'second']);
});

it('writes nothing where no file is set', () => {
  expect(openLog({ file: undefined, level: 'info' }, 'load').isLevelEnabled('fatal')).toBe(false);
});

it('refuses a file that cannot be written, with what to do', () => {
  expect(() => openLog({ file: '/dev/null/events.log', level: 'info' }, 'load')).toThrow(
    expect.objectContaining({ exitCode: 2, nextStep: expect.stringContaining('log.file') }),
  );
});

it('says of a command that fails what a person reads of it, and the next step', async () => {
  const file = newFile();
  const config = join(mkdtempSync(join(tmpdir(), 'log-')), 'config.yaml');
  writeFileSync(config, JSON.stringify({ log: { file } }));
  vi.stubEnv('DATABASE_URL', 'postgres://u:hunter2@127.0.0.1:9/x');
  await expect(inContext({ config }, 'none', () => Promise.resolve())).rejects.toThrow('ECONNREFUSED');
  expect(linesOf(file).at(-1)).toMatchObject({
    msg: 'command failed',
    error: expect.stringMatching(/^Postgres does not answer/),
    nextStep: expect.stringContaining('DATABASE_URL'),
  });
  expect(readFileSync(file, 'utf8')).not.toContain('hunter2');
  vi.unstubAllEnvs();
});
