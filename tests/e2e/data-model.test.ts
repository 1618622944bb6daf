import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDataModel } from '../../extract/catalog/read-data-model.ts';
import { storeDataModel } from '../../extract/catalog/store-data-model.ts';
import { openInlineBroker } from '../../extract/landing/inline-broker.ts';
import { runExtract } from '../../extract/run-extract.ts';
import { openProgress } from '../../platform/progress.ts';
import { openRun } from '../../platform/run-record.ts';
import { readKnownMapping } from '../../transform/mapping/known-mapping.ts';
import { profileRaw } from '../../transform/mapping/profile-raw.ts';
import { proposeMapping } from '../../transform/mapping/propose-mapping.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { filesOf, readExports } from '../support/exports.ts';
import { itopSettings } from '../support/itop-settings.ts';
import { startTestItop } from '../support/itop-simulator.ts';

let database: TestDatabase;
const removals: (() => Promise<void>)[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
  await database.drop();
});

const field = (id: string, type: string, more = ''): string => `<field id="${id}" xsi:type="${type}">${more}</field>`;
const value = (code: string): string => `<value id="${code}"><code>${code}</code></value>`;

/** A data model as iTop's server compiles it, with a class of the site's own. */
function model(fields: string, entries = '', className = 'CustomAsset'): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<itop_design xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.2"><classes>
<class id="${className}" _created_in="acme-things"><parent>cmdbAbstractObject</parent>
<properties><abstract>false</abstract></properties><fields>${fields}</fields></class>
<class id="${className}Small" _created_in="acme-things"><parent>${className}</parent><fields>${field('size', 'AttributeInteger')}</fields></class>
</classes><user_rights><groups><group id="all"><classes><class id="Nope"/></classes></group></groups></user_rights>
<dictionaries><dictionary id="FR FR"><entries><entry id="Class:${className}">Autre</entry></entries></dictionary>
<dictionary id="EN US"><entries>${entries}</entries></dictionary></dictionaries></itop_design>`;
}

async function store(content: string) {
  const files = await filesOf({ 'model.xml': content });
  removals.push(files.remove);
  return storeDataModel(database.pool, await readDataModel(join(files.directory, 'model.xml')));
}

async function rows<T extends object>(sql: string): Promise<T[]> {
  return (await database.pool.query<T>(sql)).rows;
}

const colours = field('colour', 'AttributeEnum', `<values>${value('red')}${value('blue')}</values>`);
const labels = `<entry id="Class:Thing">Thing of ours</entry><entry id="Class:Thing/Attribute:colour">Paint</entry>
<entry id="Class:Thing/Attribute:colour/Value:red">Bright red</entry><entry id="Class:Thing/Attribute:colour+">tip</entry>`;

describe('a data model file', () => {
  it('tells classes with their root, types, inherited attributes, values and labels', async () => {
    expect(await store(model(colours, labels, 'Thing'))).toEqual([]);
    expect(
      await rows(`select class, root_class, is_standard from ops.itop_class where class like 'Thing%' order by 1`),
    ).toEqual([
      { class: 'Thing', root_class: 'Thing', is_standard: false },
      { class: 'ThingSmall', root_class: 'Thing', is_standard: false },
    ]);
    expect(
      await rows('select class, attribute, kind, label, is_custom from ops.model_attribute order by 1, 2'),
    ).toEqual([
      { class: 'Thing', attribute: 'colour', kind: 'text', label: 'Paint', is_custom: true },
      { class: 'ThingSmall', attribute: 'colour', kind: 'text', label: 'Paint', is_custom: true },
      { class: 'ThingSmall', attribute: 'size', kind: 'number', label: 'size', is_custom: true },
    ]);
    expect(await rows(`select value, label from ops.model_value where class = 'ThingSmall' order by position`)).toEqual(
      [
        { value: 'red', label: 'Bright red' },
        { value: 'blue', label: null },
      ],
    );
  });

  it('reports what changed since the one read before', async () => {
    await store(model(colours + field('old', 'AttributeString'), '', 'Thing'));
    const drift = await store(model(field('colour', 'AttributeString') + field('new', 'AttributeDate'), '', 'Thing'));
    expect(
      drift.filter(({ subject }) => subject.startsWith('Thing.')).map(({ subject, finding }) => [subject, finding]),
    ).toEqual([
      ['Thing.old', expect.stringContaining('gone')],
      ['Thing.new', expect.stringContaining('new')],
      ['Thing.colour', expect.stringContaining('was AttributeEnum')],
    ]);
    expect(await rows(`select count(*)::integer as count from ops.finding where stage = 'datamodel'`)).toEqual([
      { count: drift.length },
    ]);
  });

  it.each([
    ['ends early', model(colours).slice(0, 600)],
    ['is another XML file', '<?xml version="1.0"?>\n<Set>\n</Set>'],
    ['is no XML', 'id,name\n1,x\n'],
    ['is empty', ''],
  ])('is refused where it %s, and nothing of it is stored', async (_what, content) => {
    await expect(store(content)).rejects.toThrow(/is not a data model of iTop that can be read/);
    expect(await rows('select 1 from ops.model_class')).toEqual([]);
  });

  it('gives the proposal of a mapping its labels, and the values that no object has yet', async () => {
    await store(model(colours, labels, 'Thing'));
    const files = await filesOf({ 'Thing.csv': '"id","colour"\n1,"red"\n2,"red"\n' });
    removals.push(files.remove);
    await readExports(database.pool, [files.directory]);
    const scope = {
      residency: 'eu',
      snoozeUntil: null,
      snoozeSpreadDays: 0,
      customObjects: new Set(['Thing']),
    } as const;
    const mapping = proposeMapping(await profileRaw(database.pool), await readKnownMapping(database.pool), scope);
    expect(mapping.classes.Thing?.attributes?.colour?.values).toMatchObject({
      blue: { to: 'blue' },
      red: { to: 'Bright red' },
    });
  });
});

it('over REST a secret is told by its type, whatever its name, and what only sounds like one is read', async () => {
  const itop = await startTestItop({ generator: { tickets: 20, seed: 3 } });
  removals.push(() => itop.close());
  // Of the simulated class: an inventory number that is encrypted, and a code that is none.
  await store(model(field('asset_code', 'AttributeEncryptedString') + field('unlock_code', 'AttributeString')));
  const { pool } = database;
  const run = await openRun(pool, { command: 'extract', fingerprint: {} });
  const broker = openInlineBroker(pool);
  await runExtract({
    settings: itopSettings(itop),
    pool,
    broker,
    run,
    progress: openProgress('silent'),
    classes: ['CustomAsset'],
  });
  await run.leave();
  await broker.close();
  const [found] = await rows<{ objects: number; coded: number; unlocked: number }>(
    `select count(*)::integer as objects, count(*) filter (where payload ? 'asset_code')::integer as coded,
       count(*) filter (where payload ? 'unlock_code')::integer as unlocked from raw.object where final_class = 'CustomAsset'`,
  );
  expect(found?.objects).toBeGreaterThan(0);
  expect(found).toMatchObject({ coded: 0, unlocked: found?.objects });
});
