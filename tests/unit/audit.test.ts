import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLanguage } from '../../audit/itop-language.ts';
import { type AuditOutcome, runAudit } from '../../audit/run-audit.ts';
import { openItop } from '../../itop/client.ts';
import type { Finding } from '../../platform/findings.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { itopSettings } from '../support/itop-settings.ts';
import { startTestItop, type TestItop } from '../support/itop-simulator.ts';

let database: TestDatabase;
let itop: TestItop;

beforeAll(async () => {
  [database, itop] = await Promise.all([createTestDatabase(), startTestItop({ generator: { tickets: 20, seed: 3 } })]);
});
afterAll(async () => {
  await itop.close();
  await database.drop();
});

function audit(
  user: string,
  change: { readonly url?: string; readonly password?: string; readonly timezone?: string } = {},
) {
  return runAudit({ itop: itopSettings(itop, { user, ...change }), pool: database.pool });
}

function found(outcome: AuditOutcome, code: string, subject = 'iTop'): Finding | undefined {
  return outcome.findings.find((finding) => finding.code === code && finding.subject === subject);
}

describe('the audit of iTop', () => {
  it('says that iTop was not asked where there are files alone', async () => {
    const outcome = await runAudit({ pool: database.pool });
    expect(found(outcome, 'itop_not_asked')?.severity).toBe('warning');
    expect(outcome.findings.filter((finding) => finding.subject === 'iTop')).toHaveLength(1);
  });

  it('passes for an administrator with the REST profile, and stores what it found', async () => {
    const outcome = await audit('admin');
    expect(outcome.findings.filter((finding) => finding.severity === 'blocker')).toEqual([]);
    expect(outcome.isPassed).toBe(true);
    expect(found(outcome, 'itop_class_readable', 'UserRequest')?.finding).toBe('20 objects.');
    expect(found(outcome, 'itop_account_unrestricted')?.severity).toBe('passed');
    const stored = await database.pool.query(
      `select count(*)::integer as count from ops.finding where stage = 'audit'`,
    );
    expect(stored.rows[0]).toEqual({ count: outcome.findings.length });
  });

  it('counts classes that no list names, and says of those not read why', async () => {
    const outcome = await audit('admin');
    expect(found(outcome, 'itop_class_readable', 'CustomAsset')?.finding).toBe('10 objects.');
    expect(found(outcome, 'itop_class_readable', 'Software')?.severity).toBe('passed');
    expect(found(outcome, 'itop_class_readable', 'CMDBChangeOp')?.finding).toMatch(
      /^[\d,]+ objects, not read: history of changes/,
    );
  });

  it('asks for an English account, by its entry or by what a ticket says', async () => {
    expect(found(await audit('admin'), 'itop_language')?.severity).toBe('passed');
    const french = await startTestItop({ generator: { tickets: 20, seed: 3 }, language: 'FR FR' });
    try {
      const outcome = await runAudit({ itop: itopSettings(french), pool: database.pool });
      expect(found(outcome, 'itop_language')).toMatchObject({
        severity: 'blocker',
        finding: expect.stringContaining('FR FR'),
      });
      // With a token the entry of the account may not be found.
      const { url, password } = french;
      const itop = openItop({ url, login: { mode: 'form', user: 'admin', password }, timeoutMs: 5_000 });
      expect(await checkLanguage(itop, database.pool, 'somebody else')).toMatchObject([{ severity: 'blocker' }]);
      await itop.close();
    } finally {
      await french.close();
    }
  });

  it('says that a version is not a final release', async () => {
    expect(found(await audit('admin'), 'itop_version')).toMatchObject({
      severity: 'warning',
      finding: expect.stringMatching(/^High risk: iTop 3\.2\.\S* is not a final release\.$/),
    });
  });

  it('stops at a wrong password', async () => {
    const outcome = await audit('admin', { password: 'wrong' });
    expect(outcome.findings.map((finding) => finding.code)).toEqual(['itop_login', 'data_landed']);
    expect(found(outcome, 'itop_login')).toMatchObject({
      severity: 'blocker',
      finding: expect.stringContaining('Invalid login'),
      nextStep: expect.stringContaining('ITOP_PASSWORD'),
    });
  });

  it('names the missing REST profile', async () => {
    expect(found(await audit('norest'), 'itop_login')).toMatchObject({
      severity: 'blocker',
      nextStep: expect.stringContaining('REST Services User'),
    });
  });

  it('names each class that the account may not read, and goes on', async () => {
    const outcome = await audit('agent.rest');
    expect(found(outcome, 'itop_class_readable', 'UserLocal')?.severity).toBe('blocker');
    expect(found(outcome, 'itop_class_readable', 'Person')?.severity).toBe('passed');
    expect(found(outcome, 'itop_account_unrestricted')?.severity).toBe('warning');
    // Each refusal is a line of its own that says what it means; what is not needed anyway is none.
    expect(found(outcome, 'itop_class_readable', 'InlineImage')?.finding).toContain(
      'pictures pasted into texts stay behind',
    );
    expect(found(outcome, 'itop_class_readable', 'CMDBChangeOpSetAttributeScalar')?.severity).not.toBe('blocker');
    expect(found(outcome, 'itop_class_readable', 'EventNotificationEmail')?.severity).not.toBe('blocker');
    expect(outcome.isPassed).toBe(false);
  });

  it('lists changes and problems by the class tree, each object once', async () => {
    await itop.control('/objects', [
      { action: 'insert', class: 'NormalChange', id: 990_001, fields: { title: 'Swap', org_id: '1', status: 'new' } },
    ]);
    const outcome = await audit('admin');
    const changes = outcome.findings.filter(({ code }) => code === 'itop_changes_and_problems');
    expect(changes.map(({ subject, finding }) => `${subject}: ${finding}`)).toEqual([
      'NormalChange: 1 object; decided: handoff.',
      expect.stringMatching(/^Problem: \d+ objects?; decided: handoff\.$/),
    ]);
  });

  it('finds a time zone that would put changes into the future', async () => {
    await itop.control('/objects', [
      { action: 'patch', class: 'UserRequest', id: 1, fields: { title: 'changed now' } },
    ]);
    expect(found(await audit('admin', { timezone: 'America/New_York' }), 'itop_timezone')).toMatchObject({
      severity: 'blocker',
      finding: expect.stringContaining('changed in the future'),
    });
    expect(found(await audit('admin', { timezone: 'Europe/Paris' }), 'itop_timezone')?.severity).toBe('passed');
  });

  it('reports an iTop that is not there', async () => {
    const outcome = await audit('admin', { url: 'http://127.0.0.1:9/' });
    expect(found(outcome, 'itop_login')).toMatchObject({
      severity: 'blocker',
      finding: expect.stringContaining('ECONNREFUSED'),
      nextStep: expect.stringContaining('ITOP_URL'),
    });
  });
});
