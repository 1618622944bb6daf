import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { endConnections, kafkaClient } from '../../extract/topics/kafka-client.ts';

it('leaves no connection behind, not even one that was just being made', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const kafka = kafkaClient([`127.0.0.1:${(server.address() as AddressInfo).port}`]);
    const connected = once(server, 'connection');
    const admin = kafka.admin();
    // The server never answers: the client waits for its first response.
    const attempt = admin.connect().catch(() => undefined);
    const [socket] = await connected;
    const closed = once(socket.resume(), 'close');
    endConnections(kafka);
    await closed;
    expect(socket.destroyed).toBe(true);
    await Promise.race([attempt, admin.disconnect()]);
  } finally {
    server.close();
  }
});
