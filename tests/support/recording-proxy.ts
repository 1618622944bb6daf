import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import type { Exchange } from './openapi.ts';

export interface RecordingProxy {
  readonly url: string;
  readonly exchanges: readonly Exchange[];
  close(): Promise<void>;
}

/** A server on the loopback address that passes everything on to another and keeps what went over it. */
export async function openRecordingProxy(target: string): Promise<RecordingProxy> {
  const exchanges: Exchange[] = [];
  const server = createServer((incoming, outgoing) => {
    void pass(incoming).then(
      ({ status, headers, text }) => outgoing.writeHead(status, headers).end(text),
      () => incoming.destroy(),
    );
  });

  async function pass(incoming: IncomingMessage) {
    const body = (await incoming.toArray()).join('');
    const { host: _host, connection: _connection, 'transfer-encoding': _encoding, ...headers } = incoming.headers;
    const method = incoming.method ?? 'GET';
    const path = incoming.url ?? '/';
    const answer = await request(`${target}${path}`, {
      method: method as 'GET',
      headers,
      ...(body === '' ? {} : { body }),
    });
    const text = await answer.body.text();
    exchanges.push({
      method,
      path,
      requestBody: body === '' ? undefined : JSON.parse(body),
      status: answer.statusCode,
      responseBody: text === '' ? undefined : JSON.parse(text),
    });
    const { 'content-length': _length, 'transfer-encoding': _chunked, ...answered } = answer.headers;
    return { status: answer.statusCode, headers: answered, text };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
