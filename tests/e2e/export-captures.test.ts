import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDataModel } from '../../extract/catalog/read-data-model.ts';
import { storeDataModel } from '../../extract/catalog/store-data-model.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { readExports } from '../support/exports.ts';

/** Files that a real iTop exported, and the answers of its REST API for the same objects. */
const captures = join(projectRoot, '../shared/itop');
const isThere = existsSync(join(captures, 'csv'));
if (!isThere) console.log('The captured exports of a real iTop are not there: their tests are skipped.');

type Fields = Readonly<Record<string, unknown>>;

/** The objects of a class by id, as REST gave them: read by code of the test's own. */
function restObjects(className: string): Map<string, Fields> {
  const file = join(captures, 'rest', `${className}.json`);
  if (!existsSync(file)) return new Map();
  const { objects } = JSON.parse(readFileSync(file, 'utf8')) as {
    objects: Record<string, { key: string; class: string; fields: Fields }>;
  };
  return new Map(
    Object.values(objects)
      .filter((object) => object.class === className)
      .map((object) => [String(object.key), object.fields]),
  );
}

/** What both channels can say of a value: an absent one is empty in CSV, line ends are LF. */
function comparable(value: unknown): unknown {
  if (value === null) return '';
  if (typeof value === 'string') return value.replaceAll('\r\n', '\n');
  const entries = (
    value as { entries?: { date: string; user_login: string; user_id: unknown; message_html: string }[] }
  ).entries;
  if (!Array.isArray(entries)) return value;
  return entries.map((entry) => [
    entry.date,
    entry.user_login,
    String(entry.user_id ?? 0),
    entry.message_html.replaceAll('\r\n', '\n'),
  ]);
}

describe.skipIf(!isThere)('captured exports of a real iTop', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    const model = await readDataModel(join(captures, 'datamodel-production.excerpt.xml'));
    await storeDataModel(database.pool, model);
  });
  afterAll(() => database.drop());

  const classes = (isThere ? readdirSync(join(captures, 'csv')) : [])
    .filter((name) => /^\w+\.csv$/.test(name) && !name.startsWith('join_'))
    .map((name) => name.replace('.csv', ''));

  it('come into raw by CSV with the ids and values that REST gave', async () => {
    const files = classes.map((name) => join(captures, 'csv', `${name}.csv`));
    const outcome = await readExports(database.pool, files);
    expect(outcome.findings.filter((finding) => finding.severity === 'blocker')).toEqual([]);
    const differences: string[] = [];
    for (const name of classes) {
      const { rows } = await database.pool.query<{ source_id: string; payload: Fields }>(
        'select source_id, payload from raw.latest_object where final_class = $1',
        [name],
      );
      const rest = restObjects(name);
      // Exports leave out what is obsolete (inactive persons, retired devices) unless the account asks to see it.
      const shown = [...rest].filter(([, fields]) => fields.obsolescence_flag !== true).map(([id]) => id);
      expect.soft([name, rows.map((row) => row.source_id).sort()]).toEqual([name, shown.sort()]);
      for (const { source_id, payload } of rows) {
        for (const [attribute, value] of Object.entries(payload)) {
          const said = comparable(rest.get(source_id)?.[attribute]);
          if (JSON.stringify(comparable(value)) !== JSON.stringify(said))
            differences.push(`${name}::${source_id}.${attribute}`);
        }
      }
    }
    // Local times that the spring gap skips: REST moves them an hour on, files hold the stored text. Two logs whose entries
    // are not in order of time are kept whole.
    expect(differences.filter((place) => !place.endsWith('.last_checked')).sort()).toEqual([
      'Incident::359.start_date',
      'Incident::388.start_date',
      'UserRequest::560.public_log',
      'UserRequest::59.start_date',
      'UserRequest::86.public_log',
      'UserRequest::88.start_date',
    ]);
    const { rows: whole } = await database.pool.query(
      `select source_key from ops.log_review where treatment = 'kept whole' order by 1`,
    );
    expect(whole).toEqual([{ source_key: 'Ticket::560' }, { source_key: 'Ticket::86' }]);
    const { rows: secrets } = await database.pool.query(
      `select 1 from raw.object where payload::text like '%s3cr3t%' or payload ?| array['unlock_code', 'secret', 'pin']`,
    );
    expect(secrets).toEqual([]);
  });

  it('are confirmed by XML as a second channel, which writes nothing', async () => {
    const before = await database.pool.query('select count(*) from raw.object');
    const files = readdirSync(join(captures, 'xml'))
      .filter((name) => classes.includes(name.replace('.xml', '')))
      .map((name) => join(captures, 'xml', name));
    const outcome = await readExports(database.pool, files);
    expect(outcome.findings.filter((finding) => finding.severity === 'blocker')).toEqual([]);
    expect((await database.pool.query('select count(*) from raw.object')).rows).toEqual(before.rows);
    const differing = outcome.crossChecks.filter((check) => check.onlyInFile + check.differingObjects > 0);
    expect(differing).toEqual([]);
    // Subsets were exported of these, and what is obsolete is left out of the CSV files only.
    expect(outcome.crossChecks.filter((check) => check.onlyInRaw > 0).map((check) => check.class)).toEqual([
      'Incident',
      'Person',
      'UserRequest',
    ]);
    expect(outcome.crossChecks.length).toBe(files.length);
  });

  it('are refused, each with what to export instead, where they cannot be read back', async () => {
    const files = [
      'UserRequest.xlsx',
      'UserRequest.spreadsheet.html',
      'UserRequest.utf16.csv',
      'UserRequest.semicolon_latin1_frdate.csv',
      'UserRequest.tab_single_quote.csv',
      'join_UserRequest_Person.csv',
    ];
    const outcome = await readExports(
      database.pool,
      files.map((name) => join(captures, 'csv', name)),
      { class: 'UserRequest' },
    );
    // What the objects read before lack is found too.
    const refused = outcome.findings.filter(({ subject }) => files.includes(subject));
    expect(refused.map((finding) => [finding.subject, finding.code])).toEqual(
      files.map((name) => [name, 'file_refused']),
    );
    for (const finding of refused) expect(finding.nextStep).toMatch(/Export|exports\.yaml/);
  });

  it('with labels are understood by the data model file, also where labels collide', async () => {
    const plain = join(captures, 'csv', 'UserRequest.localized_plain.csv');
    const xml = join(captures, 'xml', 'UserRequest.localized_linksets.xml');
    const outcome = await readExports(database.pool, [plain, xml], { isCheckOnly: true, class: 'UserRequest' });
    expect(outcome.findings.filter((finding) => finding.severity === 'blocker')).toEqual([]);
    expect(outcome.files.map((file) => [file.format, file.objects, file.rejected])).toEqual([
      ['csv', 119, 0],
      ['xml', 59, 0],
    ]);
    const { rows } = await database.pool.query<{ attribute: string }>(
      `select distinct attribute from ops.channel_difference
       where difference = 'field differs' and run_id = (select max(run_id) from ops.channel_difference) order by 1`,
    );
    // Without formatted_text=1 HTML comes as text and logs on one line: the values of all other attributes are equal.
    expect(rows.map((row) => row.attribute)).toEqual(['description', 'private_log', 'public_log', 'solution']);
  });
});
