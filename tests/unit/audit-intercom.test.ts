import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditIntercom } from '../../audit/audit-intercom.ts';
import { missingReadiness, requireReadiness } from '../../audit/readiness.ts';
import { setupItems, signSetupItems } from '../../audit/setup-sheet.ts';
import { openIntercom } from '../../intercom/client.ts';
import type { Finding } from '../../platform/findings.ts';
import { type IntercomSimulator, startIntercomSimulator } from '../../rehearsal/intercom-simulator/server.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const token = 'simulated-token';
let database: TestDatabase;
let simulator: IntercomSimulator;

beforeAll(async () => {
  database = await createTestDatabase();
  // What a transform writes: before it the audit does not look at what is to be loaded.
  await database.pool.query(
    `insert into ops.setting (timezone, renderer_version, body_limit, part_limit, marker_wording, attachments_own_part, snooze_spread_days) values ('UTC', 2, 50000, 400, '{ref}', 'note', 1)`,
  );
  simulator = await startIntercomSimulator({
    token,
    idCode: 'w1',
    admins: [{ id: '11', name: 'Ann', email: 'ann@example.com' }],
    switches: { searchLagMs: 0 },
  });
  await fetch(`${simulator.controlUrl}/actions`, {
    method: 'POST',
    body: JSON.stringify([
      { do: 'plant-contact', fields: { role: 'user', email: 'known@one.example' } },
      { do: 'plant-company', fields: { company_id: 'C1', name: 'Somebody else' } },
      { do: 'plant-data-attribute', fields: { name: 'itop_function', model: 'contact', data_type: 'integer' } },
      { do: 'plant-data-attribute', fields: { name: 'itop_code', model: 'company', data_type: 'string' } },
    ]),
  });
  await database.pool.query(`
    insert into intercom.contact (target_key, source_key, raw_version, role, email, name, custom_attributes, payload_hash)
    values ('Contact::1', 'Contact::1', 1, 'user', 'known@one.example', 'Known', '{}', 'x'),
           ('Contact::2', 'Contact::2', 1, 'user', 'new@one.example', 'New', '{}', 'x')`);
  await database.pool.query(`
    insert into intercom.company (target_key, source_key, raw_version, company_id, name, custom_attributes, payload_hash)
    values ('Organization::1', 'Organization::1', 1, 'C1', 'One', '{}', 'x'),
           ('Organization::2', 'Organization::2', 1, 'itop-organization-2', 'Two', '{}', 'x')`);
});
afterAll(async () => {
  await simulator.close();
  await database.drop();
});

async function audit(
  change: Partial<Parameters<typeof auditIntercom>[0]['expectations']> & { readonly token?: string } = {},
): Promise<readonly Finding[]> {
  const { token: other, ...expectations } = change;
  const intercom = openIntercom({ token: other ?? token, region: 'us', baseUrl: simulator.url, timeoutMs: 5_000 });
  try {
    const request = { residency: undefined, plan: undefined, fallbackTeammate: undefined, ...expectations };
    return (await auditIntercom({ intercom, pool: database.pool, expectations: request, signal: undefined })).findings;
  } finally {
    await intercom.close();
  }
}

const of = (findings: readonly Finding[], code: string) => findings.filter((finding) => finding.code === code);

describe('the audit of Intercom', () => {
  it('finds every planned name that exists, and keeps them in SQL', async () => {
    const findings = await audit();
    expect(of(findings, 'intercom_contact_exists')).toMatchObject([
      { severity: 'warning', finding: expect.stringMatching(/^1 planned contact exist already/) },
    ]);
    expect(of(findings, 'intercom_company_id_exists')).toMatchObject([
      { severity: 'blocker', subject: 'Organization::1', finding: expect.stringContaining('Somebody else') },
    ]);
    expect(of(findings, 'intercom_attribute_exists')).toMatchObject([
      { severity: 'blocker', subject: 'contact itop_function', finding: expect.stringContaining('type integer') },
      { severity: 'note', finding: expect.stringMatching(/^1 attribute of the planned/) },
    ]);
    const { rows } = await database.pool.query('select model, target_key from ops.existing_in_target order by model');
    expect(rows).toEqual([
      { model: 'attribute', target_key: 'company_attribute:itop_code' },
      { model: 'company', target_key: 'Organization::1' },
      { model: 'contact', target_key: 'Contact::1' },
    ]);
  });

  it('refuses a planned attribute with the name of one of Intercom, which has no id', async () => {
    const original = (
      await database.pool.query<{ sql: string }>(`select pg_get_viewdef('intercom.attribute'::regclass) as sql`)
    ).rows[0]?.sql.replace(/;\s*$/, '');
    const plan = (name: string) =>
      `create or replace view intercom.attribute as ${original}
       union all select 'contact_attribute:${name}', 'contact', '${name}', 'string', ''`;
    await database.pool.query(plan('phone'));
    expect(of(await audit(), 'intercom_attribute_exists')).toContainEqual(
      expect.objectContaining({
        severity: 'blocker',
        subject: 'contact phone',
        finding: "Intercom's own attribute phone has this name.",
      }),
    );
    await database.pool.query(`create or replace view intercom.attribute as ${original}`);
  });

  it('names teams that distribute conversations and teammates who are away', async () => {
    const busy = await startIntercomSimulator({
      token,
      idCode: 'w2',
      admins: [{ id: '11', name: 'Ann', email: 'ann@example.com', isAway: true }],
      teams: [
        { id: '21', name: 'Network', distribution: 'round_robin' },
        { id: '22', name: 'Servers' },
      ],
    });
    const intercom = openIntercom({ token, region: 'us', baseUrl: busy.url, timeoutMs: 5_000 });
    const expectations = { residency: undefined, plan: undefined, fallbackTeammate: undefined };
    const { findings } = await auditIntercom({ intercom, pool: database.pool, expectations, signal: undefined });
    expect(of(findings, 'intercom_assignment')).toMatchObject([
      { severity: 'warning', finding: expect.stringContaining('themselves: Network (round_robin).') },
      { severity: 'warning', finding: expect.stringContaining('away: Ann (replies are reassigned).') },
    ]);
    expect(of(await audit(), 'intercom_assignment')).toMatchObject([{ severity: 'passed' }]);
    await intercom.close();
    await busy.close();
  });

  it('a decided company id is no blocker', async () => {
    await database.pool.query(
      `insert into ops.decision (kind, key, value, decided_by) values ('company_id', 'Organization::1', 'link', 'Ann')`,
    );
    expect(of(await audit(), 'intercom_company_id_exists')).toMatchObject([{ severity: 'note' }]);
  });

  it('refuses a workspace in another region than wished, and names a fallback teammate who is none', async () => {
    const findings = await audit({ residency: 'eu', fallbackTeammate: 'bob@example.com' });
    expect(of(findings, 'intercom_region')).toMatchObject([
      { severity: 'blocker', finding: expect.stringContaining('shall lie in EU') },
    ]);
    expect(of(findings, 'intercom_fallback_teammate')).toMatchObject([{ severity: 'blocker' }]);
  });

  it('asks for a help center where articles are planned, and tells one that customers see', async () => {
    const turn = (helpCenter: string) =>
      fetch(`${simulator.controlUrl}/switches`, { method: 'POST', body: JSON.stringify({ helpCenter }) });
    expect(of(await audit(), 'intercom_help_center')).toEqual([]);
    await database.pool.query(`
      insert into raw.object (source_key, root_class, final_class, source_id, op, payload, payload_hash, observed_at, run_id, channel, broker, topic, partition_id, generation, offset_no)
      values ('FAQ::1', 'FAQ', 'FAQ', 1, 'upsert', '{"title": "How", "description": "So"}', 'x', now(), 0, 'rest', 'test', 'FAQ', 0, 0, 1)`);
    await database.pool.query(`
      insert into raw.head (source_key, root_class, final_class, version_id, payload_hash, op, seen_at, last_record_hash, last_version_id)
      select source_key, root_class, final_class, version_id, payload_hash, 'upsert', now(), payload_hash, version_id from raw.object where source_key = 'FAQ::1'`);
    expect(of(await audit(), 'intercom_help_center')).toMatchObject([{ severity: 'passed' }]);
    await turn('none');
    expect(of(await audit(), 'intercom_help_center')).toMatchObject([
      { severity: 'blocker', finding: expect.stringContaining('1 article need one') },
    ]);
    await turn('public');
    expect(of(await audit(), 'intercom_help_center')).toMatchObject([{ severity: 'note' }]);
  });

  it('lets a load use an attribute that a rollback of this tool archived, and no other archived one', async () => {
    const archived = async (name: string) => {
      await database.pool.query(`delete from load.withdrawn_identity`);
      const fields = { name, model: 'contact', data_type: 'string' };
      const action = { do: 'plant-data-attribute', fields, archived: true };
      const made = await fetch(`${simulator.controlUrl}/actions`, { method: 'POST', body: JSON.stringify([action]) });
      return ((await made.json()) as { ids: string[] }).ids[0] ?? '';
    };
    const planned = await database.pool.query<{ name: string; target_key: string }>(
      `select name, target_key from intercom.attribute where model = 'contact' and data_type = 'string' and name <> 'itop_function' order by 1 limit 1`,
    );
    const { name = '', target_key: key = '' } = planned.rows[0] ?? {};
    const id = await archived(name);
    const found = async () =>
      of(await audit(), 'intercom_attribute_exists').filter((one) => one.subject === `contact ${name}`);
    expect(await found()).toMatchObject([{ severity: 'blocker', finding: 'It exists but is archived.' }]);
    await database.pool.query(
      `insert into load.withdrawn_identity (workspace_id_code, target_type, target_key, target_id, origin, run_id, recorded_at, plan_id)
       values ('w1', 'attribute', $1, $2, 'created', 1, now(), 1)`,
      [key, id],
    );
    expect(await found()).toMatchObject([{ severity: 'note' }]);
  });

  it('sets the stated plan against what is mapped and what the workspace has', async () => {
    await database.pool.query(
      `update ops.mapping_class set destination = 'custom_object', target_type = 'Box' where class = 'Server'`,
    );
    const planOf = async (plan?: 'essential' | 'expert') => of(await audit({ plan }), 'intercom_plan');
    const missing = expect.stringContaining('Not seen in the workspace: custom objects');
    expect(await planOf('essential')).toMatchObject([{ severity: 'warning', finding: missing }]);
    expect(await planOf('expert')).toMatchObject([{ severity: 'note', finding: missing }]);
    expect(await planOf()).toMatchObject([{ severity: 'warning', finding: expect.stringContaining('Nobody stated') }]);
    const action = { do: 'plant-object-type', fields: { identifier: 'Box', attributes: {} } };
    await fetch(`${simulator.controlUrl}/actions`, { method: 'POST', body: JSON.stringify([action]) });
    expect(await planOf('essential')).toMatchObject([
      { severity: 'passed', finding: expect.stringContaining('The workspace has it') },
    ]);
  });

  it('a refused token is one blocker', async () => {
    expect(await audit({ token: 'wrong' })).toMatchObject([{ code: 'intercom_token', severity: 'blocker' }]);
  });
});

describe('the gate before a load', () => {
  const missingSubjects = async () => (await missingReadiness(database.pool, 'w1', 30)).map(({ subject }) => subject);
  const signature = { workspaceIdCode: 'w1', state: 'done', signedBy: 'Ann', remark: '' } as const;

  it('names all that is missing, with the commands', async () => {
    expect(await missingSubjects()).toEqual(['audit', 'mapping', 'setup', 'silence']);
    await expect(requireReadiness(database.pool, 'w1', 30)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('the set-up sheet is not signed'),
      nextStep: expect.stringContaining('canary send'),
    });
  });

  it('the sheet counts as signed once every item is', async () => {
    await expect(signSetupItems(database.pool, { ...signature, items: ['fun'] })).rejects.toThrow('no item fun');
    await expect(
      signSetupItems(database.pool, { ...signature, items: ['fin'], state: 'not_applicable' }),
    ).rejects.toThrow('needs a reason');
    expect(await signSetupItems(database.pool, { ...signature, items: ['fin'] })).toHaveLength(setupItems.length - 1);
    expect(await missingSubjects()).toContain('setup');
    expect(await signSetupItems(database.pool, { ...signature, items: ['all'] })).toEqual([]);
    expect(await missingSubjects()).toEqual(['audit', 'mapping', 'silence']);
  });

  it('lets sign-offs expire, but not the mapping, which is held by its hash', async () => {
    await database.pool.query('delete from ops.confirmation');
    await database.pool.query(
      `insert into ops.confirmation (workspace_id_code, subject, fingerprint, confirmed_by, confirmed_at)
       select 'w1', subject, 'x', 'Ann', clock_timestamp() - make_interval(days => age)
       from (values ('audit', 31), ('mapping', 300), ('setup', 29), ('silence', 45)) as v (subject, age)`,
    );
    expect(await missingReadiness(database.pool, 'w1', 30)).toEqual([
      { subject: 'audit', ageDays: 31 },
      { subject: 'silence', ageDays: 45 },
    ]);
    await expect(requireReadiness(database.pool, 'w1', 30)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('the sign-off "silence" is 45 days old and holds for 30'),
    });
    await expect(requireReadiness(database.pool, 'w1', 60)).resolves.toBeUndefined();
  });
});
