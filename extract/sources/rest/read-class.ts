import type { Finding } from '../../../platform/findings.ts';
import type { Chunk } from '../../run/chunks.ts';
import type { ClassPass } from './class-pass.ts';
import { readChunk } from './read-chunk.ts';
import { idAxis } from './window-axis.ts';
import { type IdRange, uncovered, WindowPlan } from './window-plan.ts';

export interface ClassResult {
  /** Every id below it was covered. */
  readonly bound: number;
  /** iTop's own counts by final class, where one answer held all objects or there are none. */
  readonly counted?: ReadonlyMap<string, number> | undefined;
  readonly findings: readonly Finding[];
}

/** So few objects are read in one answer, whose own count is the count of the class. */
const fewObjects = 500;

/** Above every id: iTop's are signed and have 32 bits. */
const aboveAllIds = 2 ** 31;

/** Rounds of reading what was created while the round before was read. */
const rounds = 3;

/**
 * Reads all objects of a class in windows of ids, and goes on where an earlier process of the run stopped:
 * done chunks are not read again, open ones are.
 */
export async function readClass(pass: ClassPass): Promise<ClassResult> {
  const { name } = pass.readable;
  const findings: Finding[] = [];
  const counted = await readAtOnce(pass);
  if (counted !== undefined) return { bound: aboveAllIds, counted, findings };
  const total = await pass.reader.count(name);
  const step = pass.progress.step(name, total);
  const { first } = pass.axis;
  let bound = first;
  try {
    for (let round = 1; round <= rounds; round++) {
      const reached = await reachOf(pass, bound, total, round === 1);
      const open = round === 1 ? await pass.chunks.listOpen() : [];
      const done = await pass.chunks.listDone();
      if (round === 1) step.advance(done.reduce((sum, chunk) => sum + chunk.rowCount, 0));
      // A former process may have reached further than iTop's ids go now.
      if (reached === bound && open.length === 0) break;
      const plan = new WindowPlan(uncovered(reached, [...done, ...open], first), pass.limits);
      await readWindows(pass, plan, open, findings, (rowCount, detail) => step.advance(rowCount, detail));
      bound = Math.max(bound, reached);
    }
  } finally {
    step.done();
  }
  return { bound, findings };
}

/**
 * Reads a class of few objects by one question, and gives iTop's count of them by final class. Undefined where the class must be read in
 * windows: it holds many objects, windows of it were opened before, or iTop cannot give all at once.
 */
async function readAtOnce(pass: ClassPass): Promise<ReadonlyMap<string, number> | undefined> {
  const { expected, axis, limits, chunks, reader } = pass;
  if (expected === undefined || axis !== idAxis || expected > Math.min(fewObjects, limits.objects)) return undefined;
  if ((await chunks.listOpen()).length + (await chunks.listDone()).length > 0) return undefined;
  if (expected === 0) return new Map();
  const { name } = pass.readable;
  const step = pass.progress.step(name, expected);
  try {
    const chunk = await chunks.open(axis.first, aboveAllIds);
    const outcome = await readChunk(pass, chunk, pass.held);
    if (outcome.kind === 'done') {
      await chunks.done(chunk, outcome.rowCount, outcome.byteCount);
      step.advance(outcome.rowCount, '');
      return outcome.classCounts;
    }
    // Its halves are to be halves of the ids in use.
    await chunks.shorten(chunk, Math.max(axis.first + 1, await axis.bound(reader, name, axis.first, limits.objects)));
    return undefined;
  } finally {
    step.done();
  }
}

/** How far the objects reach: beyond the dated ones there may be only undated ones, which lie before all. */
async function reachOf(
  { axis, reader, readable, limits }: ClassPass,
  bound: number,
  total: number,
  isFirst: boolean,
): Promise<number> {
  const reached = await axis.bound(reader, readable.name, bound, limits.objects, isFirst ? total : undefined);
  return total > 0 && axis.first < 1 ? Math.max(reached, 1) : reached;
}

/** iTop's own count of a window. */
export function countIn({ axis, reader, readable: { name } }: ClassPass, window: IdRange): Promise<number> {
  return reader.count(name, axis.select(name, window.lowerId, window.upperId));
}

/** Reads the open chunks and the windows of a plan, several at a time; an object that iTop cannot give becomes a finding. */
export async function readWindows(
  pass: ClassPass,
  plan: WindowPlan,
  open: readonly Chunk[],
  findings: Finding[],
  advance?: (rowCount: number, detail: string) => void,
): Promise<void> {
  const queue = [...open];
  const startedAt = performance.now();
  let byteCount = 0;
  let hasFailed = false;

  async function work(): Promise<void> {
    while (!hasFailed) {
      pass.signal?.throwIfAborted();
      const chunk = queue.shift() ?? (await openNext());
      if (chunk === undefined) return;
      const outcome = await readChunk(pass, chunk);
      if (outcome.kind === 'done') {
        await pass.chunks.done(chunk, outcome.rowCount, outcome.byteCount);
        plan.answered(chunk, outcome.byteCount, outcome.rowCount);
        byteCount += outcome.byteCount;
        const seconds = (performance.now() - startedAt) / 1_000;
        advance?.(
          outcome.rowCount,
          `${(byteCount / 1e6).toFixed(1)} MB, ${(byteCount / 1e6 / seconds).toFixed(1)} MB/s`,
        );
      } else if (outcome.kind === 'too_much') {
        plan.refused(chunk);
        queue.push(...(await pass.chunks.halve(chunk)));
      } else {
        findings.push({
          code: outcome.error.code,
          severity: 'blocker',
          subject: `${pass.readable.name}::${chunk.lowerId}`,
          finding: outcome.error.message,
          nextStep: outcome.error.nextStep,
        });
      }
    }
  }

  async function openNext(): Promise<Chunk | undefined> {
    for (let window = plan.next(); window !== undefined; window = plan.next()) {
      const count = plan.isBold(window) ? await countIn(pass, window) : undefined;
      if (count !== undefined && count > pass.limits.objects && window.upperId - window.lowerId > 1) {
        plan.tooMany(window, count);
        continue;
      }
      const chunk = await pass.chunks.open(window.lowerId, window.upperId);
      if (count !== 0) return chunk;
      await pass.chunks.done(chunk, 0, 0);
      plan.answered(window, 0, 0);
    }
    return undefined;
  }

  const workers = Array.from({ length: pass.workers }, () =>
    work().catch((error: unknown) => {
      hasFailed = true;
      throw error;
    }),
  );
  // All must have stopped before the failure is reported: a reader left behind would go on writing.
  const outcomes = await Promise.allSettled(workers);
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
