import { setImmediate as turn } from 'node:timers/promises';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { afterAll, expect, it } from 'vitest';
import '../../extract/topics/kafkajs-workarounds.ts';

const warnings: Error[] = [];
const note = (warning: Error) => void warnings.push(warning);
process.on('warning', note);
afterAll(() => void process.removeListener('warning', note));

const queueOf = () =>
  new RequestQueue({
    requestTimeout: 1_000,
    enforceRequestTimeout: false,
    maxInFlightRequests: null,
    clientId: 'test',
    broker: 'broker:9092',
    logger: { namespace: () => ({ debug: () => undefined }) },
  });

it('kafkajs starts no timer, and Node prints no warning, where no request waits', async () => {
  const queue = queueOf();
  queue.checkPendingRequests();
  expect(queue.throttleCheckTimeoutId).toBeNull();
  await turn();
  expect(warnings).toEqual([]);
});

it('kafkajs looks again for requests that wait while the broker asked for a pause', () => {
  const queue = queueOf();
  queue.throttledUntil = Date.now() + 60_000;
  queue.pending.push({});
  queue.checkPendingRequests();
  expect(queue.throttleCheckTimeoutId).not.toBeNull();
  clearTimeout(queue.throttleCheckTimeoutId ?? undefined);
});
