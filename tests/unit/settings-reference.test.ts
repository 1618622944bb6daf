import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { projectRoot } from '../../platform/project-root.ts';
import { withoutSecrets } from '../../platform/redact.ts';
import { loadSettings } from '../../platform/settings.ts';
import { configurationReference, describedSettings, exampleConfiguration } from '../../platform/settings-reference.ts';

const docs = join(projectRoot, 'docs');
const settings = describedSettings().filter((one) => !one.isSection);

/** Loads a file of this text as a command does. */
function load(text: string) {
  const file = join(mkdtempSync(join(tmpdir(), 'settings-')), 'c.yaml');
  writeFileSync(file, text);
  return loadSettings({ environment: {}, file });
}

const valueAt = (content: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((section, name) => (section as Record<string, unknown> | undefined)?.[name], content);

describe('the configuration reference', () => {
  // After a change of a setting: npx vitest run tests/unit/settings-reference.test.ts -u
  it('is what the schema says', async () => {
    await expect(configurationReference()).toMatchFileSnapshot(join(docs, 'configuration.md'));
    await expect(exampleConfiguration()).toMatchFileSnapshot(join(docs, 'itop-to-intercom.example.yaml'));
  });

  it('describes every section and every setting', () => {
    expect(settings.length).toBeGreaterThan(40);
    for (const one of describedSettings()) expect(one.description, one.path.join('.')).toMatch(/^[A-Z].{4,}\.$/s);
  });

  it('names every variable that the program reads', () => {
    const page = configurationReference();
    const sources = [
      'cli',
      'platform',
      'audit',
      'extract',
      'itop',
      'intercom',
      'transform',
      'load',
      'reconcile',
      'console',
    ];
    const read = sources.flatMap((directory) =>
      readdirSync(join(projectRoot, directory), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .flatMap((name) =>
          [...readFileSync(join(projectRoot, directory, name), 'utf8').matchAll(/process\.env\.([A-Z_]+)/g)].map(
            ([, variable]) => variable ?? '',
          ),
        ),
    );
    expect(read).toContain('XDG_CACHE_HOME');
    for (const name of [...read, 'DATABASE_URL', 'ITOP_TIMEZONE', 'INTERCOM_TOKEN', 'KAFKA_BROKERS'])
      expect(page).toContain(`| \`${name}\` |`);
  });
});

describe('the example file', () => {
  const text = exampleConfiguration();
  const everything = text.replace(/^#(?=(?: {2})*\w+:(?: |$))/gm, '');

  it('loads as it stands', () => {
    expect(load(text).itop?.timezone).toBe('Europe/Paris');
  });

  it('loads with every setting on, and holds them all', () => {
    // Of two settings that replace each other, once the one and once the other.
    const replaced = settings.flatMap(({ path, insteadOf }) =>
      insteadOf === undefined ? [] : [[...path.slice(0, -1), insteadOf].join('.')],
    );
    const replacing = settings.filter((one) => one.insteadOf !== undefined).map((one) => one.path.join('.'));
    expect(replacing).toContain('itop.token');
    for (const left of [replaced, replacing]) {
      const written = parseDocument(everything);
      for (const name of left) expect(written.deleteIn(name.split('.')), name).toBe(true);
      const loaded = load(written.toString());
      for (const { path } of settings.filter((one) => !left.includes(one.path.join('.')))) {
        const value: unknown = valueAt(written.toJS(), path);
        expect(value, path.join('.')).toBeDefined();
        expect(valueAt(loaded, path), path.join('.')).toEqual(value);
      }
    }
  });
});

it('hides every setting that is a secret, wherever it stands', () => {
  load(
    'intercom: { token: token-of-a-test }\nmapping: { model: { url: "https://m.example", name: m, key: key-of-a-test } }\n',
  );
  load('database: { url: "postgres://u:password-of-a-test@h/d" }\n');
  expect(withoutSecrets('token-of-a-test key-of-a-test password-of-a-test')).toBe('*** *** ***');
});
