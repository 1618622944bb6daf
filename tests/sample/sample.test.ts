import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { loadSettings } from '../../platform/settings.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { acceptSample, requireAcceptedSample } from '../../transform/sample/accept-sample.ts';
import { coverGreedily } from '../../transform/sample/cover.ts';
import { drawSample } from '../../transform/sample/draw-sample.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import fc from '../support/fast-check.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

const settings = loadSettings({
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
  file: join(projectRoot, 'tests/cases/settings.yaml'),
});
const read = (path: string): Record<string, GivenObject> =>
  JSON.parse(readFileSync(join(projectRoot, 'tests/cases', path), 'utf8')) as Record<string, GivenObject>;

const statuses = ['new', 'assigned', 'pending', 'closed'];

/** Forty tickets alike but for status and priority; one has a pending reason, one a caller nobody knows. */
function tickets(): Record<string, GivenObject> {
  const model = read('k1-attributes-by-mapping/given.json')['Ticket::100'];
  const made: Record<string, GivenObject> = {};
  for (let i = 0; i < 40; i++) {
    made[`Ticket::${200 + i}`] = {
      class: 'UserRequest',
      fields: {
        ...model?.fields,
        ref: `R-000${200 + i}`,
        status: statuses[i % 4],
        priority: String((i % 3) + 1),
        ...(i === 17 ? { pending_reason: 'waiting for a part', last_pending_date: '2024-01-11 10:00:00' } : {}),
        ...(i === 31 ? { caller_id: '0', caller_id_friendlyname: '' } : {}),
      },
    };
  }
  return made;
}

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await landObjects(database.pool, { ...read('world.json'), ...tickets() });
  await runTransform(database.pool, settings, openProgress('silent'));
});
afterEach(() => database.drop());

const sample = async () =>
  (
    await database.pool.query<{ target_key: string; target_type: string; covers: string[] }>(
      'select target_key, target_type, covers from ops.sample order by target_type, position',
    )
  ).rows;

describe('sample', () => {
  it('shows every trait that occurs with few tickets, and brings the people and companies they need', async () => {
    const outcome = await drawSample(database.pool, { tickets: 0, contacts: 0, companies: 0 });
    const rows = await sample();
    const uncovered = await database.pool.query(
      `select distinct feature from reconcile.sample_feature
       except select feature from reconcile.sample_feature f join ops.sample s on s.target_key = f.target_key`,
    );
    expect(uncovered.rows).toEqual([]);
    const chosen = rows.filter((row) => row.target_type === 'conversation').map((row) => row.target_key);
    expect(chosen.length).toBeLessThan(8);
    expect(chosen).toContain('Ticket::217');
    expect(chosen).toContain('Ticket::231');
    expect(rows.flatMap((row) => row.covers)).toEqual(
      expect.arrayContaining([
        'state: snoozed',
        'value: UserRequest.priority = 3',
        'value: UserRequest.status = closed',
        'part: pending_reason as note',
        'caller: placeholder',
      ]),
    );
    expect(new Set(rows.flatMap((row) => row.covers)).size).toBe(outcome.features);
    const missing = await database.pool.query(
      `select c.target_key from intercom.conversation c join ops.sample s on s.target_key = c.target_key
       where c.contact_key not in (select target_key from ops.sample) or c.company_key not in (select target_key from ops.sample)`,
    );
    expect(missing.rows).toEqual([]);
  });

  it('covers changes, custom objects with each of their values, and articles', async () => {
    await database.pool.query(
      `${readFileSync(join(projectRoot, 'tests/cases/f2-f3-custom-objects/mapping.sql'), 'utf8')};
       insert into ops.mapping_attribute (class, attribute, home, target_model, target_name, data_type, rule) values
         ('NormalChange', 'status', 'attribute', 'custom_object', 'status', 'string', 'F2')`,
    );
    const faq = (words: number): GivenObject => ({
      class: 'FAQ',
      fields: { title: 'How', summary: '', description: 'word '.repeat(words), category_id: '0', category_name: '' },
    });
    await landObjects(database.pool, {
      ...read('f2-f3-custom-objects/given.json'),
      'FAQ::1': faq(3),
      'FAQ::2': faq(4),
      'FAQ::3': faq(600),
    });
    await runTransform(database.pool, settings, openProgress('silent'));
    await drawSample(database.pool, { tickets: 0, contacts: 0, companies: 0 });
    const rows = (await sample()).filter((row) => ['article', 'custom_object_instance'].includes(row.target_type));
    expect(rows.flatMap((row) => row.covers)).toEqual(
      expect.arrayContaining([
        'article: short',
        'article: long',
        'object: Change',
        'attribute: NormalChange.fallback',
        'value: NormalChange.status = approved',
      ]),
    );
    expect(rows.filter((row) => row.target_type === 'article')).toHaveLength(2);
    expect(rows.map((row) => row.target_key)).toContain('Ticket::461');
  });

  it('fills up to the size asked for, and is the same twice', async () => {
    const outcome = await drawSample(database.pool, { tickets: 20, contacts: 3, companies: 2 });
    expect(outcome.objects.conversation).toBe(20);
    const first = await sample();
    await drawSample(database.pool, { tickets: 20, contacts: 3, companies: 2 });
    expect(await sample()).toEqual(first);
  });

  it('is accepted by a named person for the mapping he saw, or waived with a reason', async () => {
    await expect(acceptSample(database.pool, { acceptedBy: 'Ada', lookedAt: [] })).rejects.toThrow(/no sample/);
    await expect(requireAcceptedSample(database.pool)).rejects.toThrow(/Nobody looked/);
    await drawSample(database.pool, { tickets: 5, contacts: 0, companies: 0 });
    await expect(acceptSample(database.pool, { acceptedBy: 'Ada', lookedAt: ['Ticket::1'] })).rejects.toThrow(
      /Not in the sample: Ticket::1/,
    );
    await acceptSample(database.pool, { acceptedBy: 'Ada', lookedAt: ['Ticket::217'] });
    await expect(requireAcceptedSample(database.pool)).resolves.toBeUndefined();
    await database.pool.query(
      `update ops.mapping_enum_value set target_value = 'urgent' where value = '1' and attribute = 'priority'`,
    );
    await expect(requireAcceptedSample(database.pool)).rejects.toThrow(/mapping changed/);
    await acceptSample(database.pool, { acceptedBy: 'Ada', lookedAt: [], waiverReason: 'second attempt' });
    await expect(requireAcceptedSample(database.pool)).resolves.toBeUndefined();
  });
});

describe('greedy cover', () => {
  it('shows all that any object shows, each object for something no other before it showed', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 6 }), { maxLength: 12 }), (lists) => {
        const shown = new Map(lists.map((list, i) => [`k${i}`, new Set(list.map(String))]));
        const chosen = coverGreedily(shown);
        const all = new Set(lists.flat().map(String));
        const covered = chosen.flatMap(({ covers }) => covers);
        expect(new Set(covered)).toEqual(all);
        expect(covered.length).toBe(all.size);
        expect(chosen.every(({ covers }) => covers.length > 0)).toBe(true);
      }),
    );
  });
});
