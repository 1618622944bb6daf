import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openBlobStore } from '../../platform/blob-store.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'blob-store-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

it('gives back what was stored, whatever its size', async () => {
  const store = await openBlobStore(directory);
  for (const size of [0, 1, 200_000]) {
    const bytes = Buffer.alloc(size, 7);
    const { hash } = await store.put([bytes].values() as unknown as AsyncIterable<Uint8Array>);
    expect(await buffer(store.read(hash))).toEqual(bytes);
  }
});

it('never gives the end of bytes that changed, also of the same length', async () => {
  const store = await openBlobStore(directory);
  const { hash } = await store.put([Buffer.alloc(200_000, 7)].values() as unknown as AsyncIterable<Uint8Array>);
  const folder = join(directory, hash.toString('hex').slice(0, 2));
  const [name = ''] = await readdir(folder);
  await writeFile(join(folder, name), Buffer.alloc(200_000, 8));
  let received = 0;
  await expect(async () => {
    for await (const piece of store.read(hash)) received += (piece as Buffer).length;
  }).rejects.toThrow(/not those of/);
  expect(received).toBeLessThan(200_000);
});
