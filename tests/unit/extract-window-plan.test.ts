import { describe, expect, it } from 'vitest';
import { type IdRange, uncovered, WindowPlan } from '../../extract/sources/rest/window-plan.ts';

const limits = { bytes: 1_000_000, objects: 3_000 };

function drain(plan: WindowPlan, bytesPerId: number, objectsPerId = 1): IdRange[] {
  const windows: IdRange[] = [];
  for (let window = plan.next(); window !== undefined; window = plan.next()) {
    windows.push(window);
    plan.answered(window, widthOf(window) * bytesPerId, widthOf(window) * objectsPerId);
  }
  return windows;
}

describe('windows of ids', () => {
  it('cover their ranges without gap or overlap', () => {
    const windows = drain(new WindowPlan([{ lowerId: 1, upperId: 20_000 }], limits), 700);
    expect(windows[0]?.lowerId).toBe(1);
    expect(windows.at(-1)?.upperId).toBe(20_000);
    for (const [n, window] of windows.entries()) expect(window.lowerId).toBe(n === 0 ? 1 : windows[n - 1]?.upperId);
  });

  it('come close to the size aimed at', () => {
    const windows = drain(new WindowPlan([{ lowerId: 1, upperId: 50_000 }], limits), 700);
    const widths = windows.slice(1, -1).map((window) => window.upperId - window.lowerId);
    for (const width of widths) expect(width * 700).toBeLessThanOrEqual(limits.bytes);
    expect(widths.every((width) => width * 700 > limits.bytes * 0.9)).toBe(true);
  });

  it('hold no more objects than the limit, and shrink for large ones', () => {
    expect(Math.max(...drain(new WindowPlan([{ lowerId: 1, upperId: 50_000 }], limits), 1).map(widthOf))).toBe(3_000);
    expect(widthOf(drain(new WindowPlan([{ lowerId: 1, upperId: 600 }], limits), 2_000_000)[1] as IdRange)).toBe(1);
  });

  it('grow over ids that are not in use, and are counted before they are read', () => {
    const plan = new WindowPlan([{ lowerId: 1, upperId: 10_000_000 }], limits);
    const windows = drain(plan, 0, 0);
    expect(windows.length).toBeLessThan(12);
    expect([plan.isBold({ lowerId: 1, upperId: 3_001 }), plan.isBold({ lowerId: 1, upperId: 3_002 })]).toEqual([
      false,
      true,
    ]);
  });

  it('are cut again, narrower, where they hold too many', () => {
    const plan = new WindowPlan([{ lowerId: 1, upperId: 1_000_000 }], limits);
    plan.answered(plan.next() as IdRange, 0, 0);
    const wide = plan.next() as IdRange;
    plan.tooMany(wide, 6_000);
    const narrow = plan.next() as IdRange;
    expect([narrow.lowerId, widthOf(narrow)]).toEqual([wide.lowerId, widthOf(wide) / 4]);
    expect(plan.next()?.lowerId).toBe(narrow.upperId);
  });

  it('are halved after a refusal', () => {
    const plan = new WindowPlan([{ lowerId: 1, upperId: 5_000 }], limits);
    plan.refused(plan.next() as IdRange);
    expect(widthOf(plan.next() as IdRange)).toBe(250);
  });

  it('leave out what an earlier process covered', () => {
    const covered = [
      { lowerId: 301, upperId: 400 },
      { lowerId: 101, upperId: 201 },
    ];
    expect(uncovered(500, covered)).toEqual([
      { lowerId: 1, upperId: 101 },
      { lowerId: 201, upperId: 301 },
      { lowerId: 400, upperId: 500 },
    ]);
    expect(uncovered(150, covered)).toEqual([{ lowerId: 1, upperId: 101 }]);
    expect(uncovered(1, [])).toEqual([]);
  });
});

function widthOf(window: IdRange): number {
  return window.upperId - window.lowerId;
}
