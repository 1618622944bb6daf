import { setImmediate as nextTurn } from 'node:timers/promises';
import { openItop } from '../../itop/client.ts';
import { selectAll } from '../../itop/oql.ts';

/**
 * Reads one answer object by object in a process of its own, run with --expose-gc, and prints the most memory that was
 * in use. Takes the address of the iTop as its argument.
 */
const itop = openItop({
  url: process.argv[2] ?? '',
  login: { mode: 'form', user: 'u', password: 'p' },
  timeoutMs: 30_000,
});
let objects = 0;
let bytes = 0;
let peak = 0;
for await (const object of itop.get({
  className: 'UserRequest',
  oql: selectAll('UserRequest'),
  outputFields: ['ref'],
})) {
  objects++;
  bytes += object.byteLength;
  if (objects % 1_000 !== 0) continue;
  await nextTurn();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  peak = Math.max(peak, heapUsed + external);
}
await itop.close();
process.stdout.write(JSON.stringify({ objects, bytes, peak }));
