import { afterAll, beforeAll, expect, it } from 'vitest';
import { readKnownMapping } from '../../transform/mapping/known-mapping.ts';
import { profileRaw } from '../../transform/mapping/profile-raw.ts';
import { customObjectCandidates } from '../../transform/mapping/propose-class.ts';
import { proposeMapping } from '../../transform/mapping/propose-mapping.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { generateSchema } from '../support/generated-schema.ts';
import { landObjects } from '../support/land-objects.ts';
import { scoreProposal } from '../support/score-proposal.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('is right in at least 9 of 10 attributes of classes that no iTop has', async () => {
  const schema = generateSchema(20261124, 20);
  await database.pool.query(
    'insert into ops.itop_class (class, root_class, is_standard) select name, name, false from unnest($1::text[]) as name',
    [schema.classes],
  );
  await landObjects(database.pool, schema.objects);
  const profiles = await profileRaw(database.pool);
  const mapping = proposeMapping(profiles, await readKnownMapping(database.pool), {
    customObjects: new Set(customObjectCandidates(profiles)),
    residency: 'us',
    snoozeUntil: null,
    snoozeSpreadDays: 0,
  });
  const score = scoreProposal(mapping, schema.key);
  if (process.env.SHOW_MISSES === '1') console.log(JSON.stringify(score, null, 1));
  expect(score.classes.misses).toEqual([]);
  expect(score.attributes.right / score.attributes.asked).toBeGreaterThan(0.9);
});
