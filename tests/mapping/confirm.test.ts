import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { loadSettings } from '../../platform/settings.ts';
import { checkMapping } from '../../transform/mapping/check-mapping.ts';
import { applyMapping } from '../../transform/mapping/confirm-mapping.ts';
import type { Destination } from '../../transform/mapping/mapping-schema.ts';
import { parseMapping, readMappingFile } from '../../transform/mapping/read-mapping.ts';
import { requireConfirmedMapping } from '../../transform/mapping/require-confirmed.ts';
import { runPropose } from '../../transform/mapping/run-propose.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

const workspace = 'ws1';
const settings = loadSettings({
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
  file: join(projectRoot, 'tests/cases/settings.yaml'),
});
const world = JSON.parse(readFileSync(join(projectRoot, 'tests/cases/world.json'), 'utf8')) as Record<
  string,
  GivenObject
>;
const ticket = JSON.parse(
  readFileSync(join(projectRoot, 'tests/cases/k1-attributes-by-mapping/given.json'), 'utf8'),
) as Record<string, GivenObject>;
const badge: GivenObject = {
  class: 'BadgeReader',
  fields: { name: 'Reader 1', status: 'in_use', price: '12.50', secret: 'abc', friendlyname: 'Reader 1' },
};

let database: TestDatabase;
let directory: string;
let file: string;
beforeEach(async () => {
  database = await createTestDatabase();
  directory = mkdtempSync(join(tmpdir(), 'mapping-'));
  file = join(directory, 'mapping.yaml');
  await database.pool.query(
    `insert into ops.itop_class (class, root_class, is_standard) values ('BadgeReader', 'BadgeReader', false)`,
  );
  await landObjects(database.pool, { ...world, ...ticket, 'BadgeReader::1': badge });
});
afterEach(async () => {
  rmSync(directory, { recursive: true });
  await database.drop();
});

/** A workspace that has a type for badge readers, unless a test says otherwise. */
const propose = (
  chosen: readonly (readonly [string, Destination])[] = [],
  types: readonly string[] = ['BadgeReader'],
) =>
  runPropose({
    pool: database.pool,
    file,
    residency: 'us',
    snoozeUntil: '2030-01-07T08:00:00Z',
    snoozeSpreadDays: 0,
    chosen: new Map(chosen),
    existingTypes: () => Promise.resolve(new Set(types)),
  });
const edit = (from: string | RegExp, to: string): void => {
  const text = readFileSync(file, 'utf8');
  const edited = text.replace(from, to);
  expect(edited, `nothing to replace: ${String(from)}`).not.toBe(text);
  writeFileSync(file, edited);
};
const faults = async (): Promise<string[]> =>
  (await checkMapping(database.pool, readMappingFile(file))).faults.map((f) => `${f.line ?? '-'}: ${f.fault}`);
const lineOf = (text: string): number =>
  readFileSync(file, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(text)) + 1;

describe('propose', () => {
  it('proposes what passes the check, also for a class of the site’s own', async () => {
    const outcome = await propose();
    expect(outcome.isNew).toBe(true);
    expect(await faults()).toEqual([]);
    const { BadgeReader } = readMappingFile(file).mapping.classes;
    expect(BadgeReader?.to).toBe('custom_object');
    expect(BadgeReader?.attributes?.price).toMatchObject({ home: 'attribute', type: 'float' });
    expect(BadgeReader?.attributes?.secret).toMatchObject({ home: 'dropped' });
    expect(readFileSync(file, 'utf8')).not.toContain('abc');
  });

  it('keeps what a person decided, adds what is new, and says both', async () => {
    await propose();
    edit(
      /name: \{ home: attribute, to: name, type: string, rule: F3.*/,
      'name: { home: attribute, to: reader_name, type: string, rule: F3, confidence: certain, reason: mine }',
    );
    await landObjects(
      database.pool,
      { 'BadgeReader::2': { class: 'BadgeReader', fields: { ...badge.fields, status: 'retired', floor: '3' } } },
      { observedAt: new Date('2026-01-02T12:00:00Z') },
    );
    const { changes } = await propose();
    expect(new Set(changes.map(({ kind, entry }) => `${kind} ${entry}`))).toEqual(
      new Set(['kept BadgeReader.name', 'added BadgeReader.floor', 'added BadgeReader.status=retired']),
    );
    const { BadgeReader } = readMappingFile(file).mapping.classes;
    expect(BadgeReader?.attributes?.name).toMatchObject({ to: 'reader_name', reason: 'mine' });
    expect(BadgeReader?.attributes?.floor?.home).toBe('attribute');
    const text = readFileSync(file, 'utf8');
    await propose();
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});

describe('the destination of a class', () => {
  const destinationOf = () => readMappingFile(file).mapping.classes.BadgeReader;

  it('is a hand-off where the workspace has no type for it', async () => {
    await propose([], []);
    expect(destinationOf()).toMatchObject({ to: 'handoff', confidence: 'likely' });
    expect(await faults()).toEqual([]);
  });

  it('is what a person chose, with homes for its attributes, and stays so', async () => {
    await propose([], []);
    await propose([['BadgeReader', 'custom_object']], []);
    expect(destinationOf()).toMatchObject({ to: 'custom_object', attributes: { price: { home: 'attribute' } } });
    expect(await faults()).toEqual([]);
    await propose([], []);
    expect(destinationOf()).toMatchObject({ to: 'custom_object', attributes: { price: { home: 'attribute' } } });
    await propose([['BadgeReader', 'handoff']]);
    await propose();
    expect(destinationOf()).toMatchObject({ to: 'handoff' });
    expect(await faults()).toEqual([]);
  });

  it('is refused for a class that does not occur', async () => {
    await expect(propose([['Badgereader', 'handoff']])).rejects.toThrow(/No object of these classes was extracted/);
  });
});

describe('check', () => {
  beforeEach(async () => {
    await propose();
  });

  it('refuses a class, an attribute and a value that nobody decided', async () => {
    await landObjects(
      database.pool,
      {
        'BadgeReader::2': { class: 'BadgeReader', fields: { ...badge.fields, status: 'stolen', floor: '3' } },
        'Location::1': { class: 'Location', fields: { name: 'Paris' } },
      },
      { observedAt: new Date('2026-01-02T12:00:00Z') },
    );
    const found = await faults();
    expect(found).toContain(`${lineOf('  BadgeReader:')}: attribute BadgeReader.floor has no decision (1 objects)`);
    expect(found).toContain('-: class Location has no decision (1 objects)');
    expect(
      found.some((fault) => fault.endsWith('value "stolen" of BadgeReader.status has no decision (1 objects)')),
    ).toBe(true);
  });

  it('refuses two sources for one target, at the line of the second', async () => {
    edit(/price: \{ home: attribute, to: price, type: float/, 'price: { home: attribute, to: name, type: string');
    expect(await faults()).toEqual([`${lineOf('price: {')}: BadgeReader.price and BadgeReader.name both go to name`]);
  });

  it('takes a policy for existing contacts and companies, but none that writes to articles', async () => {
    edit('company: fill_empty', 'company: overwrite');
    expect(await faults()).toEqual([]);
    edit('article: leave', 'article: overwrite');
    expect(await faults()).toEqual([
      `${lineOf('on_existing:')}: on_existing.article is overwrite, but an article that exists is only used, never written to`,
    ]);
  });

  it('refuses a type the values do not have, and names Intercom would refuse', async () => {
    edit(/name: \{ home: attribute, to: name, type: string/, 'name: { home: attribute, to: "na.me", type: integer');
    const found = await faults();
    expect(found).toContain(`${lineOf('"na.me"')}: "na.me" is not a name that Intercom takes for an attribute`);
    expect(found).toContain(
      `${lineOf('"na.me"')}: 1 values of BadgeReader.name are not of type integer, for example in BadgeReader::1`,
    );
  });

  it('refuses a word that a value becomes where it is not of the type of the attribute', async () => {
    edit(/(to: status\n\s+type: )string/, '$1integer');
    expect(await faults()).toContainEqual(
      expect.stringMatching(/value "\w+" of BadgeReader.status becomes "\w+", which is not of type integer$/),
    );
  });

  it.each(['integer', 'float'])('refuses the type %s on companies, whose values are text', async (type) => {
    edit(/( {2}BadgeReader:\n {4}to: )\w+/, '$1company');
    edit(/price: \{ home: attribute, to: price, type: float/, `price: { home: attribute, to: cost, type: ${type}`);
    expect(await faults()).toContain(`${lineOf('price: {')}: "cost" is a number of a company`);
  });

  it.each([
    [
      'an unknown key',
      (text: string) => text.replace('residency: us', 'residency: us\nresidance: us'),
      /mapping.yaml:\d+: residance: nothing of this name belongs here/,
    ],
    ['YAML that does not parse', (text: string) => `${text}\n  - [`, /mapping.yaml:\d+: /],
    [
      'one name twice',
      (text: string) => text.replace('version: 1', 'version: 1\nversion: 1'),
      /mapping.yaml:5: Map keys must be unique/,
    ],
    [
      'a home that does not exist',
      (text: string) => text.replace('home: part', 'home: cellar'),
      /mapping.yaml:\d+: classes\.UserRequest\.attributes\.\w+\.home: /,
    ],
    ['another residency than configured', (text: string) => text, undefined],
  ])('refuses %s', async (_name, change, message) => {
    const text = change(readFileSync(file, 'utf8'));
    if (message !== undefined) return expect(() => parseMapping(text, 'mapping.yaml')).toThrow(message);
    const { faults: found } = await checkMapping(database.pool, parseMapping(text, 'mapping.yaml'), { region: 'eu' });
    expect(found.map(({ fault }) => fault)).toEqual(['residency is us, but Intercom is configured in eu']);
  });
});

describe('confirm', () => {
  beforeEach(async () => {
    await propose();
    await runTransform(database.pool, settings, openProgress('silent'));
  });
  const confirm = () =>
    applyMapping(database.pool, readMappingFile(file), { workspaceIdCode: workspace, confirmedBy: 'Ada Berger' });
  const admit = () => requireConfirmedMapping(database.pool, workspace, file);

  it('lets a load start only with what was confirmed, unchanged', async () => {
    await expect(admit()).rejects.toThrow(/Nobody confirmed the mapping/);
    await confirm();
    await expect(admit()).resolves.toBe('confirmed');
    writeFileSync(file, `${readFileSync(file, 'utf8')}# a remark\n`);
    await expect(admit()).rejects.toThrow(/was edited since Ada Berger confirmed/);
    await confirm();
    await expect(admit()).resolves.toBe('confirmed');
    await landObjects(
      database.pool,
      { 'BadgeReader::2': { class: 'BadgeReader', fields: { ...badge.fields, status: 'stolen' } } },
      { observedAt: new Date('2026-01-02T12:00:00Z') },
    );
    await expect(admit()).rejects.toThrow(/value "stolen" of BadgeReader.status has no decision/);
    await database.pool.query(`update ops.mapping_class set destination = 'excluded' where class = 'Person'`);
    await expect(admit()).rejects.toThrow(/is not the one Ada Berger confirmed/);
  });

  it('tells which payloads a change touches, old against new, before and when it is confirmed', async () => {
    await confirm();
    edit('"1": { to: critical', '"1": { to: urgent');
    const expected = {
      class: 'UserRequest',
      what: 'attribute priority',
      objects: 1,
      examples: [{ sourceKey: 'Ticket::100', before: 'critical', after: 'urgent' }],
    };
    const told = await applyMapping(database.pool, readMappingFile(file), undefined);
    expect(told.decisions.map(({ entry }) => entry)).toEqual(['UserRequest.priority=1']);
    expect(told.payloads).toEqual([expected]);
    await expect(admit()).rejects.toThrow(/was edited/);
    expect((await confirm()).payloads).toEqual([expected]);
    await runTransform(database.pool, settings, openProgress('silent'));
    const { rows } = await database.pool.query(
      `select custom_attributes ->> 'priority' as priority from intercom.conversation where target_key = 'Ticket::100'`,
    );
    expect(rows).toEqual([{ priority: 'urgent' }]);
  });

  it('takes a class that a person hands off as a whole, whatever its attributes say', async () => {
    edit(/to: custom_object\n {4}type: BadgeReader/, 'to: handoff');
    expect(await faults()).toEqual([]);
    await confirm();
    const { rows } = await database.pool.query(
      `select destination, (select count(*)::integer from ops.mapping_attribute a where a.class = c.class) as attributes
       from ops.mapping_class c where class = 'BadgeReader'`,
    );
    expect(rows).toEqual([{ destination: 'handoff', attributes: 0 }]);
  });

  it('has nothing new to propose after a confirmation', async () => {
    await confirm();
    expect((await propose()).changes).toEqual([]);
    expect((await applyMapping(database.pool, readMappingFile(file), undefined)).decisions).toEqual([]);
    await expect(admit()).resolves.toBe('confirmed');
  });

  it('changes no payload when the proposal is confirmed as it is', async () => {
    const { payloads } = await confirm();
    expect(payloads.filter(({ what }) => !what.startsWith('attribute itop_') && what !== 'destination')).toEqual([]);
  });
});
