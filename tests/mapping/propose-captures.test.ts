import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from '../../platform/project-root.ts';
import type { ClassProfile } from '../../transform/mapping/class-profile.ts';
import { formatMapping } from '../../transform/mapping/format-mapping.ts';
import { readKnownMapping } from '../../transform/mapping/known-mapping.ts';
import type { Mapping } from '../../transform/mapping/mapping-schema.ts';
import { profileRaw } from '../../transform/mapping/profile-raw.ts';
import { customObjectCandidates } from '../../transform/mapping/propose-class.ts';
import { proposeMapping } from '../../transform/mapping/propose-mapping.ts';
import { parseMapping } from '../../transform/mapping/read-mapping.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { landCaptures } from '../support/land-captures.ts';
import { type AnswerKey, scoreProposal } from '../support/score-proposal.ts';

const captures = join(projectRoot, '..', 'shared', 'itop', 'rest');
const hasCaptures = existsSync(captures);
if (!hasCaptures && process.env.CI) throw new Error(`The reference captures are missing: nothing at ${captures}`);
if (!hasCaptures) console.warn('Skipped: the reference captures of iTop are not beside this repository.');

const key = parse(readFileSync(join(projectRoot, 'tests/mapping/answer-key.yaml'), 'utf8')) as AnswerKey;

describe.skipIf(!hasCaptures)('the proposal for a real iTop', () => {
  let database: TestDatabase;
  let profiles: ClassProfile[];
  let mapping: Mapping;
  beforeAll(async () => {
    database = await createTestDatabase();
    await landCaptures(database.pool, captures);
    profiles = await profileRaw(database.pool);
    mapping = proposeMapping(profiles, await readKnownMapping(database.pool), {
      customObjects: new Set(customObjectCandidates(profiles)),
      residency: 'eu',
      snoozeUntil: null,
      snoozeSpreadDays: 0,
    });
  });
  afterAll(() => database.drop());

  it('is right in at least 95 of 100 attributes, and 9 of 10 classes, of the key written before it', () => {
    const score = scoreProposal(mapping, key);
    if (process.env.SHOW_MISSES === '1') console.log(JSON.stringify(score, null, 1));
    expect(score.classes.right / score.classes.asked).toBeGreaterThan(0.9);
    expect(score.attributes.right / score.attributes.asked).toBeGreaterThan(0.95);
  });

  it('reads back as what was written, and is the same twice', async () => {
    const text = formatMapping(mapping, profiles);
    if (process.env.SHOW_MAPPING !== undefined) (await import('node:fs')).writeFileSync(process.env.SHOW_MAPPING, text);
    expect(parseMapping(text, 'mapping.yaml').mapping).toEqual(mapping);
    const again = await profileRaw(database.pool);
    expect(formatMapping(mapping, again)).toBe(text);
  });

  it('shows no value of a text as it is, and no secret', () => {
    const text = formatMapping(mapping, profiles);
    for (const secret of ['s3cr3t', 'Ada Berger', 'demo.com', 'Nordlicht']) expect(text).not.toContain(secret);
  });
});
