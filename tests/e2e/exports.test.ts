import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listFiles } from '../../extract/sources/files/directory-of-files.ts';
import { openBlobStore } from '../../platform/blob-store.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { filesOf, readExports } from '../support/exports.ts';
import { landObjects } from '../support/land-objects.ts';

let database: TestDatabase;
let remove: (() => Promise<void>) | undefined;

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await remove?.();
  remove = undefined;
  await database.drop();
});

async function read(contents: Readonly<Record<string, string | Buffer>>, options: { isCheckOnly?: boolean } = {}) {
  const files = await filesOf(contents);
  remove = files.remove;
  return readExports(database.pool, [files.directory], options);
}

async function rows<T extends object>(sql: string, ...values: unknown[]): Promise<T[]> {
  return (await database.pool.query<T>(sql, values)).rows;
}

const deadLetters = () =>
  rows<{ record: string; source_key: string; code: string; reason: string }>(
    `select offset_no as record, source_key, reason_code as code, reason from raw.dead_letter order by dead_letter_id`,
  );

const organizations = (ids: readonly number[]): string =>
  `"id","name","code","status"\n${ids.map((id) => `${id},"Org ${id}","C${id}","active"\n`).join('')}`;

const names = () =>
  rows(`select source_id as id, payload ->> 'name' as name from raw.latest_object order by source_id`);

describe('a CSV file', () => {
  it('comes in whole but for the record with a broken quote, deep inside a large file', async () => {
    const lines = Array.from(
      { length: 7_400 },
      (_, place) => `${place + 1},"Org ${place + 1}\nsecond ""line""","C","active"\n`,
    );
    // Record 7,001 lost the end of its quote, and so would swallow what follows.
    lines[7_000] = '7001,"Org 7001,"C","active"\n';
    lines[7_001] = '7002,"Org 7002","C","active\n';
    lines[7_100] = '7101,"Org 7101","C","active","one too many"\n';
    const outcome = await read({ 'Organization.csv': `"id","name","code","status"\n${lines.join('')}` });
    expect(outcome.isComplete).toBe(false);
    expect((await deadLetters()).map(({ record, source_key, code }) => [record, source_key, code])).toEqual([
      ['7001', 'Organization::7001', 'broken_quote'],
      ['7002', 'Organization::7002', 'broken_quote'],
      ['7101', 'Organization::7101', 'wrong_columns'],
    ]);
    expect(
      await rows(`select count(*)::integer as count, max(source_id)::integer as last from raw.latest_object`),
    ).toEqual([{ count: 7_397, last: 7_400 }]);
    expect(outcome.findings.map((finding) => finding.code)).toContain('records_rejected');
    // What is missing is counted: the pipeline is held to what the file holds.
    expect(await rows('select class, object_count::integer from ops.source_count')).toEqual([
      { class: 'Organization', object_count: 7_400 },
    ]);
  });

  it('ends early, holds bytes that are not UTF-8, or no id: each named, the rest goes on', async () => {
    const text = Buffer.from(
      `${organizations([1, 2])}3,"M\u00fcller","C","active"\nx4,"no id","C","active"\n5,"cut of`,
    );
    // The two bytes of ü become one that is no UTF-8.
    const at = text.indexOf(Buffer.from('\u00fc'));
    await read({
      'Organization.csv': Buffer.concat([text.subarray(0, at), Buffer.from([0xfc]), text.subarray(at + 2)]),
    });
    expect(await deadLetters()).toEqual([
      {
        record: '3',
        source_key: 'Organization::3',
        code: 'invalid_encoding',
        reason: expect.stringContaining('name holds bytes'),
      },
      {
        record: '5',
        source_key: 'Organization::5',
        code: 'ends_early',
        reason: expect.stringContaining('2 of 4 cells'),
      },
      { record: '4', source_key: null, code: 'bad_value', reason: expect.stringContaining('"x4" is not an id') },
    ]);
    expect(await names()).toEqual([
      { id: '1', name: 'Org 1' },
      { id: '2', name: 'Org 2' },
    ]);
    const [letter] = await rows<{ content: Buffer }>(
      `select content from raw.dead_letter where reason_code = 'invalid_encoding'`,
    );
    expect(String(letter?.content)).toContain('M\\xfcller');
  });

  it.each([
    ['semicolons, a single quote, CR LF', "'id';'name';'status'\r\n1;'O''Neil; Söhne';'active'\r\n", ''],
    ['tabs', '"id"\t"name"\t"status"\n1\t"O\'Neil; Söhne"\t"active"\n', ''],
    ['a byte order mark', '\ufeff"id","name","status"\n1,"O\'Neil; Söhne","active"\n', ''],
    ['UTF-16', Buffer.from('\ufeff"id","name","status"\n1,"O\'Neil; Söhne","active"\n', 'utf16le'), ''],
    [
      'ISO-8859-1 by its description',
      Buffer.from('"id","name","status"\n1,"O\'Neil; Söhne","active"\n', 'latin1'),
      'files: [{ file: "*.csv", encoding: iso-8859-1 }]',
    ],
    [
      'columns by their description',
      '"No","Title",""\n1,"O\'Neil; Söhne","active"\n',
      'files: [{ file: Organization.csv, columns: [id, name, null] }]',
    ],
    [
      'one class of a join',
      '"o.id","o.name","p.id"\n1,"O\'Neil; Söhne",5\n',
      'files: [{ file: Organization.csv, alias: o }]',
    ],
  ])('is read with %s', async (_what, content, description) => {
    const outcome = await read({
      'Organization.csv': content,
      ...(description === '' ? {} : { 'exports.yaml': description }),
    });
    expect(outcome.isComplete).toBe(true);
    expect(await names()).toEqual([{ id: '1', name: "O'Neil; Söhne" }]);
  });

  it('has its dates read by the format that was exported, and only by it', async () => {
    await read({
      'UserRequest.csv':
        '"id","ref","start_date"\n1,"21/08/2023 10:58:00","21/08/2023 10:58:00"\n2,"R","08/21/2023 10:58:00"\n3,"R",""\n',
      'exports.yaml': 'files: [{ file: UserRequest.csv, date_format: "d/m/Y H:i:s" }]',
    });
    expect(await rows(`select payload from raw.latest_object order by source_id`)).toEqual([
      { payload: { ref: '21/08/2023 10:58:00', start_date: '2023-08-21 10:58:00' } },
      { payload: { ref: 'R', start_date: '' } },
    ]);
    expect(await deadLetters()).toMatchObject([
      { source_key: 'Ticket::2', code: 'bad_value', reason: expect.stringContaining('start_date') },
    ]);
  });

  it("has dates in another form than iTop's refused, record by record, where no format is stated", async () => {
    await read({
      'UserRequest.csv':
        '"id","ref","start_date","acme_date"\n1,"R","04/05/2024 10:00:00",""\n2,"R","25/05/2024",""\n3,"R","2024-05-04 10:00:00","soon"\n4,"R","2024-05-04","4.5.2024"\n5,"R","",""\n',
    });
    expect(await deadLetters()).toMatchObject(
      ['1', '2', '4'].map((record) => ({
        record,
        code: 'bad_value',
        reason: expect.stringContaining('state date_format'),
      })),
    );
    expect(
      await rows(
        `select payload ->> 'start_date' as start, payload ->> 'acme_date' as own from raw.latest_object order by source_id`,
      ),
    ).toEqual([
      { start: '2024-05-04 10:00:00', own: 'soon' },
      { start: '', own: '' },
    ]);
  });

  it("of a class of one's own without ids is told of both", async () => {
    const outcome = await read({ 'VehicleLease.csv': '"name","plate"\n"One","X 1"\n' });
    expect(outcome.findings).toMatchObject([
      {
        code: 'file_refused',
        finding: expect.stringContaining('no column with the id of the objects'),
        nextStep: expect.stringContaining('--datamodel'),
      },
    ]);
  });

  it('names callers and companies that the export left out', async () => {
    const outcome = await read({
      'Organization.csv': organizations([1]),
      'Person.csv': '"id","name","org_id"\n10,"Berger",1\n11,"Foreign",2\n',
      'UserRequest.csv':
        '"id","ref","org_id","caller_id","agent_id"\n1,"R-1",1,10,0\n2,"R-2",1,12,0\n3,"R-3",3,12,10\n',
      'Attachment.csv': '"id","item_class","item_id"\n1,"UserRequest",1\n',
    });
    expect(outcome.findings.filter(({ code }) => /missing_reference|no_bytes/.test(code))).toMatchObject([
      { code: 'no_bytes_given', subject: 'Attachment', finding: expect.stringContaining('1 files') },
      { subject: 'Organization', finding: expect.stringMatching(/^2 objects.*Organization::2, Organization::3/) },
      { subject: 'Person', finding: expect.stringMatching(/^1 objects.*Ticket.caller_id.*Contact::12/) },
    ]);
  });

  it('never stores what is or may be a secret', async () => {
    const outcome = await read({
      'Organization.csv': '"id","name","acme_password","acme_tier"\n1,"One","hunter2","gold"\n',
    });
    expect(outcome.findings.map((finding) => finding.code)).toContain('attribute_not_stored');
    expect(await rows('select payload from raw.object')).toEqual([{ payload: { name: 'One', acme_tier: 'gold' } }]);
    expect(await rows(`select 1 from raw.dead_letter`)).toEqual([]);
  });

  it('has attributes that stay behind listed with the reason, unless a person decides to read them', async () => {
    await rows(
      `insert into ops.itop_attribute (class, attribute, kind, is_standard, is_requested, decision, first_run_id, last_run_id)
       values ('InlineImage', 'secret', 'text', true, true, 'request', 0, 0)`,
    );
    const outcome = await read({
      'MobilePhone.csv': '"id","name","hw_pin"\n1,"One","1234"\n',
      'InlineImage.csv': '"id","item_class","secret"\n1,"UserRequest","s1"\n',
    });
    expect(outcome.findings.filter(({ code }) => code.endsWith('_not_stored'))).toMatchObject([
      { code: 'column_not_stored', subject: 'MobilePhone.csv', finding: 'Not stored: hw_pin (it is a secret).' },
    ]);
    expect(await rows('select payload from raw.object order by source_key')).toEqual([
      { payload: { name: 'One' } },
      { payload: { item_class: 'UserRequest', secret: 's1' } },
    ]);
  });

  it('is refused beside a first one of its class with other columns, which it would overwrite', async () => {
    const outcome = await read({
      'Organization.csv': organizations([1]),
      'Organization.short.csv': '"id","name"\n1,"short"\n',
    });
    expect(outcome.findings.filter((finding) => finding.severity === 'blocker')).toMatchObject([
      { code: 'file_refused', subject: 'Organization.short.csv' },
    ]);
    expect(await names()).toEqual([{ id: '1', name: 'Org 1' }]);
  });

  it('goes on after a kill where its records had not arrived', async () => {
    const ids = Array.from({ length: 20_000 }, (_, place) => place + 1);
    const files = await filesOf({ 'Organization.csv': organizations(ids) });
    remove = files.remove;
    const killer = new AbortController();
    const done = setInterval(async () => {
      const [row] = await rows<{ count: number }>(
        `select count(*)::integer as count from ops.chunk where state = 'done'`,
      );
      if ((row?.count ?? 0) > 0) killer.abort();
    }, 20);
    const first = readExports(database.pool, [files.directory], { signal: killer.signal });
    await expect(first.catch((error: Error) => error.message)).resolves.toMatch(/interrupted|^\[object/);
    clearInterval(done);
    await readExports(database.pool, [files.directory]);
    expect(
      await rows(
        `select count(*)::integer as versions, count(distinct source_key)::integer as objects from raw.object`,
      ),
    ).toEqual([{ versions: 20_000, objects: 20_000 }]);
  });
});

describe('an XML file', () => {
  const organization = (id: number, name: string): string =>
    `<Organization alias="Organization" id="${id}">\n<name>${name}</name>\n<status>active</status>\n</Organization>\n`;

  it('gives every object but the broken one, and names the one that its end cuts', async () => {
    const broken = organization(2, 'Two').replace('</name>', '</nam>');
    await read({
      'Organization.xml': `<?xml version="1.0" encoding="UTF-8"?>\n<Set>\n${organization(1, 'A &amp; B')}${broken}${organization(3, 'Three')}${organization(4, 'Four').slice(0, 60)}`,
    });
    expect(await names()).toEqual([
      { id: '1', name: 'A & B' },
      { id: '3', name: 'Three' },
    ]);
    expect((await deadLetters()).map(({ source_key, code }) => [source_key, code])).toEqual([
      ['Organization::2', 'broken_xml'],
      ['Organization::4', 'ends_early'],
    ]);
  });

  it('of a parent class is held against the file of the class itself, whose fields are more', async () => {
    const request = (id: number, fields: string) =>
      `<UserRequest alias="Ticket" id="${id}">\n<ref>R-${id}</ref>${fields}\n</UserRequest>\n`;
    const set = (objects: string) => `<?xml version="1.0" encoding="UTF-8"?>\n<Set>\n${objects}</Set>`;
    const outcome = await read({
      'Ticket.xml': set(request(1, '') + request(2, '')),
      'UserRequest.xml': set(request(1, '<urgency>2</urgency>')),
    });
    expect(await rows(`select source_id as id, payload from raw.latest_object`)).toEqual([
      { id: '1', payload: { ref: 'R-1', urgency: '2' } },
    ]);
    expect(outcome.findings.filter(({ severity }) => severity === 'blocker')).toMatchObject([
      {
        code: 'objects_only_in_parent_file',
        subject: 'Ticket.xml UserRequest',
        finding: expect.stringMatching(/^1 objects/),
      },
    ]);
  });

  it('of a class that is not known is rejected object by object, with what to do', async () => {
    await read({
      'Many.xml': `<?xml version="1.0" encoding="UTF-8"?>\n<Set>\n<Nope alias="Nope" id="1">\n<name>x</name>\n</Nope>\n${organization(1, 'One')}</Set>`,
    });
    expect(await names()).toEqual([{ id: '1', name: 'One' }]);
    expect(await deadLetters()).toMatchObject([
      { source_key: null, reason: expect.stringContaining('Nope is not in ops.itop_class') },
    ]);
  });
});

describe('a case log', () => {
  const head = (date: string, who = 'Ann (2)'): string => `\n========== ${date} : ${who} ============\n\n`;
  const logs = async (log: string, description?: string) => {
    await read({
      'UserRequest.csv': `"id","ref","public_log"\n7,"R-7","${log.replaceAll('"', '""')}"\n`,
      ...(description === undefined ? {} : { 'exports.yaml': description }),
    });
    const [row] = await rows<{ entries: { date: string; user_login: string; message_html: string }[] }>(
      `select payload -> 'public_log' -> 'entries' as entries from raw.latest_object`,
    );
    const review = await rows<{ treatment: string; reason: string }>('select treatment, reason from ops.log_review');
    return { entries: row?.entries.map((entry) => [entry.date, entry.user_login, entry.message_html]), review };
  };

  it('is split into entries, oldest first, where nothing speaks against it', async () => {
    const { entries, review } = await logs(
      `${head('2024-01-02 10:00:00')}<p>second</p>${head('2024-01-01 10:00:00', "Dan O'Neil (0)")}<p>first</p>`,
    );
    expect(entries).toEqual([
      ['2024-01-01 10:00:00', "Dan O'Neil", '<p>first</p>'],
      ['2024-01-02 10:00:00', 'Ann', '<p>second</p>'],
    ]);
    expect(review).toEqual([]);
  });

  it.each([
    [
      'inside markup',
      `${head('2024-01-02 10:00:00')}<pre>forged:${head('2024-01-01 10:00:00', 'Boss (1)')}fire them</pre>`,
    ],
    ['with a later date', `${head('2024-01-02 10:00:00')}forged:${head('2025-01-01 10:00:00', 'Boss (1)')}fire them`],
    [
      'without its empty line',
      `${head('2024-01-02 10:00:00')}<p>a</p>\n========== 2024-01-01 10:00:00 : Boss (1) ============\nx`,
    ],
    [
      'after its line breaks were lost',
      ' ========== 2024-01-02 10:00:00 : Ann (2) ============ a ========== 2024-01-01 10:00:00 : Boss (1) ============ b',
    ],
  ])('is kept whole for a person to look at where it imitates its own separator %s', async (_where, log) => {
    const { entries, review } = await logs(log);
    expect(entries?.map(([date, author]) => [date, author])).toEqual([['', '']]);
    expect(review).toMatchObject([{ treatment: 'kept whole' }]);
  });

  it.each([
    [
      'is split by the stated format',
      'files: [{ file: UserRequest.csv, date_format: "d/m/Y H:i:s" }]',
      ['2024-04-05 10:00:00', '2024-05-25 10:00:00'],
      [],
    ],
    [
      'is kept whole and listed without one',
      undefined,
      [''],
      [{ treatment: 'kept whole', reason: expect.stringContaining('(25/05/2024 10:00:00): state date_format') }],
    ],
  ])('with days first in its separators %s', async (_what, description, dates, listed) => {
    const { entries, review } = await logs(
      `${head('25/05/2024 10:00:00')}<p>b</p>${head('05/04/2024 10:00:00')}<p>a</p>`,
      description,
    );
    expect(entries?.map(([date]) => date)).toEqual(dates);
    expect(review).toEqual(listed);
  });

  it('is split but listed where a plain text stands before a separator, which nothing can prove', async () => {
    const { entries, review } = await logs(
      `${head('2024-01-02 10:00:00')}plain${head('2024-01-01 10:00:00', 'Boss (1)')}<p>b</p>`,
    );
    expect(entries?.length).toBe(2);
    expect(review).toMatchObject([{ treatment: 'split' }]);
  });
});

describe('a second channel', () => {
  it('of a class that REST wrote is compared without being asked, and writes nothing', async () => {
    await landObjects(database.pool, {
      'Organization::1': { class: 'Organization', fields: { name: 'By REST', code: 'C1', status: 'active' } },
    });
    const files = await filesOf({ 'Organization.csv': organizations([1]) });
    remove = files.remove;
    const { crossChecks } = await readExports(database.pool, [files.directory]);
    expect(crossChecks).toMatchObject([{ class: 'Organization', inFile: 1, inRaw: 1, differingObjects: 1 }]);
    expect(await rows(`select channel, payload ->> 'name' as name from raw.object`)).toEqual([
      { channel: 'rest', name: 'By REST' },
    ]);
  });

  it('reports what it says otherwise, and writes nothing', async () => {
    const files = await filesOf({ 'Organization.csv': organizations([1, 2, 3]) });
    remove = files.remove;
    await readExports(database.pool, [files.directory]);
    await writeFile(
      join(files.directory, 'Organization.csv'),
      '"id","name","code","status"\n1,"Org 1","C1","active"\n2,"Other","C2","active"\n4,"Org 4","C4","active"\n',
    );
    const { crossChecks } = await readExports(database.pool, [files.directory], { isCheckOnly: true });
    expect(crossChecks).toEqual([
      {
        class: 'Organization',
        inFile: 3,
        inRaw: 3,
        onlyInFile: 1,
        onlyInRaw: 1,
        differingObjects: 1,
        differingFields: 1,
      },
    ]);
    expect(
      await rows(
        'select source_key, difference, attribute, raw_value, file_value from ops.channel_difference order by 1',
      ),
    ).toEqual([
      {
        source_key: 'Organization::2',
        difference: 'field differs',
        attribute: 'name',
        raw_value: 'Org 2',
        file_value: 'Other',
      },
      { source_key: 'Organization::3', difference: 'only in raw', attribute: '', raw_value: null, file_value: null },
      { source_key: 'Organization::4', difference: 'only in file', attribute: '', raw_value: null, file_value: null },
    ]);
    expect(await rows('select count(*)::integer as count from raw.object')).toEqual([{ count: 3 }]);
  });
});

it('attachments by CSV get their bytes from a directory; a missing, an empty and another file are findings', async () => {
  const exported = await filesOf({
    'Attachment.csv': `"id","item_class","item_id"\n${[1, 2, 3, 4, 5].map((id) => `${id},"UserRequest",7\n`).join('')}`,
  });
  const held = await filesOf({
    'Attachment-1_note.txt': 'hello',
    'Attachment-3_empty.txt': '',
    'Attachment-4_cut.txt': 'cut',
    'Attachment-5_really.txt': '',
  });
  remove = async () => {
    await exported.remove();
    await held.remove();
  };
  const files = {
    store: await openBlobStore(join(held.directory, 'blobs')),
    statedSizes: new Map([
      ['Attachment::4.contents', 9],
      ['Attachment::5.contents', 0],
    ]),
    onDisk: await listFiles(held.directory),
  };
  await readExports(database.pool, [exported.directory], { files });
  expect(
    await rows('select source_key, byte_size::integer as size, file_name, finding from raw.blob_source order by 1'),
  ).toEqual([
    { source_key: 'Attachment::1', size: 5, file_name: 'note.txt', finding: null },
    { source_key: 'Attachment::2', size: null, file_name: '', finding: 'bytes missing' },
    { source_key: 'Attachment::3', size: 0, file_name: 'empty.txt', finding: 'bytes missing' },
    { source_key: 'Attachment::4', size: 3, file_name: 'cut.txt', finding: 'bytes differ' },
    { source_key: 'Attachment::5', size: 0, file_name: 'really.txt', finding: 'empty file' },
  ]);
});

describe('what cannot be read back', () => {
  it.each([
    ['a spreadsheet', Buffer.from('PK\u0003\u0004....')],
    ['a PDF', '%PDF-1.7 ...'],
    ['an HTML page', '<!DOCTYPE html>\n<html>...'],
    ["iTop's error", '<p>ERROR: The query failed</p>'],
    ['nothing', ''],
  ])('is refused by its content, whatever its name: %s', async (_what, content) => {
    const outcome = await read({ 'Organization.csv': content, 'Team.csv': '"id","name"\n1,"T"\n' });
    expect(outcome.findings.filter((finding) => finding.severity === 'blocker')).toMatchObject([
      { code: 'file_refused', subject: 'Organization.csv', nextStep: expect.stringContaining('no_localize=1') },
    ]);
    expect(await names()).toEqual([{ id: '1', name: 'T' }]);
  });
});
