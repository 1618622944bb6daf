import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { auditWarehouse } from '../../audit/warehouse/audit-warehouse.ts';
import { openProgress } from '../../platform/progress.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { loadSettings } from '../../platform/settings.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const read = (...path: string[]) =>
  JSON.parse(readFileSync(join(projectRoot, 'tests', 'cases', ...path), 'utf8')) as Record<string, GivenObject>;

/** Tickets of a case beside those of another. */
const renumbered = (objects: Record<string, GivenObject>, by: number) =>
  Object.fromEntries(
    Object.entries(objects).map(([key, object]) => [key.replace(/\d+$/, (id) => String(Number(id) + by)), object]),
  );

it('names each value that could not be taken, with its record, field, reason and next step', async () => {
  await landObjects(database.pool, {
    ...read('world.json'),
    ...read('t1-dates-that-cannot-be', 'given.json'),
    ...renumbered(read('t3-autumn-hour-of-a-single-date', 'given.json'), 200),
    'Ticket::200': read('t8-markup-that-cannot-be-laid-out', 'given.json')['Ticket::100'] as GivenObject,
  });
  const settings = loadSettings({
    environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
    file: join(projectRoot, 'tests', 'cases', 'settings.yaml'),
  });
  await runTransform(database.pool, settings, openProgress('silent'));
  const { rows } = await database.pool.query<Record<string, string>>(
    `select source_key || ' ' || field || ' ' || reason_code as found, class, value, reason, next_step
     from reconcile.record_finding order by 1`,
  );
  expect(rows.map((row) => row.found)).toEqual([
    'Ticket::100 public_log/1 in_the_future',
    'Ticket::100 start_date before_1970',
    'Ticket::102 public_log/1 no_date',
    'Ticket::102 public_log/2 no_date',
    'Ticket::200 description no_layout',
    'Ticket::300 private_log/1 either_hour',
    'Ticket::300 resolution_date either_hour',
    'Ticket::301 private_log/1 either_hour',
  ]);
  for (const row of rows) {
    expect(row.class).toBe('UserRequest');
    for (const column of ['value', 'reason', 'next_step']) expect(row[column]).not.toBe('');
  }
  const audited = (await auditWarehouse({ pool: database.pool, snoozeUntil: undefined })).filter((finding) =>
    finding.code.startsWith('data_unusable_value'),
  );
  expect(audited.map(({ code, subject }) => `${code} ${subject}`)).toEqual([
    'data_unusable_value:before_1970 UserRequest',
    'data_unusable_value:either_hour UserRequest',
    'data_unusable_value:in_the_future UserRequest',
    'data_unusable_value:no_date UserRequest',
    'data_unusable_value:no_layout UserRequest',
  ]);
  expect(audited[0]?.finding).toContain('Ticket::100 start_date');
});

it('lists what a merge of persons leaves out, and an address and an organization that iTop emptied after the load', async () => {
  const world = read('world.json');
  const person = (key: string, fields: Record<string, string>): Record<string, GivenObject> => ({
    [key]: { class: 'Person', fields: { ...world['Contact::10']?.fields, ...fields } },
  });
  const land = async (objects: Record<string, GivenObject>) => {
    await landObjects(database.pool, { ...world, ...objects });
    const settings = loadSettings({
      environment: {
        ITOP_URL: 'http://itop.example',
        ITOP_USER: 'u',
        ITOP_PASSWORD: 'p',
        ITOP_TIMEZONE: 'Europe/Paris',
      },
      file: join(projectRoot, 'tests', 'cases', 'settings.yaml'),
    });
    await runTransform(database.pool, settings, openProgress('silent'));
  };
  const found = async () =>
    (
      await database.pool.query<{ line: string }>(
        `select concat_ws(' ', source_key, field, value, reason_code, reason) as line from reconcile.record_finding order by 1`,
      )
    ).rows.map((row) => row.line);
  await database.pool.query(
    `insert into ops.mapping_attribute (class, attribute, home, target_model, target_name, data_type, rule)
     values ('Person', 'crm_ref', 'attribute', 'contact', 'crm_ref', 'string', 'P1')`,
  );
  await land({
    ...person('Contact::10', { mobile_phone: '1' }),
    ...person('Contact::140', { mobile_phone: '1', crm_ref: 'CRM-7', phone: '555' }),
  });
  expect(await found()).toEqual([
    'Contact::140 crm_ref CRM-7 lost_by_merge the person is merged into Contact::10, who has none',
    'Contact::140 phone 555 lost_by_merge the person is merged into Contact::10, who has none',
  ]);

  const { pool } = database;
  await pool.query(
    `insert into load.workspace (workspace_id_code, name, base_url, token_admin_id) values ('w', 'W', 'http://w.example', '1')`,
  );
  await pool.query(
    `insert into load.identity (workspace_id_code, target_type, target_key, target_id, origin, run_id)
     select 'w', 'contact', 'Contact::11', 'c-11', 'created', min(run_id) from ops.run`,
  );
  await pool.query(
    `insert into load.representation (workspace_id_code, target_type, target_key, last_applied, observed)
     values ('w', 'contact', 'Contact::11', '{}', '{"email": "ben@acme.example"}')`,
  );
  const ticket = read('t8-markup-that-cannot-be-laid-out', 'given.json')['Ticket::100'] as GivenObject;
  await pool.query(
    `insert into load.identity (workspace_id_code, target_type, target_key, target_id, origin, run_id)
     select 'w', 'conversation', 'Ticket::100', '77', 'created', min(run_id) from ops.run`,
  );
  await pool.query(
    `insert into load.representation (workspace_id_code, target_type, target_key, last_applied, observed)
     values ('w', 'conversation', 'Ticket::100', '{"company": "Organization::1"}', '{}')`,
  );
  await land({
    'Contact::11': { class: 'Person', fields: { ...world['Contact::11']?.fields, email: '' } },
    'Ticket::100': { ...ticket, fields: { ...ticket.fields, org_id: '0' } },
  });
  expect((await found()).filter((line) => line.includes('emptied'))).toEqual([
    'Contact::11 email ben@acme.example address_emptied iTop holds no address any more; contact c-11 in Intercom keeps the one it was loaded with',
    'Ticket::100 org_id Organization::1 organization_emptied iTop names no organization that moves any more; conversation 77 in Intercom keeps its company, which cannot be taken away',
  ]);
});
