import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ItopObject } from '../../itop/answer-reader.ts';
import { type Itop, openItop, type ReadAhead } from '../../itop/client.ts';
import {
  ClassNotReadable,
  InvalidLogin,
  ItopError,
  NotAuthorized,
  NotJson,
  QueryRejected,
  ServerError,
  Timeout,
  TruncatedAnswer,
  Unreachable,
  WrongAddress,
} from '../../itop/errors.ts';
import { selectAll, selectWindow } from '../../itop/oql.ts';
import { startTestItop, type TestItop } from '../support/itop-simulator.ts';

let server: TestItop;
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  server = await startTestItop({ generator: { tickets: 30, seed: 1 } });
});
afterEach(async () => {
  await server.control('/faults/clear', {});
  for (const resource of opened.splice(0)) await resource.close();
});
afterAll(() => server.close());

function open({
  url = server.url,
  user = 'admin',
  password = server.password,
  timeoutMs = 5_000,
}: {
  url?: string;
  user?: string;
  password?: string;
  timeoutMs?: number;
} = {}): Itop {
  const itop = openItop({ url, login: { mode: 'form', user, password }, timeoutMs });
  opened.push(itop);
  return itop;
}

async function all(itop: Itop, className = 'UserRequest', fields = ['ref'], ahead?: ReadAhead): Promise<ItopObject[]> {
  const objects: ItopObject[] = [];
  const query = { className, oql: selectAll(className), outputFields: fields };
  for await (const object of itop.get(ahead === undefined ? query : { ...query, ahead })) objects.push(object);
  return objects;
}

async function failure(work: Promise<unknown>): Promise<ItopError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ItopError)) throw new Error(`an ItopError was expected, not ${String(error)}`);
  return error;
}

/** A web server that answers every request in the same way. */
async function serve(answer: RequestListener): Promise<string> {
  const web = createServer(answer);
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  opened.push({
    close: () =>
      new Promise((resolve) => {
        web.close(() => resolve());
        web.closeAllConnections();
      }),
  });
  return `http://127.0.0.1:${(web.address() as AddressInfo).port}/itop/`;
}

describe('the iTop client', () => {
  it('gives objects with exactly the fields asked for', async () => {
    const objects = await all(open());
    expect(objects).toHaveLength(30);
    expect(Object.keys(objects[0]?.fields ?? {})).toEqual(['ref']);
    expect(objects[0]?.finalClass).toBe('UserRequest');
  });

  it('counts, lists classes, and lists the attributes of a class', async () => {
    const itop = open();
    expect(await itop.count('UserRequest')).toBe(30);
    expect(await itop.count('UserRequest', selectWindow('UserRequest', 1_000_000))).toBe(0);
    expect(await itop.listClasses()).toEqual(expect.arrayContaining(['UserRequest', 'Person', 'CMDBChangeOp']));
    expect(await itop.listAttributes('Person')).toEqual(expect.arrayContaining(['email', 'org_id', 'first_name']));
  });

  it('sends the credentials in the body only', async () => {
    const seen: string[] = [];
    const url = await serve((request, response) => {
      seen.push(`${request.url} ${JSON.stringify(request.headers)}`);
      response.end('{"code":0,"message":"Found: 0","objects":null}');
    });
    await open({ url, user: 'someone', password: 'open sesame & more' }).checkLogin();
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatch(/^\/itop\/webservices\/rest\.php /);
    expect(seen[0]).not.toMatch(/someone|sesame/);
  });

  it('tells a wrong password, a missing REST profile, a portal account and an unreadable class apart', async () => {
    const wrong = await failure(open({ password: 'not-the-password' }).checkLogin());
    expect(wrong).toBeInstanceOf(InvalidLogin);
    expect(JSON.stringify({ ...wrong, message: wrong.message })).not.toContain('not-the-password');
    expect(await failure(open({ user: 'norest' }).checkLogin())).toBeInstanceOf(NotAuthorized);
    expect(await failure(open({ user: 'portal.rest' }).checkLogin())).toBeInstanceOf(NotAuthorized);
    const unreadable = await failure(open({ user: 'agent.rest' }).count('UserLocal'));
    expect(unreadable).toBeInstanceOf(ClassNotReadable);
    expect(unreadable.remedy).toBe('continue');
  });

  it('names an attribute that iTop does not know', async () => {
    const error = await failure(all(open(), 'UserRequest', ['ref', 'nope']));
    expect(error).toBeInstanceOf(QueryRejected);
    expect(error.message).toContain("invalid attribute code 'nope'");
  });

  it.each([
    ['http500-html', ServerError, 'Allowed memory size'],
    ['login-page', NotJson, 'iTop login'],
    ['wrong-json', NotJson, 'status'],
    ['truncate', TruncatedAnswer, 'cut off'],
    ['reset', TruncatedAnswer, 'cut off'],
    ['timeout', Timeout, 'no answer in time'],
  ])('turns %s into a typed error with a next step', async (kind, type, text) => {
    await server.control('/faults', { kind, match: { class: 'UserRequest' }, times: 2 });
    for (const ahead of [undefined, { bytes: 1_000_000, received: () => undefined }]) {
      const error = await failure(
        all(open({ timeoutMs: kind === 'timeout' ? 300 : 5_000 }), 'UserRequest', ['ref'], ahead),
      );
      expect(error).toBeInstanceOf(type);
      expect(error.message).toContain(text);
      expect(error.message).not.toMatch(/<[a-z]/i);
      expect(error.nextStep).not.toBe('');
    }
  });

  it('takes an answer off the wire before its objects are asked for, as far as it may', async () => {
    const bytesAtOnce = 16_000_000;
    const object = { code: 0, message: '', class: 'Person', key: '1', fields: { name: 'x'.repeat(bytesAtOnce / 2) } };
    const url = await serve((_, response) =>
      response.end(
        `{"code":0,"message":"Found: 2","objects":{"Person::1":${JSON.stringify(object)},"Person::2":${JSON.stringify(object)}}}`,
      ),
    );
    const isReceivedAtFirst = async (bytes: number, waitMs: number): Promise<boolean> => {
      let isReceived = false;
      const over = new AbortController();
      const query = { className: 'Person', oql: selectAll('Person'), outputFields: ['name'] };
      const received = (): void => {
        isReceived = true;
        over.abort();
      };
      const objects = open({ url }).get({ ...query, ahead: { bytes, received } });
      await objects.next();
      // The reader takes its time with the first object.
      if (!isReceived) await sleep(waitMs, undefined, { signal: over.signal }).catch(() => undefined);
      const atFirst = isReceived;
      await objects.return();
      return atFirst;
    };
    expect(await isReceivedAtFirst(2 * bytesAtOnce, 30_000)).toBe(true);
    expect(await isReceivedAtFirst(100_000, 300)).toBe(false);
  });

  it('takes fewer objects than iTop says it found for a truncated answer', async () => {
    const url = await serve((_, response) => response.end('{"code":0,"message":"Found: 2","objects":null}'));
    expect((await failure(all(open({ url })))).message).toContain('found 2 objects and sent 0');
  });

  it('tells a wrong address from an iTop that is down', async () => {
    const url = await serve((_, response) => response.writeHead(404).end('<h1>Not Found</h1>'));
    const wrong = await failure(open({ url }).checkLogin());
    expect(wrong).toBeInstanceOf(WrongAddress);
    expect(wrong.message).toContain('HTTP 404: Not Found');
    const down = await failure(open({ url: 'http://127.0.0.1:9' }).checkLogin());
    expect(down).toBeInstanceOf(Unreachable);
    expect([down.isRetriable, down.remedy]).toEqual([true, 'wait']);
  });

  it('names where it is sent on to, without the credentials in that address', async () => {
    const url = await serve((_, response) =>
      response.writeHead(302, { location: 'https://ada:hunter2@login.example/sso' }).end('moved'),
    );
    const error = await failure(open({ url }).checkLogin());
    expect(error).toBeInstanceOf(WrongAddress);
    expect(error.message).toContain('login.example/sso');
    expect(error.message).not.toContain('hunter2');
  });

  it.each([408, 429, 502, 503])('waits for an iTop that answers with HTTP %s', async (status) => {
    const url = await serve((_, response) => response.writeHead(status).end('later'));
    const error = await failure(open({ url }).checkLogin());
    expect([error.isRetriable, error.remedy]).toEqual([true, 'wait']);
  });

  it('lets go of an answer that its reader leaves early', async () => {
    const itop = open({});
    for await (const object of itop.get({ className: 'Person', oql: selectAll('Person'), outputFields: ['name'] })) {
      expect(object.finalClass).toBe('Person');
      break;
    }
    expect(await itop.count('UserRequest')).toBe(30);
  });
});
