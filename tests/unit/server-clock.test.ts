import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ServerClock } from '../../platform/server-clock.ts';

const noon = Date.parse('2026-05-04T12:00:00.000Z');
const minute = 60_000;

/** True time, in milliseconds after noon; this machine's clock is ahead of it by `machineAhead`, the monotonic one starts anywhere. */
let passed = 0;
let machineAhead = 0;
beforeEach(() => {
  [passed, machineAhead] = [0, 0];
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  vi.spyOn(performance, 'now').mockImplementation(() => 5_000_000 + passed);
  vi.setSystemTime(noon);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function pass(milliseconds: number): void {
  passed += milliseconds;
  vi.setSystemTime(noon + passed + machineAhead);
}

/** An answer of a server whose clock is ahead of the true time by so much. */
function answer(clock: ServerClock, serverAhead: number): void {
  const sentAt = performance.now();
  pass(20);
  const header = new Date(noon + passed + serverAhead).toUTCString();
  pass(30);
  clock.observe(header, sentAt, performance.now());
}

it.each([-90 * minute, 90 * minute])(
  'a clock that is wrong by %d ms changes nothing about the time of the server',
  (wrong) => {
    machineAhead = wrong;
    pass(0);
    const clock = new ServerClock();
    expect(clock.now()).toEqual(new Date());
    for (let answers = 0; answers < 30; answers++) {
      pass(730);
      answer(clock, 0);
      // It is set by hours in between, also during a command.
      machineAhead = answers % 2 === 0 ? -wrong : wrong;
      pass(0);
      const late = noon + passed - clock.earliest().getTime();
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(1_100);
      expect(Math.abs(clock.now().getTime() - noon - passed)).toBeLessThan(1_100);
    }
  },
);

it('where the clocks agree, this machine tells the time to the millisecond', () => {
  const clock = new ServerClock();
  pass(400);
  answer(clock, 300);
  expect(clock.now()).toEqual(new Date());
});

it('follows a server whose clock is set, in either direction', () => {
  const clock = new ServerClock();
  for (const ahead of [0, 20 * minute, -20 * minute]) {
    answer(clock, ahead);
    const late = noon + passed + ahead - clock.earliest().getTime();
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(1_100);
  }
});

it('without a header, or with one that is no date, it is the clock of this machine', () => {
  const clock = new ServerClock();
  clock.observe(undefined, 0, 1);
  clock.observe('yesterday', 0, 1);
  expect([clock.now(), clock.earliest()]).toEqual([new Date(), new Date()]);
});
