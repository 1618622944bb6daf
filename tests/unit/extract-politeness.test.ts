import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Gate } from '../../extract/reader/gate.ts';
import { openingHours } from '../../extract/sources/rest/opening-hours.ts';

const hourMs = 3_600_000;
const paris = (hours: string, instant: string) => openingHours(hours, 'Europe/Paris')(new Date(instant));

it('permits the hours of the day on the clock of iTop', () => {
  expect(paris('20:00-06:00', '2026-01-10T18:59:00Z')).toBe(60_000);
  expect(paris('20:00-06:00', '2026-01-10T19:00:00Z')).toBe(0);
  expect(paris('20:00-06:00', '2026-01-11T04:59:59Z')).toBe(0);
  expect(paris('20:00-06:00', '2026-01-11T05:00:00Z')).toBe(14 * hourMs);
  expect(paris('20:00-06:00', '2026-07-10T18:00:00Z')).toBe(0);
  expect(paris('09:30-17:00', '2026-01-10T08:29:30Z')).toBe(30_000);
  expect(paris('09:30-17:00', '2026-01-10T16:00:00Z')).toBe(16.5 * hourMs);
  expect(paris('00:00-00:00', '2026-01-10T16:00:00Z')).toBe(0);
});

it('asks nothing outside of the permitted hours, and goes on when they begin', async () => {
  let isOpen = false;
  const gate = new Gate({ inFlight: 2, pauseMs: 0, hours: () => (isOpen ? 0 : 5) });
  const asked: string[] = [];
  const answer = gate.pass(async () => asked.push('asked'));
  await sleep(40);
  expect(asked).toEqual([]);
  isOpen = true;
  await answer;
  expect(asked).toEqual(['asked']);
});

it('ends its wait when a person interrupts the run', async () => {
  const controller = new AbortController();
  const gate = new Gate({ inFlight: 1, pauseMs: 0, hours: () => hourMs, signal: controller.signal });
  const answer = gate.pass(async () => 'asked');
  controller.abort();
  await expect(answer).rejects.toThrow('aborted');
});

it('lets the next request through as soon as iTop is done with one, though its answer is still being read', async () => {
  const gate = new Gate({ inFlight: 1, pauseMs: 0 });
  const events: string[] = [];
  const othersAsked = Promise.withResolvers<void>();
  const first = gate.pass(async (leave) => {
    events.push('first asked');
    leave();
    await othersAsked.promise;
    events.push('first read');
  });
  const second = gate.pass(async () => events.push('second asked'));
  const third = gate.pass(async () => events.push('third asked'));
  await Promise.all([second, third]);
  othersAsked.resolve();
  await first;
  expect(events).toEqual(['first asked', 'second asked', 'third asked', 'first read']);
  // Leaving early and ending count once.
  let asking = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 5 }, () =>
      gate.pass(async () => {
        most = Math.max(most, ++asking);
        await sleep(1);
        asking--;
      }),
    ),
  );
  expect(most).toBe(1);
});
