import { parentPort } from 'node:worker_threads';
import { type BodySource, renderBody } from './render-body.ts';

// A thread of the renderer: takes a batch of sources, gives their rendered bodies.
parentPort?.on('message', (sources: readonly BodySource[]) => {
  parentPort?.postMessage(sources.map((source) => renderBody(source)));
});
