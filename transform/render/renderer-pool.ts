import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type BodySource, type RenderedBody, renderBody } from './render-body.ts';

/** Renders batches of bodies, several at once. */
export interface Renderer {
  /** The rendered bodies, in the order of the sources. */
  render(sources: readonly BodySource[]): Promise<RenderedBody[]>;
  /** Ends the threads. Nothing may be rendered any more. */
  close(): Promise<void>;
}

/** A thread takes about 150 ms to start: this many batches are rendered here before one is worth it. */
const batchesWithoutThreads = 2;

/** A renderer on so many threads. They start once there is enough to do; a delta needs none. */
export function openRenderer(threads: number): Renderer {
  const idle: Worker[] = [];
  const all: Worker[] = [];
  const waiting: ((worker: Worker) => void)[] = [];
  let batches = 0;

  function take(): Promise<Worker> {
    const worker = idle.pop();
    if (worker !== undefined) return Promise.resolve(worker);
    if (all.length < threads) {
      const started = new Worker(new URL(`./render-thread${extname(import.meta.url)}`, import.meta.url));
      // An error ends the process's wait below; without a listener it would end the process itself.
      started.on('error', () => undefined);
      all.push(started);
      return Promise.resolve(started);
    }
    return new Promise((resolve) => waiting.push(resolve));
  }

  function giveBack(worker: Worker): void {
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  }

  return {
    async render(sources) {
      batches += 1;
      if (threads < 2 || batches <= batchesWithoutThreads) return sources.map((source) => renderBody(source));
      const worker = await take();
      worker.postMessage(sources);
      // "once" rejects when the thread raises an error instead.
      const [bodies] = (await once(worker, 'message')) as [RenderedBody[]];
      giveBack(worker);
      return bodies;
    },
    async close() {
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}
