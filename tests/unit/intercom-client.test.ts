import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { openIntercom } from '../../intercom/client.ts';
import { createOrUpdateCompany, retrieveCompany } from '../../intercom/companies.ts';
import { createContact } from '../../intercom/contacts.ts';
import { closeConversation, replyAsAdmin } from '../../intercom/conversations.ts';
import {
  Conflict,
  ContentUnreadable,
  ForeignAnswer,
  type IntercomError,
  NotFound,
  RateLimited,
  Rejected,
  ServerFailed,
  TimeRefused,
  TokenRefused,
  UncertainOutcome,
  Unreachable,
} from '../../intercom/errors.ts';
import { identifyAdmin } from '../../intercom/workspace.ts';
import { type ScriptedAnswer, type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';

const token = 'dG9rOnNlY3JldA==';
const company = { type: 'company', id: 'c1', company_id: 'acme', name: 'Acme' };
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function clientFor(answers: readonly ScriptedAnswer[], timeoutMs = 2000) {
  const server = await startScriptedServer(answers);
  const intercom = openIntercom({ token, region: 'us', baseUrl: server.url, timeoutMs });
  closers.push(intercom.close, server.close);
  return { server, intercom };
}

async function errorOf(promise: Promise<unknown>): Promise<IntercomError> {
  return promise.then(
    () => {
      throw new Error('The call succeeded.');
    },
    (error: IntercomError) => error,
  );
}

function refusal(status: number, code: string, message: string): ScriptedAnswer {
  return { status, body: { type: 'error.list', request_id: 'r-1', errors: [{ code, message }] } };
}

describe('a call to Intercom', () => {
  it.each([
    [302, { location: 'https://ada:hunter2@login.example/sign-in' }, 'moved'],
    [301, { location: 'https://app.intercom.com/' }, ''],
    [404, {}, '<html>Not found on this proxy</html>'],
    [403, {}, '<html>Blocked by the firewall</html>'],
    [400, {}, '<html>maintenance</html>'],
  ])(
    'takes a %s that is no answer of Intercom for a wrong address, never for a word about the record',
    async (status, headers, body) => {
      const { intercom } = await clientFor([{ status, headers, body: `${body} page` }]);
      const error = await errorOf(intercom.send(createContact({ role: 'user', external_id: 'x' })));
      expect(error).toBeInstanceOf(ForeignAnswer);
      expect(error.message).not.toContain('hunter2');
      if ('location' in headers) expect(error.message).toMatch(/sent on to https:/);
    },
  );

  it('ends a request whose file cannot be read, with the name of the file', async () => {
    const { intercom, server } = await clientFor([{ status: 200, body: company }]);
    const file = {
      name: 'plan.pdf',
      contentType: 'application/pdf',
      byteSize: 6,
      hash: '',
      open: () =>
        Promise.resolve(
          Readable.from(
            (async function* () {
              yield Buffer.from('abc');
              throw new Error('the stored bytes are not those of 00 any more');
            })(),
            { objectMode: false },
          ),
        ),
    };
    const call = {
      ...createOrUpdateCompany({ company_id: 'acme', name: 'Acme' }),
      effect: 'once' as const,
      files: [file],
    };
    const error = await errorOf(intercom.send(call));
    expect(error).toBeInstanceOf(ContentUnreadable);
    expect(error.message).toContain('plan.pdf');
    expect(server.requests).toEqual([]);
  });

  it('carries the token, the pinned version and the body, and gives back the few facts that are needed', async () => {
    const { server, intercom } = await clientFor([{ status: 200, body: company }]);
    const answer = await intercom.send(createOrUpdateCompany({ company_id: 'acme', name: 'Acme' }));
    expect(answer.value).toEqual({ id: 'c1', companyId: 'acme', name: 'Acme', customAttributes: {} });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      url: '/companies',
      headers: { authorization: `Bearer ${token}`, 'intercom-version': '2.16' },
      body: { company_id: 'acme', name: 'Acme' },
    });
  });

  it('encodes ids from data so that they stay in their place of the path', async () => {
    const { server, intercom } = await clientFor([{ status: 200, body: company }]);
    await intercom.send(retrieveCompany('a&b/../c=1'));
    expect(server.requests[0]?.url).toBe('/companies?company_id=a%26b%2F..%2Fc%3D1');
  });

  it('remembers what the rate limit headers say, also those of a refusal', async () => {
    const headers = { 'x-ratelimit-limit': '167', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1800000000' };
    const { intercom } = await clientFor([{ status: 429, headers, body: {} }]);
    expect(await errorOf(intercom.send(identifyAdmin()))).toBeInstanceOf(RateLimited);
    expect(intercom.pace.lastObservation).toEqual({ limit: 167, remaining: 0, resetsAt: 1_800_000_000 });
  });

  it.each([
    ['created_at lies in the future', TimeRefused],
    ['email lies in the past', Rejected],
  ])('tells a time that is refused from any other value: %s', async (message, expected) => {
    const { intercom } = await clientFor([refusal(400, 'parameter_invalid', message)]);
    const error = await errorOf(intercom.send(createContact({ role: 'user', external_id: 'x' })));
    expect(error.constructor).toBe(expected);
  });

  it('never puts the token into an error', async () => {
    for (const answer of [refusal(401, 'token_unauthorized', 'Unauthorized'), 'reset'] as const) {
      const { intercom } = await clientFor([answer]);
      const error = await errorOf(intercom.send(identifyAdmin()));
      expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(token);
    }
  });
});

describe('the error of a call', () => {
  const cases = [
    [401, 'token_unauthorized', TokenRefused],
    [403, 'api_plan_restricted', TokenRefused],
    [403, 'action_forbidden', Rejected],
    [404, 'conversation_not_found', NotFound],
    [410, 'contact_merged', NotFound],
    [400, 'parameter_invalid', Rejected],
    [422, 'a_code_nobody_described', Rejected],
  ] as const;
  it.each(cases)('is told by status %i first, with code %s', async (status, code, type) => {
    const { intercom } = await clientFor([refusal(status, code, 'why')]);
    const error = await errorOf(intercom.send(createContact({ email: 'a@example.com' })));
    expect(error).toBeInstanceOf(type);
    expect(error.failure).toMatchObject({ status, code, requestId: 'r-1', operation: 'CreateContact' });
  });

  it('takes the id of an existing contact out of the message of a 409, and sees that it is archived', async () => {
    const id = '6762f14a1bb69f9f2193bbb3';
    const { intercom } = await clientFor([
      refusal(409, 'conflict', `A contact matching those details already exists with id=${id}`),
      refusal(409, 'conflict', `An archived contact matching those details already exists with id=${id}`),
      refusal(409, 'conflict', 'A contact matching those details already exists'),
    ]);
    const call = createContact({ email: 'a@example.com' });
    expect(await errorOf(intercom.send(call))).toMatchObject({ existingId: id, isArchived: false });
    const archived = await errorOf(intercom.send(call));
    expect(archived).toBeInstanceOf(Conflict);
    expect(archived).toMatchObject({ existingId: id, isArchived: true });
    expect(await errorOf(intercom.send(call))).toMatchObject({ existingId: undefined });
  });

  const lost: readonly [string, ScriptedAnswer][] = [
    ['a 500', { status: 500 }],
    ['a 503', { status: 503 }],
    ['a 408', { status: 408 }],
    ['a connection that breaks', 'reset'],
    ['no answer in time', 'silent'],
    ['a 200 that is not JSON', { status: 200, body: '<html>' }],
  ];
  it.each(lost)('is an uncertain outcome after %s when the call writes', async (_, answer) => {
    const { server, intercom } = await clientFor([answer], 150);
    const error = await errorOf(intercom.send(closeConversation('1', '2')));
    expect(error).toBeInstanceOf(UncertainOutcome);
    expect(server.requests, 'the client never repeats by itself').toHaveLength(1);
    expect(await errorOf(intercom.send(createOrUpdateCompany({ company_id: 'acme' })))).toBeInstanceOf(
      UncertainOutcome,
    );
  });
  it.each(lost)('is a failure of the server after %s when the call only reads', async (_, answer) => {
    const { intercom } = await clientFor([answer], 150);
    expect(await errorOf(intercom.send(identifyAdmin()))).toBeInstanceOf(ServerFailed);
  });

  it('says that nothing was sent when no connection could be made', async () => {
    const { server, intercom } = await clientFor([{ status: 200 }]);
    await (server as ScriptedServer).close();
    expect(await errorOf(intercom.send(closeConversation('1', '2')))).toBeInstanceOf(Unreachable);
  });
});

describe('a reply by a teammate', () => {
  it('always asks Intercom to notify nobody', () => {
    const reply = { adminId: '1', body: 'x', createdAt: 1 };
    for (const kind of ['comment', 'note'] as const) {
      expect(replyAsAdmin('1', { ...reply, kind }).body).toMatchObject({
        skip_notifications: true,
        message_type: kind,
      });
    }
  });
});
