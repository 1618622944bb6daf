import { expect, it } from 'vitest';
import { loginWhenThere } from '../../extract/reader/outage-retry.ts';
import { InvalidLogin, ServerError, Unreachable } from '../../itop/errors.ts';

/** Logs in at a server that fails with these errors first. Gives how often it was asked. */
async function asked(errors: readonly Error[], maxOutageMs = 10_000): Promise<number> {
  let requests = 0;
  const login = async (): Promise<void> => {
    const error = errors[requests++];
    if (error !== undefined) throw error;
  };
  await loginWhenThere(login, { maxOutageMs, signal: undefined }).catch((error) => {
    if (!errors.includes(error)) throw error;
    requests = -requests;
  });
  return requests;
}
const failure = (httpStatus?: number) => ({
  request: 'login',
  detail: `HTTP ${httpStatus}`,
  ...(httpStatus === undefined ? {} : { httpStatus }),
});

it.each([408, 429, 502, 503])('waits for an iTop in whose place something answers %i', async (status) => {
  expect(await asked([new ServerError(failure(status))])).toBe(2);
});

it('waits no longer than it may', async () => {
  expect(await asked([new ServerError(failure(503))], 0)).toBe(-1);
});

it('says at once that nobody is at the address, that the account is refused, and that iTop fails', async () => {
  for (const error of [
    new Unreachable(failure(), 'network'),
    new InvalidLogin(failure()),
    new ServerError(failure(500)),
  ])
    expect(await asked([error])).toBe(-1);
});
