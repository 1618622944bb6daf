import type pg from 'pg';
import type { BlobStore } from '../../../platform/blob-store.ts';
import type { Finding } from '../../../platform/findings.ts';
import type { Progress } from '../../../platform/progress.ts';
import type { ReadableClass } from '../../catalog/class-tree.ts';
import type { Chunk, Chunks } from '../../chunks.ts';
import type { Broker } from '../../topics/broker.ts';
import { idBound } from './id-bound.ts';
import { readChunk } from './read-chunk.ts';
import type { RestReader } from './rest-reader.ts';
import { uncovered, type WindowLimits, WindowPlan } from './window-plan.ts';

/** Everything that one pass over one class works with. */
export interface ClassPass {
  readonly readable: ReadableClass;
  readonly reader: RestReader;
  readonly broker: Broker;
  readonly chunks: Chunks;
  readonly runId: string;
  readonly limits: WindowLimits;
  /** Windows read at a time; the politeness limit holds over all classes together. */
  readonly workers: number;
  readonly progress: Progress;
  /** Where pictures inside texts go. */
  readonly blobs?: { readonly pool: pg.Pool; readonly store: BlobStore };
  readonly signal?: AbortSignal | undefined;
}

export interface ClassResult {
  /** Every id below it was covered. */
  readonly bound: number;
  readonly findings: readonly Finding[];
}

/** Rounds of reading what was created while the round before was read. */
const rounds = 3;

/**
 * Reads all objects of a class in windows of ids, and goes on where an earlier process of the run stopped:
 * done chunks are not read again, open ones are.
 */
export async function readClass(pass: ClassPass): Promise<ClassResult> {
  const { name } = pass.readable;
  const findings: Finding[] = [];
  const total = await pass.reader.count(name);
  const step = pass.progress.step(name, total);
  let bound = 1;
  try {
    for (let round = 1; round <= rounds; round++) {
      const reached = await idBound(pass.reader, name, bound, pass.limits.ids);
      const open = round === 1 ? await pass.chunks.listOpen() : [];
      const done = await pass.chunks.listDone();
      if (round === 1) step.advance(done.reduce((sum, chunk) => sum + chunk.rowCount, 0));
      // A former process may have reached further than iTop's ids go now.
      if (reached === bound && open.length === 0) break;
      const plan = new WindowPlan(uncovered(reached, [...done, ...open]), pass.limits);
      await readWindows(pass, plan, open, findings, (rowCount, detail) => step.advance(rowCount, detail));
      bound = Math.max(bound, reached);
    }
  } finally {
    step.done();
  }
  return { bound, findings };
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
        plan.answered(chunk, outcome.byteCount);
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
    const window = plan.next();
    return window === undefined ? undefined : pass.chunks.open(window.lowerId, window.upperId);
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
