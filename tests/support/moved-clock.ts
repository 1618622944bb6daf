import { readFileSync, writeFileSync } from 'node:fs';

/*
 * Loaded before a program (`node --import moved-clock.ts?file=…`): its wall clock is ahead of the machine's by as many milliseconds
 * as the file says, which may change while it runs, and MOVED_CLOCK_MS more. The monotonic clock goes on as ever. When the program
 * ends, the most memory it took, in bytes, is written into the file PEAK_MEMORY_FILE.
 */
const { searchParams } = new URL(import.meta.url);
const file = searchParams.get('file');
const ownMs = Number(process.env.MOVED_CLOCK_MS ?? 0);
const RealDate = Date;
/** How often the file is read at most, in milliseconds. */
const readEvery = 20;

let aheadMs = 0;
let readAt = Number.NEGATIVE_INFINITY;

function now(): number {
  if (file !== null && performance.now() - readAt > readEvery) {
    const text = readFileSync(file, 'utf8');
    // A file that is being written is empty for a moment.
    if (text !== '') aheadMs = Number(text);
    readAt = performance.now();
  }
  return RealDate.now() + aheadMs + ownMs;
}

globalThis.Date = new Proxy(RealDate, {
  construct: (target, values, newTarget) =>
    Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget) as Date,
  apply: () => new RealDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

const peakFile = process.env.PEAK_MEMORY_FILE;
if (peakFile !== undefined)
  process.once('exit', () => writeFileSync(peakFile, String(process.resourceUsage().maxRSS * 1_024)));
