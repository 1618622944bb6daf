import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditWarehouse } from '../../audit/warehouse/audit-warehouse.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { landObjects } from '../support/land-objects.ts';

/* Landed, not transformed: the audit looks at the records by the rules of staging, and leaves alone what only a transform brings. */
const person = (email: string) => ({ class: 'Person', fields: { name: 'X', email, status: 'active' } });
const organization = (code: string) => ({ class: 'Organization', fields: { name: 'X', code } });

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const findings = async () => {
  const all = await auditWarehouse({ pool: database.pool, snoozeUntil: undefined });
  return new Map(all.map((found) => [found.code, found]));
};

it('says before an extraction that nothing was looked at', async () => {
  expect([...(await findings()).keys()]).toEqual(['data_landed']);
});

it('counts by the rules of staging: addresses that are none are not shared', async () => {
  await landObjects(database.pool, {
    'Contact::1': person('none'),
    'Contact::2': person('none'),
    'Contact::3': person('Ada@acme.example'),
    'Contact::4': person(' ada@acme.example\u200b'),
    'Organization::1': organization('A1'),
    'Organization::2': organization('a1 '),
    'Organization::3': organization(' '),
    'Organization::4': organization(''),
    'Ticket::1': { class: 'UserRequest', fields: { ref: 'R-1', status: 'pending' } },
    'Ticket::2': { class: 'UserRequest', fields: { ref: 'R-2', status: 'invented' } },
  });
  const found = await findings();
  expect(found.get('data_landed')?.finding).toMatch(/^Nothing is transformed yet/);
  expect(found.get('data_shared_address')?.finding).toMatch(/^1 address shared by 2 persons.*: ada@acme\.example\./);
  expect(found.get('data_organization_code')?.finding).toMatch(/^1 code shared by several organizations: a1\./);
  expect(found.get('data_status_undecided')).toMatchObject({
    subject: 'UserRequest.status invented',
    severity: 'blocker',
  });
  expect(found.get('data_pending_needs_snooze')).toMatchObject({ severity: 'blocker' });
  // Behind staging everything is empty until a transform: an empty relation is no good news.
  expect(found.has('data_unusable_value')).toBe(false);
  expect(found.has('data_article_length')).toBe(false);
});
