import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBlobStore } from '../../platform/blob-store.ts';
import { openProgress } from '../../platform/progress.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { loadSettings } from '../../platform/settings.ts';
import { writeHandoff } from '../../transform/handoff/write-handoff.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

/* Small inputs that people of iTop and Intercom reported as failing: each entry of the list has its right outcome here. */
const list = join(projectRoot, '../shared/reported/fields.json');
const hasList = existsSync(list);
if (!hasList && process.env.CI) throw new Error(`The list is missing: nothing at ${list}`);
if (!hasList) console.warn('Skipped: the list of reported inputs is not beside this repository.');

type Fields = Record<string, unknown>;
interface Reported {
  readonly name: string;
  readonly class: string;
  readonly fields: Fields;
}
const reported: readonly Reported[] = hasList ? (JSON.parse(readFileSync(list, 'utf8')) as Reported[]) : [];
const fieldsOf = (name: string): Fields => reported.find((entry) => entry.name === name)?.fields ?? {};

const ticket = (id: number, fields: Fields): Record<string, GivenObject> => ({
  [`Ticket::${id}`]: {
    class: 'UserRequest',
    fields: {
      ...{
        ref: `R-${id}`,
        title: 'x',
        status: 'new',
        org_id: '1',
        caller_id: '10',
        caller_id_friendlyname: 'Caller One',
      },
      ...{
        agent_id: '0',
        start_date: '2024-01-10 10:00:00',
        last_update: '2024-01-12 10:00:00',
        description: '<p>x</p>',
      },
      ...{ public_log: { entries: [] }, private_log: { entries: [] } },
      ...fields,
    },
  },
});
const person = (id: number, name: string, email: string): Record<string, GivenObject> => ({
  [`Contact::${id}`]: {
    class: 'Person',
    fields: { name, first_name: '', friendlyname: name, status: 'active', org_id: '1', email, phone: '' },
  },
});

/** Entries whose fields are told in words, spelled out. */
const nested = `${'<table><tbody><tr><td>'.repeat(800)}needle${'</td></tr></tbody></table>'.repeat(800)}`;
const surrogate = `<p>x</p><!-- ${'a'.repeat(9_999)}😀 -->`;
const chinese = `${'文'.repeat(120)}.pdf`;

let database: TestDatabase;
let directory: string;
const handoff = (...path: string[]): string => join(directory, 'handoff', ...path);
const one = async <T extends object>(query: string, values: unknown[] = []): Promise<T | undefined> =>
  (await database.pool.query<T>(query, values)).rows[0];
const part = (key: string) =>
  one<{ body: string; created_at: Date; author_key: string | null; part_type: string }>(
    'select body, created_at, author_key, part_type from intercom.conversation_part where target_key = $1',
    [key],
  );
const conversation = (id: number) =>
  one<{ body: string; created_at: Date }>('select body, created_at from intercom.conversation where target_key = $1', [
    `Ticket::${id}`,
  ]);

beforeAll(async () => {
  database = await createTestDatabase();
  if (!hasList) return;
  directory = mkdtempSync(join(tmpdir(), 'reported-'));
  const blobs = await openBlobStore(join(directory, 'blobs'));
  const { hash } = await blobs.put([Buffer.from('%PDF')].values() as unknown as AsyncIterable<Uint8Array>);
  await landObjects(database.pool, {
    'Organization::1': {
      class: 'Organization',
      fields: { name: 'Acme', code: 'AC', status: 'active', parent_id: '0' },
    },
    ...person(10, 'Caller One', 'caller@acme.example'),
    ...person(2, 'Ada Berger', 'ada.berger@desk.example'),
    'User::2': { class: 'UserLocal', fields: { login: 'ada', contactid: '2', status: 'enabled' } },
    'URP_UserProfile::1': {
      class: 'URP_UserProfile',
      fields: { userid: '2', profileid: '5', profile: 'Support Agent' },
    },
    'InlineImage::2201': {
      class: 'InlineImage',
      fields: { item_class: 'UserRequest', item_id: '501', temp_id: '', expire: '' },
    },
    ...ticket(501, fieldsOf('screenshot-only entry')),
    ...ticket(502, fieldsOf('no start date')),
    ...ticket(503, fieldsOf('zero date of a spreadsheet')),
    ...ticket(504, fieldsOf('entry in the future')),
    ...ticket(505, { description: nested }),
    ...ticket(506, { description: surrogate }),
    ...person(11, 'Ada One', 'ada@acme.example\u00a0'),
    ...person(12, 'Ada Two', '\u200bada@acme.example'),
    ...ticket(507, { caller_id: '11' }),
    ...ticket(508, { caller_id: '12' }),
    ...ticket(509, fieldsOf('own case log, answers of a form, own file')),
    'Document::70': { class: 'DocumentFile', fields: { name: 'Contract', org_id: '1', status: 'published' } },
    'Ticket::600': {
      class: 'Problem',
      fields: { ref: 'P-600', title: 'x', status: 'new', ...fieldsOf('formula in two lines') },
    },
  });
  // As the proposal decides: an own log and a file are handed off, answers are told.
  await database.pool.query(
    `insert into ops.mapping_attribute (class, attribute, home, label, position, rule) values
       ('UserRequest', 'vendor_log', 'handoff', null, 0, 'F3'), ('UserRequest', 'signed_form', 'handoff', null, 0, 'A2'),
       ('UserRequest', 'service_details', 'record_note', 'Service details', 90, 'T6')`,
  );
  await database.pool.query(
    `insert into raw.blob_source (source_key, attribute, blob_hash, byte_size, file_name, media_type)
     values ('InlineImage::2201', 'contents', $1, 4, 'shot.png', 'image/png'), ('Document::70', 'file', $1, 4, $2, 'application/pdf'),
       ('Ticket::509', 'signed_form', $1, 4, 'form.pdf', 'application/pdf')`,
    [hash, chinese],
  );
  const settings = loadSettings({
    environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'UTC' },
  });
  await runTransform(database.pool, settings, openProgress('silent'));
  await writeHandoff(database.pool, { directory: handoff(), itopUrl: 'http://itop.example', blobs });
});
afterAll(async () => {
  await database.drop();
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
});

const outcomes: Readonly<Record<string, () => Promise<void>>> = {
  'screenshot-only entry': async () => {
    const shown = await part('Ticket::501#public_log/0');
    expect(shown).toMatchObject({
      part_type: 'comment',
      author_key: 'Contact::2',
      created_at: new Date('2024-03-01T10:00:00Z'),
    });
    expect(
      await one('select part_key from intercom.conversation_part_file where target_key = $1', ['InlineImage::2201']),
    ).toEqual({
      part_key: 'Ticket::501#public_log/0',
    });
    const secret = await database.pool.query(
      `select from intercom.conversation_part where body like '%abc2201%' or attributed_body like '%abc2201%'`,
    );
    expect(secret.rowCount).toBe(0);
  },
  'no start date': async () => {
    expect((await conversation(502))?.created_at).toEqual(new Date('2024-03-01T10:00:00Z'));
  },
  'zero date of a spreadsheet': async () => {
    expect(await conversation(503)).toBeDefined();
    expect(await one(`select reason_code from reconcile.record_finding where source_key = 'Ticket::503'`)).toEqual({
      reason_code: 'before_1970',
    });
  },
  'entry in the future': async () => {
    const shown = await part('Ticket::504#public_log/0');
    expect(shown?.created_at).toEqual(new Date('2026-01-01T12:00:00Z'));
    expect(shown?.body).toContain('2034-03-01 10:00:00');
    expect(await one(`select reason_code from reconcile.record_finding where source_key = 'Ticket::504'`)).toEqual({
      reason_code: 'in_the_future',
    });
  },
  nesting: async () => {
    expect((await conversation(505))?.body).toContain('needle');
    expect(await one(`select reason_code from reconcile.record_finding where source_key = 'Ticket::505'`)).toEqual({
      reason_code: 'no_layout',
    });
  },
  'surrogate at a cut': async () => {
    expect((await conversation(506))?.body).toMatch(/^x\n/);
    const loss = await one<{ detail: string }>(
      `select l ->> 'detail' as detail from ops.rendered_body, jsonb_array_elements(loss) l where l ->> 'detail' like 'aaa%'`,
    );
    expect(loss?.detail).toBe('a'.repeat(9_999));
  },
  'addresses with invisible characters': async () => {
    const { rows } = await database.pool.query(
      `select target_key from intercom.contact where email = 'ada@acme.example'`,
    );
    expect(rows).toHaveLength(1);
    expect(
      await one(
        `select count(distinct survivor_key)::integer as n from intermediate.contact_decision where person_key in ('Contact::11', 'Contact::12')`,
      ),
    ).toEqual({ n: 1 });
  },
  'long name in Chinese': async () => {
    const [name = ''] = readdirSync(handoff('files')).filter((file) => file.startsWith('Document'));
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(name).toMatch(/\.pdf$/);
    expect(readFileSync(handoff('files', 'index.csv'), 'utf8')).toContain(chinese);
  },
  'own case log, answers of a form, own file': async () => {
    expect(readFileSync(handoff('attributes', 'UserRequest.csv'), 'utf8')).toContain(
      '2024-03-01 12:00:00 Ada Berger: To the vendor',
    );
    expect((await part('Ticket::509#record_note'))?.body).toContain(
      '<li>Service details: Laptop: yes<br>Quantity: 2</li>',
    );
    expect(readFileSync(handoff('files', 'index.csv'), 'utf8')).toMatch(/UserRequest,Ticket_509-form\.pdf/);
  },
  'formula in two lines': async () => {
    expect(readFileSync(handoff('objects', 'Problem.csv'), 'utf8')).toContain(`"'=HYPERLINK`);
  },
};

/** Entries whose outcome another test shows. */
const elsewhere: Readonly<Record<string, string>> = {
  'angle brackets in plain text': 'tests/cases/f2-text-that-looks-like-markup',
  'address handed over': 'tests/e2e/load-delta.test.ts',
};

describe.skipIf(!hasList)('a reported input', () => {
  it.each(Object.entries(outcomes))('%s has its right outcome', async (_name, check) => check());

  it('has its outcome here, or in a test that is named', () => {
    const known = [...Object.keys(outcomes), ...Object.keys(elsewhere)];
    for (const { name } of reported) expect(known).toContain(name);
    for (const file of Object.values(elsewhere)) expect(existsSync(join(projectRoot, file)), file).toBe(true);
  });

  it('is handed off so that nobody but its owner reads it', () => {
    expect(statSync(handoff('objects', 'Problem.csv')).mode & 0o077).toBe(0);
    expect(statSync(handoff('objects')).mode & 0o077).toBe(0);
    expect(statSync(handoff('files', 'index.csv')).mode & 0o077).toBe(0);
  });
});
