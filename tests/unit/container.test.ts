import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from '../../platform/project-root.ts';
import { describedSettings } from '../../platform/settings-reference.ts';
import { until } from '../support/until.ts';
import { type Ended, watchChild } from '../support/watch-child.ts';

interface Service {
  readonly image: string;
  readonly init: boolean;
  readonly stop_grace_period: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly volumes: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly profiles: readonly string[];
}

const read = (name: string): string => readFileSync(join(projectRoot, name), 'utf8');
const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Readonly<Record<string, Service>>;
};
const image = read('Dockerfile').slice(read('Dockerfile').lastIndexOf('\nFROM '));
const workingDirectory = [...image.matchAll(/^WORKDIR (.+)$/gm)].at(-1)?.[1] ?? '';

describe.each(['tool', 'delta'])('the service %s', (name) => {
  it('keeps on the host what the tool writes', () => {
    expect(services[name]?.image).toBe('itop-to-intercom');
    const mounted = services[name]?.volumes.map((volume) => volume.split(':').at(-1));
    expect(mounted).toContain(workingDirectory);
    // The bytes of files lie in the cache directory unless the configuration names another one.
    expect(services[name]?.environment.XDG_CACHE_HOME?.startsWith(`${workingDirectory}/`)).toBe(true);
  });

  it('gets Ctrl-C and "stop", and time to end in order', () => {
    expect(services[name]?.init).toBe(true);
    expect(services[name]?.stop_grace_period).toBe('1m');
  });

  it('takes any password: none stands in an address', () => {
    const { DATABASE_URL = '', PGPASSWORD = '' } = services[name]?.environment ?? {};
    expect(DATABASE_URL).not.toContain('$');
    expect(PGPASSWORD).toContain('${POSTGRES_PASSWORD');
    process.env.PGPASSWORD = 'a@b/c:d#1%';
    try {
      expect(new pg.Client({ connectionString: DATABASE_URL }).password).toBe('a@b/c:d#1%');
    } finally {
      delete process.env.PGPASSWORD;
    }
  });

  it('is given every variable that the configuration knows', () => {
    for (const { environment } of describedSettings())
      if (environment !== undefined) expect(Object.keys(services[name]?.environment ?? {})).toContain(environment);
  });
});

it('starts the tool from any directory', () => {
  expect(image).toMatch(/^ENTRYPOINT \["node", "\/opt\/itop-to-intercom\/bin\/itop-to-intercom\.js"\]$/m);
  expect(services.delta?.profiles).toEqual(['schedule']);
});

it('names the directory that a person makes as the one that is mounted', () => {
  const [, made] = /^# +mkdir (\S+)/m.exec(read('docker-compose.yml')) ?? [];
  expect(services.tool?.volumes).toContain(`\${MIGRATION_DIRECTORY:-./${made}}:${workingDirectory}`);
});

it('builds the image of what is named, and of nothing else that lies in the directory', () => {
  const [first, ...rest] = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(first).toBe('*');
  for (const line of rest) expect(line).toMatch(/^![\w.-]+$/);
  const named = new Set(rest.map((line) => line.slice(1)));
  expect(named).not.toContain('migration');
  // What "npm run build" compiles, and what the Dockerfile copies out of it.
  const { exclude } = JSON.parse(read('tsconfig.build.json')) as { exclude: readonly string[] };
  const sources = readdirSync(projectRoot, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !exclude.includes(entry.name))
    .map(({ name }) => name)
    .filter((name) =>
      readdirSync(join(projectRoot, name), { recursive: true }).some((file) => /\.ts$/.test(String(file))),
    );
  expect([...named]).toEqual(expect.arrayContaining(sources));
  for (const [, file = ''] of image.matchAll(/^COPY (?!--from)(.+) \S+$/gm))
    for (const each of file.split(' ')) expect(named).toContain(each);
});

describe('the schedule', () => {
  /** A `sleep` that says when it runs: from then on a signal cannot meet the shell's copy of itself that is about to become it. */
  const sleep = `echo waiting; exec ${execFileSync('which', ['sleep'], { encoding: 'utf8' }).trim()} "$@"`;

  /** Runs the command of the service with another `node`, a script; gives its exit code after SIGTERM, and what it printed. */
  async function stopped(script: string, words: string): Promise<Ended> {
    const directory = mkdtempSync(join(tmpdir(), 'schedule-'));
    try {
      for (const [name, body] of Object.entries({ node: script, sleep })) {
        writeFileSync(join(directory, name), `#!/bin/sh\n${body}\n`);
        chmodSync(join(directory, name), 0o755);
      }
      const [file = '', ...flags] = services.delta?.entrypoint ?? [];
      // As Compose reads it: "$$" is a dollar sign, a variable that is not set has its default.
      const [command = ''] = (services.delta?.command ?? []).map((given) =>
        given.replace(/\$\{\w+:-(\w+)\}/g, '$1').replaceAll('$$', '$'),
      );
      const shell = spawn(file, [...flags, command], { env: { PATH: `${directory}:${process.env.PATH}` } });
      const watched = watchChild(shell, 60_000);
      await until(`it prints "${words}"`, () => watched.printed().includes(words), { by: [watched], everyMs: 1 });
      shell.kill('SIGTERM');
      return await watched.ended;
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  it('hands "stop" to the delta, waits for it and ends with its exit code', async () => {
    const delta = `trap 'echo interrupted; exit 130' TERM; echo "$@"; while true; do command -p sleep 0.05; done`;
    const { code, output } = await stopped(delta, ' delta');
    expect(output).toMatch(/itop-to-intercom\.js delta\ninterrupted\n$/);
    expect(code).toBe(130);
  });

  it('stops at once between two deltas, also after one that failed', async () => {
    const { output } = await stopped('echo failed; exit 1', 'waiting');
    expect(output).toBe('failed\nwaiting\n');
  });
});
