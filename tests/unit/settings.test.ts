import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RefusedError } from '../../platform/errors.ts';
import { loadSettings, requireItop, requireTimezone } from '../../platform/settings.ts';

const complete = {
  ITOP_URL: 'https://itop.example/',
  ITOP_USER: 'migration',
  ITOP_PASSWORD: 'p',
  ITOP_TIMEZONE: 'Europe/Paris',
  INTERCOM_TOKEN: 't',
};

function refusalOf(work: () => unknown): RefusedError {
  try {
    work();
  } catch (error) {
    if (error instanceof RefusedError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('configuration', () => {
  it('takes the environment over the file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'settings-')), 'c.yaml');
    writeFileSync(file, 'itop: { url: https://file.example/, user: a, password: b, timezone: UTC }\n');
    const settings = loadSettings({ environment: { ITOP_USER: 'from-environment' }, file });
    expect(settings.itop).toMatchObject({ url: 'https://file.example/', user: 'from-environment' });
    expect(Object.isFrozen(settings.itop)).toBe(true);
  });

  it('reports all faults together, each with its variable and an example', () => {
    const environment = {
      ...complete,
      ITOP_URL: 'not a url',
      ITOP_TIMEZONE: 'Mars/Olympus',
      DATABASE_URL: 'mysql://x',
    };
    const refusal = refusalOf(() => loadSettings({ environment }));
    expect(refusal.exitCode).toBe(2);
    for (const name of ['ITOP_URL', 'ITOP_TIMEZONE', 'DATABASE_URL', 'example: Europe/Paris']) {
      expect(refusal.message).toContain(name);
    }
  });

  it('refuses an address with credentials, and does not show them', () => {
    const refusal = refusalOf(() =>
      loadSettings({ environment: { ...complete, ITOP_URL: 'https://ada:hunter2@itop.example/' } }),
    );
    expect(refusal.message).toContain('itop.url: holds a user or password');
    expect(refusal.message).not.toContain('hunter2');
  });

  it('names the place of a fault in the file, never its text', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'settings-')), 'c.yaml');
    writeFileSync(file, 'itop:\n  password: "hunter2\n  user: x\n');
    const { message } = refusalOf(() => loadSettings({ environment: {}, file }));
    expect(message).toContain('is not valid YAML in line');
    expect(message).not.toContain('hunter2');
  });

  it('refuses settings it does not know', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'settings-')), 'c.yaml');
    writeFileSync(file, 'itop: { url: https://x.example/, user: a, password: b, timezone: UTC, pasword: c }\n');
    expect(refusalOf(() => loadSettings({ environment: {}, file })).message).toContain('pasword');
  });

  it('names the variables when a command needs a system that is not configured', () => {
    const settings = loadSettings({ environment: {} });
    expect(refusalOf(() => requireItop(settings)).nextStep).toContain('ITOP_URL=');
  });

  it('takes the zone alone where iTop is known by files only, and never half an account', () => {
    const settings = loadSettings({ environment: { ITOP_TIMEZONE: 'Europe/Paris' } });
    expect(requireTimezone(settings)).toBe('Europe/Paris');
    expect(refusalOf(() => requireItop(settings)).nextStep).toContain('ITOP_URL=');
    const { ITOP_PASSWORD: _, ...half } = complete;
    const refusal = refusalOf(() => loadSettings({ environment: half }));
    expect(refusal.message).toContain('itop.password');
    expect(refusal.message).not.toContain('itop.user');
  });

  it('never repeats a secret in a fault', () => {
    const environment = { ...complete, ITOP_URL: 'bad', ITOP_PASSWORD: 'very-secret' };
    expect(refusalOf(() => loadSettings({ environment })).message).not.toContain('very-secret');
  });
});
