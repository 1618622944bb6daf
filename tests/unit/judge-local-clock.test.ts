import { describe, expect, it } from 'vitest';
import { LocalClock } from '../../rehearsal/judge/local-clock.ts';

const iso = (instant: number | undefined) => (instant === undefined ? '' : new Date(instant * 1000).toISOString());

describe("the judge's reading of iTop's dates", () => {
  const paris = new LocalClock('Europe/Paris');

  it('takes winter and summer time into account', () => {
    expect(iso(paris.instant('2024-01-15 10:00:00'))).toBe('2024-01-15T09:00:00.000Z');
    expect(iso(paris.instant('2024-07-15 10:00:00'))).toBe('2024-07-15T08:00:00.000Z');
    expect(iso(new LocalClock('UTC').instant('2024-07-15 10:00:00'))).toBe('2024-07-15T10:00:00.000Z');
    expect(iso(new LocalClock('America/St_Johns').instant('2024-07-15 10:00:00'))).toBe('2024-07-15T12:30:00.000Z');
  });

  it('moves a time that spring skips by the length of the gap', () => {
    expect(iso(paris.instant('2024-03-31 02:28:00'))).toBe('2024-03-31T01:28:00.000Z');
    expect(iso(paris.instant('2024-03-31 03:28:00'))).toBe('2024-03-31T01:28:00.000Z');
  });

  it('gives the first pass of the hour that autumn repeats, until a log steps back in it', () => {
    expect(iso(paris.instant('2023-10-29 02:30:00'))).toBe('2023-10-29T00:30:00.000Z');
    const times = ['02:10:00', '02:50:00', '02:05:00', '02:55:00'].map((time) => `2023-10-29 ${time}`);
    expect(paris.logInstants([...times, '2023-10-29 03:01:00']).map(iso)).toEqual([
      '2023-10-29T00:10:00.000Z',
      '2023-10-29T00:50:00.000Z',
      '2023-10-29T01:05:00.000Z',
      '2023-10-29T01:55:00.000Z',
      '2023-10-29T02:01:00.000Z',
    ]);
  });

  it('gives nothing for no date', () => {
    expect(paris.instant('')).toBeUndefined();
    expect(paris.logInstants(['', '2024-01-15 10:00:00']).map(iso)).toEqual(['', '2024-01-15T09:00:00.000Z']);
  });
});
