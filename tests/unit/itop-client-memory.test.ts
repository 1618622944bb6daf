import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../support/read-large-answer.ts', import.meta.url));
const fields = { public_log: { entries: [{ message: 'A log entry with "quotes" and \\ and é. '.repeat(60) }] } };

const server = createServer(async (request, response) => {
  const count = Number(new URL(request.url ?? '/', 'http://itop').pathname.split('/')[1]);
  response.write(`{"code":0,"message":"Found: ${count}","objects":{`);
  for (let id = 1; id <= count; id++) {
    const object = { code: 0, message: '', class: 'UserRequest', key: String(id), fields };
    const isTaken = response.write(`${id === 1 ? '' : ','}"UserRequest::${id}":${JSON.stringify(object)}`);
    if (!isTaken) await once(response, 'drain');
  }
  response.end('}}');
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

async function read(count: number): Promise<{ objects: number; bytes: number; peak: number }> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${count}`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    '--max-old-space-size=64',
    script,
    url,
  ]);
  return JSON.parse(stdout);
}

it('reads an answer of 100 MB in the memory that one of 20 MB takes', async () => {
  const small = await read(8_000);
  const large = await read(40_000);
  expect(small.bytes).toBeGreaterThan(20e6);
  expect(large.bytes).toBeGreaterThan(100e6);
  expect(large.objects).toBe(40_000);
  expect(large.peak).toBeLessThan(small.peak + 10e6);
});
