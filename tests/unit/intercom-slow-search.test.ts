import { afterEach, expect, it } from 'vitest';
import { openIntercom } from '../../intercom/client.ts';
import { searchConversations } from '../../intercom/conversation-search.ts';
import { sendCall } from '../../intercom/send-call.ts';
import { type IntercomSimulator, startIntercomSimulator } from '../../rehearsal/intercom-simulator/server.ts';

const token = 'simulated-token';
let simulator: IntercomSimulator;
afterEach(() => simulator.close());

/** Searches where a page of 150 takes two and a half times as long as an answer may, one of 37 well under two thirds of it. */
async function search(attempts: number) {
  simulator = await startIntercomSimulator({ token, switches: { searchMsPerItem: 10, limit: 0 } });
  const intercom = openIntercom({ token, region: 'us', baseUrl: simulator.url, timeoutMs: 600 });
  try {
    return await sendCall({ intercom, attempts, firstWaitMs: 1 }, searchConversations('1', 1_700_000_000));
  } finally {
    await intercom.close();
  }
}

it('asks for half as much after each timeout, until the answer comes in time', async () => {
  expect((await search(4)).value.conversations).toEqual([]);
  const statistics = (await (await fetch(`${simulator.controlUrl}/stats`)).json()) as { requests: object };
  // 150 and 75 take too long, 37 do not.
  expect(statistics.requests).toEqual({ searchConversations: 3 });
});

it('ends with the timeout where the attempts are used up', async () => {
  await expect(search(2)).rejects.toThrow('no answer within 600 ms');
});
