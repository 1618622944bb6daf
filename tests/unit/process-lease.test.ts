import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openIntercom } from '../../intercom/client.ts';
import { closeConversation, replyAsAdmin } from '../../intercom/conversations.ts';
import { identifyAdmin } from '../../intercom/workspace.ts';
import { LeaseLost, moment, requireWithin } from '../../platform/process-lease.ts';
import { startScriptedServer } from '../support/scripted-server.ts';

afterEach(() => vi.restoreAllMocks());

describe('the time since a renewal', () => {
  it.each([
    ['the process was stopped: both clocks went on', 11_000, 11_000, true],
    ['the machine slept: only the wall clock went on', 5, 11_000, true],
    ['the wall clock was set back meanwhile', 11_000, -60_000, true],
    ['nothing happened', 9_000, 9_000, false],
  ])('where %s', (_, monotonic, wall, isLost) => {
    const since = moment();
    vi.spyOn(performance, 'now').mockReturnValue(since.monotonicMs + monotonic);
    vi.spyOn(Date, 'now').mockReturnValue(since.wallMs + wall);
    if (isLost) expect(() => requireWithin(10_000, since)).toThrow(LeaseLost);
    else requireWithin(10_000, since);
  });
});

describe('a call under a lease that is lost', () => {
  const lost = () => {
    throw new LeaseLost();
  };

  it('is not sent when it writes, and is sent when it reads', async () => {
    const server = await startScriptedServer([{ status: 200, body: {} }]);
    const intercom = openIntercom({ token: 't', region: 'us', baseUrl: server.url, timeoutMs: 1_000 }).checkedBy(lost);
    await expect(intercom.send(closeConversation('1', '2'))).rejects.toBeInstanceOf(LeaseLost);
    expect(server.requests).toEqual([]);
    await intercom.send(identifyAdmin()).catch(() => undefined);
    expect(server.requests.map((request) => request.method)).toEqual(['GET']);
    await intercom.close();
    await server.close();
  });

  it('is not sent to its end when the lease is lost in the middle of a file', async () => {
    const server = await startScriptedServer([{ status: 200, body: {} }]);
    let isLost = false;
    async function* bytes() {
      yield Buffer.alloc(300_000, 'a');
      isLost = true;
      await sleep(5);
      yield Buffer.alloc(300_000, 'b');
    }
    const intercom = openIntercom({ token: 't', region: 'us', baseUrl: server.url, timeoutMs: 1_000 });
    const call = replyAsAdmin('1', {
      adminId: '2',
      kind: 'note',
      body: 'x',
      createdAt: 1,
      files: [
        {
          name: 'a.bin',
          contentType: 'application/octet-stream',
          byteSize: 600_000,
          hash: '',
          open: () => Promise.resolve(Readable.from(bytes())),
        },
      ],
    });
    await expect(intercom.checkedBy(() => (isLost ? lost() : undefined)).send(call)).rejects.toBeInstanceOf(LeaseLost);
    expect(server.requests).toEqual([]);
    await intercom.close();
    await server.close();
  });
});
