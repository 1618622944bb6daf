import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openInlineBroker } from '../../extract/landing/inline-broker.ts';
import { type ExtractOutcome, runExtract } from '../../extract/run-extract.ts';
import { listFiles } from '../../extract/sources/files/directory-of-files.ts';
import { type BlobStore, openBlobStore } from '../../platform/blob-store.ts';
import { openProgress } from '../../platform/progress.ts';
import { openRun } from '../../platform/run-record.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { itopSettings } from '../support/itop-settings.ts';
import { get, startTestItop, type TestItop } from '../support/itop-simulator.ts';

let database: TestDatabase;
let itop: TestItop;
let directory: string;
let store: BlobStore;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'itop-files-'));
  [database, itop] = await Promise.all([createTestDatabase(), startTestItop({ generator: { tickets: 60, seed: 3 } })]);
  store = await openBlobStore(join(directory, 'blobs'));
});
afterEach(async () => {
  await Promise.all([itop.close(), database.drop()]);
  await rm(directory, { recursive: true });
});

async function extract(
  files: { onDisk?: string; statedSizes?: ReadonlyMap<string, number>; refusedTypes?: readonly string[] } = {},
  classes?: readonly string[],
): Promise<ExtractOutcome> {
  const run = await openRun(database.pool, { command: 'extract', fingerprint: {} });
  const broker = openInlineBroker(database.pool);
  try {
    const outcome = await runExtract({
      settings: itopSettings(itop),
      pool: database.pool,
      broker,
      run,
      progress: openProgress('silent'),
      files: {
        store,
        statedSizes: files.statedSizes ?? new Map(),
        refusedTypes: files.refusedTypes ?? [],
        onDisk: files.onDisk === undefined ? undefined : await listFiles(files.onDisk),
      },
      ...(classes === undefined ? {} : { classes }),
    });
    await run.finish({ ...outcome });
    return outcome;
  } finally {
    await run.leave();
    await broker.close();
  }
}

async function rows<T extends object>(sql: string, ...values: unknown[]): Promise<T[]> {
  return (await database.pool.query<T>(sql, values)).rows;
}

interface BlobRow {
  readonly source_key: string;
  readonly blob_hash: Buffer | null;
  readonly byte_size: string;
  readonly file_name: string;
  readonly finding: string | null;
}

const blobs = (like: string) =>
  rows<BlobRow>('select * from raw.blob_source where source_key like $1 order by 1', like);

describe('the catalog', () => {
  it('finds classes and attributes that the site added, and never asks for what suggests a secret', async () => {
    const outcome = await extract();
    expect(await rows('select class, root_class from ops.itop_class where not is_standard order by class')).toEqual([
      { class: 'CustomAsset', root_class: 'CustomAsset' },
      { class: 'TagSetFieldDataFor_CustomAsset__labels', root_class: 'TagSetFieldData' },
      { class: 'TagSetFieldDataFor_UserRequest__acme_topics', root_class: 'TagSetFieldData' },
      { class: 'lnkCustomAssetToTicket', root_class: 'lnkCustomAssetToTicket' },
    ]);
    const kinds = await rows<{ attribute: string; kind: string }>(
      `select attribute, kind from ops.itop_attribute where class = 'CustomAsset'`,
    );
    expect(Object.fromEntries(kinds.map((row) => [row.attribute, row.kind]))).toMatchObject({
      org_id: 'key',
      labels: 'tags',
      is_shared: 'boolean',
      purchase_date: 'date',
      last_checked: 'datetime',
      // No value shows that it is HTML; the data model file does.
      body_html: 'text',
      log: 'log',
      secret: 'secret',
      unlock_code: 'secret',
    });
    const whole = JSON.stringify(await rows('select payload from raw.object'));
    for (const secret of ['s3cr3t-in-clear', 'pw-in-clear', '"pin"', '"hw_pin"']) expect(whole).not.toContain(secret);
    const listed = outcome.findings.filter((finding) => finding.code === 'attribute_not_requested');
    expect(listed.map((finding) => finding.subject).sort()).toEqual(['CustomAsset.secret', 'CustomAsset.unlock_code']);
    // Asking for all attributes of an object would show these two: what no query can name is not looked for, and that is said.
    const hidden = outcome.findings.filter((finding) => finding.code === 'attributes_not_looked_for');
    expect(hidden.map((finding) => [finding.subject, finding.severity])).toContainEqual(['CustomAsset', 'warning']);
  });

  it('reads what a person decided to be no secret, and names what came and went since', async () => {
    const first = await extract();
    const behind = first.findings.filter((finding) => finding.code === 'attribute_stays_behind');
    expect(behind.map((finding) => finding.subject).sort()).toEqual([
      'InlineImage.secret',
      'MobilePhone.hw_pin',
      'Person.picture',
      'User.log',
    ]);
    expect(await blobs('Contact::%')).toEqual([]);
    await rows(`update ops.itop_attribute set decision = 'request' where attribute = 'unlock_code'`);
    await rows(`update ops.itop_attribute set decision = 'request' where class = 'Person' and attribute = 'picture'`);
    const [person] = await rows<{ id: string }>(
      `select source_id::text as id from raw.latest_object where final_class = 'Person' order by source_id limit 1`,
    );
    const picture = { data: 'aGVsbG8=', mimetype: 'image/png', filename: 'me.png', downloads_count: 0 };
    await itop.control('/objects', { action: 'patch', class: 'Person', id: Number(person?.id), fields: { picture } });
    await rows(`update ops.itop_attribute set attribute = 'former' where class = 'CustomAsset' and attribute = 'ip'`);
    const outcome = await extract();
    const drift = outcome.findings.filter((finding) => finding.code === 'catalog_drift');
    expect(drift.map((finding) => finding.subject).sort()).toEqual(['CustomAsset.former', 'CustomAsset.ip']);
    expect(JSON.stringify(await rows(`select payload from raw.object where final_class = 'CustomAsset'`))).toContain(
      'pw-in-clear',
    );
    expect((await blobs('Contact::%')).map((row) => [row.source_key, row.file_name])).toEqual([
      [`Contact::${person?.id}`, 'me.png'],
    ]);
  });
});

describe('files', () => {
  it('come into the blob store byte for byte, with findings for those that are not whole', async () => {
    await rows(
      `insert into ops.itop_attribute (class, attribute, kind, is_standard, is_requested, decision, first_run_id, last_run_id)
       select 'CustomAsset', attribute, 'text', false, true, 'request', 0, 0 from unnest(array['secret', 'unlock_code']) as attribute`,
    );
    await extract({
      statedSizes: new Map([
        ['Attachment::9.contents', 5],
        ['Attachment::10.contents', 7],
      ]),
    });
    const answer = await itop.call(get('SELECT Attachment', 'contents'));
    for (const [sourceKey, object] of Object.entries(answer.objects ?? {})) {
      const contents = object.fields.contents as { data: string; filename: string };
      const [row] = await blobs(sourceKey);
      const bytes = Buffer.from(contents.data, 'base64');
      expect(row?.file_name).toBe(contents.filename);
      if (bytes.length === 0) continue;
      expect(row?.blob_hash?.equals(createHash('sha256').update(bytes).digest())).toBe(true);
      expect(await buffer(store.read(row?.blob_hash as Buffer))).toEqual(bytes);
    }
    const found = (await blobs('Attachment::%')).filter((row) => row.finding !== null);
    expect(found.map((row) => [row.source_key, row.finding])).toEqual([
      ['Attachment::10', 'bytes differ'],
      ['Attachment::9', 'bytes missing'],
    ]);
    expect((await blobs('CustomAsset::%')).map((row) => row.file_name)).toEqual(['m.txt', 'm.txt']);
    expect((await blobs('Document::%')).map((row) => row.source_key)).toEqual(['Document::1']);
    expect((await blobs('InlineImage::%')).length).toBe(2);
    expect(await itop.control('/stats')).toMatchObject({ calls: expect.any(Number) });
  });

  it('are not fetched a second time, and pictures inside texts are files too', async () => {
    await extract();
    const pictures = await blobs('Ticket::%!1');
    expect(pictures.length).toBeGreaterThan(0);
    expect(pictures.every((row) => row.file_name === 'picture.gif' && Number(row.byte_size) > 0)).toBe(true);
    const before = await rows<{ source_key: string; fetched_at: Date }>(
      `select source_key, fetched_at from raw.blob_source where source_key like 'Attachment::%' order by 1`,
    );
    await extract();
    expect(
      await rows(`select source_key, fetched_at from raw.blob_source where source_key like 'Attachment::%' order by 1`),
    ).toEqual(before);
  });

  it('of types that must not be sent are kept and named', async () => {
    await extract({ refusedTypes: ['zip'] }, ['Attachment']);
    const found = await blobs('Attachment::%');
    const zips = found.filter((row) => row.file_name.toLowerCase().endsWith('.zip') && Number(row.byte_size) > 0);
    expect(zips.length).toBeGreaterThan(0);
    expect(found.filter((row) => row.finding === 'refused by type')).toEqual(zips);
    expect(zips.every((row) => row.blob_hash !== null)).toBe(true);
  });

  it('are taken from a directory, and what it lacks is missing', async () => {
    const held = join(directory, 'held');
    await mkdir(join(held, 'Attachment'), { recursive: true });
    await writeFile(join(held, 'Attachment', '5.zip'), 'five');
    await writeFile(join(held, 'Attachment-6_rapport final.pdf'), 'six');
    await extract({ onDisk: held }, ['Attachment']);
    const [five] = await blobs('Attachment::5');
    const [six] = await blobs('Attachment::6');
    const [seven] = await blobs('Attachment::7');
    expect([five?.byte_size, six?.file_name, seven?.finding]).toEqual(['4', 'rapport final.pdf', 'bytes missing']);
  });
});
