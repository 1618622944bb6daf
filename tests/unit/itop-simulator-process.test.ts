import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { until } from '../support/until.ts';

const MAIN = join(import.meta.dirname, '../../rehearsal/itop-simulator/main.ts');

function start(flags: readonly string[], environment: Record<string, string>) {
  return spawn(process.execPath, [MAIN, ...flags], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

test('the process says on one line where it listens, and ends on SIGTERM although a call is held', async () => {
  const child = start(['--tickets', '20'], { ITOP_SIMULATOR_PASSWORD: 'secret' });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { url, controlUrl } = JSON.parse(line.toString('utf8')) as { url: string; controlUrl: string };
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await (await fetch(`${controlUrl}/counts`)).json()).toMatchObject({ UserRequest: 20 });
  await fetch(`${controlUrl}/hold`, { method: 'POST', body: '{}' });
  const held = fetch(`${url}/webservices/rest.php`, { method: 'POST' }).catch(() => 'broken off');
  const isHeld = async () => ((await (await fetch(`${controlUrl}/held`)).json()) as unknown[]).length > 0;
  await until('the call is held', isHeld);
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect(await held).toBe('broken off');
});

test.each([
  [[], {}, 'set ITOP_SIMULATOR_PASSWORD'],
  [['--tickets', 'many'], { ITOP_SIMULATOR_PASSWORD: 'x' }, '--tickets must be a whole number, not "many"'],
  [['--pace', 'fast'], { ITOP_SIMULATOR_PASSWORD: 'x' }, '--pace is none or measured'],
  [['--timezone', 'Mars/Base'], { ITOP_SIMULATOR_PASSWORD: 'x' }, 'Mars/Base'],
])('flags %j are refused with words', async (flags, environment, words) => {
  const child = start(flags, environment as Record<string, string>);
  const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect(code).toBe(1);
  expect(errors).toContain(words);
});
