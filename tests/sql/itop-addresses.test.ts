import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { loadSettings } from '../../platform/settings.ts';
import { generatePopulation } from '../../rehearsal/generator/population.ts';
import { writeHandoff } from '../../transform/handoff/write-handoff.ts';
import { rewriteAddresses, withoutPictureSecrets } from '../../transform/render/itop-addresses.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import fc from '../support/fast-check.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

/*
 * Rule T8 for all texts: a generated iTop with links to a ticket and to a pasted picture in every text that its objects hold. Neither
 * may stand in anything that is loaded or handed off to be read.
 */

let database: TestDatabase;
const directory = mkdtempSync(join(tmpdir(), 'itop-addresses-'));
const link = 'https://itop.example/pages/UI.php?operation=details&class=UserRequest&id=7&c[menu]=x';
const picture = 'https://proxy.example/itop/pages/ajax.document.php?operation=download_inlineimage&id=1&s=5ecre75ecre7';
const forHtml = (url: string) => url.replaceAll('&', '&amp;');
const inHtml = `<p><a href="${forHtml(link)}">${forHtml(link)}</a> ${forHtml(link)} <img src="${forHtml(picture)}" data-img-id="1" data-img-secret="5ecre75ecre7"> ${forHtml(picture)}</p>`;
const inText = `${link}, ${picture}`;

const settings = loadSettings({
  environment: { ITOP_URL: 'https://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
});

/** Codes, dates, numbers and what identifies an object are no texts. */
const noText = /^(ref|status|finalclass|code|email|obj(class|key)|item_(class|org_id)|.*_(id|date|code))$/;
const isText = (name: string, value: unknown): value is string =>
  typeof value === 'string' && !noText.test(name) && !/^[\d.: -]*$|^[a-z0-9_]+$/.test(value);

function planted(value: unknown, name = 'text'): unknown {
  if (isText(name, value))
    return value.startsWith('<') || name === 'message_html' ? value + inHtml : `${value} ${inText}`;
  if (Array.isArray(value)) return value.map((one) => (typeof one === 'object' ? planted(one) : one));
  if (typeof value !== 'object' || value === null || 'mimetype' in value) return value;
  return Object.fromEntries(Object.entries(value).map(([one, held]) => [one, planted(held, one)]));
}

/** Keys come with the name of the object they lead to. */
function withNames(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const keys = Object.keys(fields).filter((name) => name.endsWith('_id'));
  const names = keys.flatMap((key) => [`${key}_friendlyname`, key.replace(/_id$/, '_name')]);
  return { friendlyname: 'An object', ...Object.fromEntries(names.map((name) => [name, 'A name'])), ...fields };
}

beforeAll(async () => {
  database = await createTestDatabase();
  const { rows } = await database.pool.query<{ class: string; root_class: string }>(
    'select class, root_class from ops.itop_class',
  );
  const roots = new Map(rows.map((row) => [row.class, row.root_class]));
  const world: Record<string, GivenObject> = {};
  const texts = new Set<string>();
  for (const { name, ids, read } of generatePopulation({ seed: 4, tickets: 12, logEntriesPerTicket: 2 }).values()) {
    for (const id of [...ids(0, 1e6)].slice(0, 10)) {
      const fields = { ...withNames(read(id)), remark_set: [{ remark: 'Seen on site' }] };
      for (const [one, value] of Object.entries(fields)) if (isText(one, value)) texts.add(`${name}.${one}`);
      world[`${roots.get(name) ?? name}::${id}`] = { class: name, fields: planted(fields) as GivenObject['fields'] };
    }
  }
  await landObjects(database.pool, world);
  await database.pool.query(
    `update ops.mapping_class set destination = 'custom_object' where class in ('Server', 'Problem', 'NormalChange', 'WorkOrder');
     update ops.mapping_class set destination = 'tag' where class = 'Service'`,
  );
  // Every text goes somewhere by a mapping, also those that by default do not.
  await database.pool.query(
    `insert into ops.mapping_attribute (class, attribute, home, target_model, target_name, data_type, label, position, rule)
     select split_part(t.name, '.', 1), split_part(t.name, '.', 2), case when n % 2 = 0 and m.destination = 'conversation' then 'record_note' else 'attribute' end,
       m.destination, split_part(t.name, '.', 2), 'string', t.name, 1000 + n, 'K1'
     from unnest($1::text[]) with ordinality as t (name, n)
     join ops.mapping_class m on m.class = split_part(t.name, '.', 1) and m.destination in ('conversation', 'contact', 'company', 'custom_object')
     on conflict do nothing`,
    [[...texts]],
  );
  await runTransform(database.pool, settings, openProgress('silent'));
});
afterAll(async () => {
  await database.drop();
  rmSync(directory, { recursive: true });
});

const shown = [
  'conversation',
  'conversation_part',
  'contact',
  'company',
  'tag',
  'article',
  'collection',
  'custom_object_instance',
].map((name) => `intercom.${name}`);

// Teammates are looked up by their address; nothing of them is sent.
it('in nothing that is loaded', async () => {
  const { rows: relations } = await database.pool.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_schema = 'intercom' and table_name <> 'teammate' order by 1`,
  );
  for (const { name } of relations) {
    const { rows } = await database.pool.query<{ row: string }>(`select r::text as row from ${name} r`);
    const holding = rows.filter(({ row }) => /UI\.php|inlineimage|5ecre7/.test(row));
    expect([name, holding.slice(0, 2)]).toEqual([name, []]);
    // Whatever is empty here shows nothing.
    if (shown.includes(name)) expect([name, rows.length > 0]).toEqual([name, true]);
  }
  const { rows } = await database.pool.query(
    `select title from intercom.conversation where title like '%R-000%, [image]' limit 1`,
  );
  expect(rows).toHaveLength(1);
});

it('in nothing that is handed off to be read', async () => {
  await writeHandoff(database.pool, { directory, itopUrl: 'https://itop.example' });
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(20);
  for (const { parentPath, name } of files) {
    const text = readFileSync(join(parentPath, name), 'utf8');
    expect([name, text.match(/.{60}(inlineimage|5ecre7).{20}/)?.[0]]).toEqual([name, undefined]);
    // The crosswalk leads from iTop's addresses to Intercom's.
    if (!parentPath.endsWith('crosswalk'))
      expect([name, text.match(/.{60}UI\.php.{20}/)?.[0]]).toEqual([name, undefined]);
  }
});

describe('SQL, which reads values, and the renderer, which reads bodies', () => {
  const bit = fc.constantFrom(
    ...[
      'https://itop.example',
      'http://itop.example:80',
      'HTTPS://ITOP.example',
      'https://other.example',
      'https://u@itop.example',
    ],
    ...[
      '/pages/UI.php?',
      '?',
      '&',
      '&amp;',
      '#!',
      '/object/view/UserRequest/7',
      '/object/view/PC/',
      'operation=details',
      'operation=',
    ],
    ...[
      'class=UserRequest',
      'class=PC',
      'class=',
      'id=7',
      'id=',
      'id=9',
      'operation=download_inlineimage',
      's=5ecre7',
      'data-img-secret="x"',
    ],
    ...[' ', '\n', '.', ',', ')', '&gt;', '"', "'", '<', '>', 'word', '\u00a0', 'é', '='],
  );
  it('agree', async () => {
    const names = new Map(
      (
        await database.pool.query<{ itop_id: string; label: string }>(
          `select itop_id, label from staging.object where root_class = 'Ticket'`,
        )
      ).rows.map((row) => [`UserRequest::${row.itop_id}`, row.label]),
    );
    const addresses = { hosts: new Set(['itop.example']), names };
    const texts = fc.sample(
      fc.oneof(
        fc.array(bit, { maxLength: 12 }).map((bits) => bits.join('')),
        fc.constantFrom(inText, link),
      ),
      { numRuns: 800, seed: 15 },
    );
    const { rows } = await database.pool.query<{ text: string; said: string }>(
      'select text, intermediate.without_itop_addresses(text) as said from unnest($1::text[]) as text',
      [texts],
    );
    const differing = rows
      .map(({ text, said }) => ({
        text,
        said,
        expected: withoutPictureSecrets(rewriteAddresses('text', text, addresses).source),
      }))
      .filter(({ said, expected }) => said !== expected);
    expect(differing.slice(0, 5)).toEqual([]);
    expect(rows.filter(({ text, said }) => text !== said).length).toBeGreaterThan(30);
  });
});
