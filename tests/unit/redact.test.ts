import { expect, it } from 'vitest';
import { openItop } from '../../itop/client.ts';
import { ServerError } from '../../itop/errors.ts';
import { hideSecret, withoutSecrets } from '../../platform/redact.ts';
import { loadSettings } from '../../platform/settings.ts';

it('hides a known secret in every form in which a server sends it back', () => {
  const secret = 'p&ss "w/rd" é';
  hideSecret(secret);
  for (const shape of [
    secret,
    JSON.stringify(secret),
    encodeURIComponent(secret),
    new URLSearchParams({ auth_pwd: secret }).toString(),
    'p&amp;ss &quot;w/rd&quot; é',
  ])
    expect(withoutSecrets(`before ${shape} after`)).not.toMatch(/w.{0,3}rd/);
});

it('hides credentials that nobody made known', () => {
  const text =
    'GET https://ada:hunter2@itop.example/x?auth_pwd=hunter2&y=1 {"password": "hunter2"} Bearer hunter2hunter2';
  expect(withoutSecrets(text)).not.toContain('hunter2');
  expect(withoutSecrets(text)).toContain('itop.example/x');
  expect(withoutSecrets('write to ada@acme.example')).toBe('write to ada@acme.example');
});

it('leaves short passwords alone: hiding them would hide words', () => {
  hideSecret('see');
  expect(withoutSecrets('see the log')).toBe('see the log');
});

it('keeps an echoed password out of an error of iTop', () => {
  hideSecret('correct horse');
  const error = new ServerError({ request: 'login', detail: 'HTTP 500: auth_pwd was "correct horse"' });
  expect(error.message).not.toContain('correct horse');
});

it('hides every secret of the settings, also one that can be read as an address', () => {
  loadSettings({
    environment: {
      ITOP_URL: 'https://itop.example/',
      ITOP_USER: 'migration',
      ITOP_PASSWORD: 'summer:of-69',
      ITOP_TIMEZONE: 'Europe/Paris',
      INTERCOM_TOKEN: 'token:of-this-test',
      DATABASE_URL: 'postgres://user:100%sure@db.example/staging',
    },
  });
  expect(withoutSecrets('summer:of-69, token:of-this-test, 100%sure, db.example')).toBe('***, ***, ***, db.example');
});

it('hides the header in which iTop or a web server before it is given a password', async () => {
  const account = { user: 'migration', password: 'autumn of 70' };
  const itop = openItop({ url: 'http://127.0.0.1:1', login: { mode: 'basic', ...account }, timeoutMs: 1 });
  await itop.close();
  const echoed = Buffer.from(`${account.user}:${account.password}`).toString('base64');
  expect(withoutSecrets(`HTTP_AUTHORIZATION: Basic ${echoed}`)).not.toContain(echoed);
});
