import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { getCACertificates, type SecureVersion, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openIntercom } from '../../intercom/client.ts';
import { identifyAdmin } from '../../intercom/workspace.ts';
import { type ItopOptions, openItop } from '../../itop/client.ts';
import { openConfiguredItop } from '../../itop/configured.ts';
import { ClassNotReadable, InvalidLogin, PhpOutput, Unreachable, WrongAddress } from '../../itop/errors.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { loadSettings, requireItop } from '../../platform/settings.ts';
import type { SimulatorOptions } from '../../rehearsal/itop-simulator/simulator.ts';
import { startTestItop, type TestItop } from '../support/itop-simulator.ts';

const opened: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const resource of opened.splice(0).reverse()) await resource.close();
});

async function start(options: Omit<SimulatorOptions, 'password'> = {}): Promise<TestItop> {
  const server = await startTestItop({ generator: { tickets: 12, seed: 1 }, ...options });
  opened.push(server);
  return server;
}

function open(options: Omit<ItopOptions, 'timeoutMs'>) {
  const itop = openItop({ timeoutMs: 5_000, ...options });
  opened.push(itop);
  return itop;
}

const thrown = (work: Promise<unknown>): Promise<unknown> =>
  work.then(() => undefined).catch((error: unknown) => error);

describe('the account', () => {
  it('shows itself by a token, without name and password', async () => {
    const { url } = await start({ token: 'a-token' });
    expect(await open({ url, login: { mode: 'token', token: 'a-token' } }).count('UserRequest')).toBe(12);
    expect(await thrown(open({ url, login: { mode: 'token', token: 'another' } }).checkLogin())).toBeInstanceOf(
      InvalidLogin,
    );
  });

  it('shows itself by HTTP Basic', async () => {
    const { url, password } = await start();
    const login = { mode: 'basic', user: 'admin', password } as const;
    expect(await open({ url, login }).count('UserRequest')).toBe(12);
  });

  it('passes a web server in front that asks for credentials of its own, with a form and with a token', async () => {
    const { url, password } = await start({ front: 'gate:keeper', token: 'a-token' });
    const inFront = { user: 'gate', password: 'keeper' };
    const form = { mode: 'form', user: 'admin', password } as const;
    expect(await open({ url, login: form, inFront }).count('UserRequest')).toBe(12);
    expect(await open({ url, login: { mode: 'token', token: 'a-token' }, inFront }).count('UserRequest')).toBe(12);
    expect(await thrown(open({ url, login: form }).checkLogin())).toBeInstanceOf(WrongAddress);
  });

  it('is stated whole: a token beside a password, or two uses of one header, are refused', () => {
    const itop = { ITOP_URL: 'https://itop.example', ITOP_USER: 'u', ITOP_TIMEZONE: 'Europe/Paris' };
    expect(loadSettings({ environment: { ...itop, ITOP_TOKEN: 't' } }).itop?.token).toBe('t');
    expect(() => loadSettings({ environment: { ...itop, ITOP_TOKEN: 't', ITOP_PASSWORD: 'p' } })).toThrow(
      /beside a password/,
    );
    expect(() => loadSettings({ environment: itop })).toThrow(/password/);
  });

  it('without a right is refused in either of the two sentences that iTop has', async () => {
    for (const word of ['reading', 'exporting']) {
      const message = `The current user does not have enough permissions for ${word} data of class Person`;
      const web = createServer((_request, response) =>
        response.end(JSON.stringify({ code: 1, message, objects: null })),
      );
      const url = await listening(web);
      const error = await thrown(open({ url, login: { mode: 'token', token: 't' } }).count('Person'));
      expect(error).toBeInstanceOf(ClassNotReadable);
    }
  });
});

it('refuses messages of PHP before the answer at once, with their text', async () => {
  const { url, password } = await start({
    phpOutput:
      '<br />\n<b>Warning</b>:  Undefined array key 1 in <b>/var/www/itop/core/x.php</b> on line <b>12</b><br />\n',
  });
  const error = await thrown(open({ url, login: { mode: 'form', user: 'admin', password } }).count('Person'));
  expect(error).toBeInstanceOf(PhpOutput);
  expect(String(error)).toContain('Undefined array key 1');
  expect(error).toMatchObject({ remedy: 'stop' });
});

describe('a proxy named by the environment', () => {
  it('is gone through to both systems, and not to what NO_PROXY names', async () => {
    const { url, password } = await start();
    const asked: string[] = [];
    // A proxy is sent the whole address of what is not encrypted, and forwards it; whatever the host, here it is the simulated iTop.
    const proxy = createServer(async (request, response) => {
      const { host, pathname } = new URL(request.url ?? '');
      asked.push(host);
      const body = await buffer(request);
      const headers = { 'content-type': request.headers['content-type'] ?? '' };
      const init = request.method === 'POST' ? { method: 'POST', body, headers } : {};
      const answer = await fetch(`${url}${pathname}`, init);
      response.writeHead(answer.status).end(await answer.text());
    });
    const address = await listening(proxy);
    vi.stubEnv('HTTP_PROXY', address);
    vi.stubEnv('HTTPS_PROXY', address);
    vi.stubEnv('NO_PROXY', 'inside.invalid');
    const login = { mode: 'form', user: 'admin', password } as const;
    expect(await open({ url: 'http://itop.invalid/base', login }).count('UserRequest')).toBe(12);
    const outside = openIntercom({ token: 't', region: 'us', baseUrl: 'http://intercom.invalid', timeoutMs: 3_000 });
    opened.push(outside);
    // The server behind the proxy is no Intercom: that it answered at all is the point.
    await thrown(outside.send(identifyAdmin()));
    expect(asked).toEqual(['itop.invalid', 'intercom.invalid']);
    expect(await open({ url, login }).count('UserRequest')).toBe(12);
    await thrown(open({ url: 'http://inside.invalid', login }).count('UserRequest'));
    expect(asked).toHaveLength(2);
  });
});

describe('a web server that asks for a certificate', () => {
  // Made for these tests; it signs itself, and so is authority, server and client at once.
  const file = (name: string) => join(projectRoot, 'tests', 'support', 'tls', name);
  const certificate = readFileSync(file('certificate.pem'));

  async function guarded(
    options: { isOpen?: boolean; maxVersion?: SecureVersion; dropped?: number } = {},
  ): Promise<{ url: string; password: string }> {
    const { url, password } = await start();
    let { dropped = 0 } = options;
    const guard = createTlsServer(
      {
        cert: certificate,
        key: readFileSync(file('key.pem')),
        ca: certificate,
        requestCert: options.isOpen !== true,
        rejectUnauthorized: true,
        maxVersion: options.maxVersion ?? 'TLSv1.3',
      },
      async (request, response) => {
        if (dropped-- > 0) return void request.socket.destroy();
        const headers = { 'content-type': request.headers['content-type'] ?? '' };
        const answer = await fetch(`${url}${request.url}`, { method: 'POST', body: await buffer(request), headers });
        response.writeHead(answer.status).end(await answer.text());
      },
    );
    const authorities = getCACertificates('default');
    setDefaultCACertificates([...authorities, certificate.toString()]);
    opened.push({ close: async () => setDefaultCACertificates(authorities) });
    return { url: (await listening(guard)).replace('http:', 'https:'), password };
  }

  const configured = (url: string, password: string, client: Record<string, string>) => {
    const environment = { ITOP_URL: url, ITOP_USER: 'admin', ITOP_PASSWORD: password, ITOP_TIMEZONE: 'UTC', ...client };
    const itop = openConfiguredItop(requireItop(loadSettings({ environment })));
    opened.push(itop);
    return itop;
  };

  it('is shown that of the settings, whose key may have a passphrase', async () => {
    const { url, password } = await guarded();
    const named = { ITOP_CLIENT_CERTIFICATE: file('certificate.pem'), ITOP_CLIENT_KEY: file('key.pem') };
    expect(await configured(url, password, named).count('UserRequest')).toBe(12);
    const locked = { ...named, ITOP_CLIENT_KEY: file('locked-key.pem'), ITOP_CLIENT_KEY_PASSPHRASE: 'open-sesame' };
    expect(await configured(url, password, locked).count('UserRequest')).toBe(12);
    const error = await thrown(configured(url, password, {}).checkLogin());
    expect(error).toBeInstanceOf(Unreachable);
    expect(error).toMatchObject({ remedy: 'stop', nextStep: expect.stringContaining('itop.client_certificate') });
  });

  it('says so within the handshake of TLS 1.2', async () => {
    const { url, password } = await guarded({ maxVersion: 'TLSv1.2' });
    expect(await thrown(configured(url, password, {}).checkLogin())).toMatchObject({
      code: 'itop_unreachable',
      isRetriable: false,
      nextStep: expect.stringContaining('itop.client_certificate'),
    });
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'is not the only one that closes a connection of %s: the same command may succeed, and both next steps are named',
    async (maxVersion) => {
      const { url, password } = await guarded({ isOpen: true, maxVersion, dropped: 1 });
      const itop = configured(url, password, {});
      const error = await thrown(itop.checkLogin());
      expect(error).toMatchObject({
        code: 'itop_unreachable',
        isRetriable: true,
        nextStep: expect.stringMatching(/start the same command again.*itop\.client_certificate/),
      });
      await itop.checkLogin();
    },
  );

  it('whose own certificate nobody vouches for is a matter of its authority', async () => {
    const { url, password } = await guarded({ isOpen: true });
    setDefaultCACertificates([]);
    expect(await thrown(configured(url, password, {}).checkLogin())).toMatchObject({
      isRetriable: false,
      nextStep: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
  });

  it('may say so in its answer, as nginx does', async () => {
    const web = createServer((_request, response) =>
      response.writeHead(400).end('<h1>400 Bad Request</h1>No required SSL certificate was sent'),
    );
    const error = await thrown(open({ url: await listening(web), login: { mode: 'token', token: 't' } }).checkLogin());
    expect(error).toMatchObject({ remedy: 'stop', nextStep: expect.stringContaining('itop.client_certificate') });
  });

  it('is named with the file at fault', () => {
    const named = { ITOP_CLIENT_CERTIFICATE: file('certificate.pem'), ITOP_CLIENT_KEY: file('locked-key.pem') };
    const refused = (client: Record<string, string>) => () => configured('https://itop.example', 'p', client);
    expect(refused({ ...named, ITOP_CLIENT_KEY_PASSPHRASE: 'wrong' })).toThrow(/locked-key\.pem cannot be used/);
    expect(refused({ ...named, ITOP_CLIENT_KEY: file('none.pem') })).toThrow(/itop\.client_key cannot be read/);
    expect(refused({ ITOP_CLIENT_KEY: file('key.pem') })).toThrow(/client_certificate: is not set/);
    expect(refused({ ITOP_CLIENT_CERTIFICATE: file('certificate.pem') })).toThrow(/client_key: is not set/);
  });
});

async function listening(
  server: ReturnType<typeof createServer> | ReturnType<typeof createTlsServer>,
): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push({
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
