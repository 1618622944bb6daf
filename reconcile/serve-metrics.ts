import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type pg from 'pg';
import { messageOf, RefusedError } from '../platform/errors.ts';
import { collectProcessMetrics, processMetrics } from '../platform/process-metrics.ts';
import { readMetrics } from './metrics.ts';

export interface MetricsServer {
  /** Where it is reached: the port is chosen where 0 was asked for. */
  readonly url: string;
  close(): void;
}

/** What the warehouse tells is read at most this often, however many ask. */
const readIntervalMs = 5_000;

/**
 * Serves the state of the migration and of this process at /metrics until it is closed. `listen`: host:port.
 *
 * Throws RefusedError where the port is taken or the address is not this machine's.
 */
export async function serveMetrics(pool: pg.Pool, listen: string): Promise<MetricsServer> {
  const separator = listen.lastIndexOf(':');
  const host = listen.slice(0, separator).replace(/^\[|\]$/g, '');
  collectProcessMetrics();
  let read = { at: Number.NEGATIVE_INFINITY, text: Promise.resolve('') };
  const warehouse = (): Promise<string> => {
    if (performance.now() - read.at > readIntervalMs) read = { at: performance.now(), text: readMetrics(pool) };
    return read.text;
  };
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end('The metrics are at /metrics.\n');
      return;
    }
    Promise.all([warehouse(), processMetrics.metrics()]).then(
      (texts) => response.writeHead(200, { 'Content-Type': processMetrics.contentType }).end(texts.join('\n')),
      () => response.writeHead(503).end('The warehouse does not answer.\n'),
    );
  });
  // It must not keep a command alive that is done.
  server.unref();
  try {
    server.listen(Number(listen.slice(separator + 1)), host);
    await once(server, 'listening');
  } catch (error) {
    throw new RefusedError(`The metrics cannot be served at ${listen}: ${messageOf(error)}`, {
      stage: 'configuration',
      nextStep: 'Set metrics.listen to an address and port that are free on this machine, such as 127.0.0.1:9464.',
      cause: error,
    });
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/metrics`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
