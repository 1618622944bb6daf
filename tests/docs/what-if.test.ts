import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../platform/project-root.ts';

const [failures = '', finePrint = ''] = readFileSync(join(projectRoot, 'docs', 'what-if.md'), 'utf8').split(
  '## Fine print',
);
const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
    .map((line) => line.slice(2, -2).split(' | '));

/** Tests that a row names: a file below `tests/`, and words of a test's name. */
const namedTests = (row: readonly string[]): string[][] =>
  [...(row[3] ?? '').matchAll(/`([\w-]+\/[\w-]+): ([^`]+)`/g)].map(([, file = '', words = '']) => [file, words]);

const shared = join(projectRoot, '../shared');
const hasSources = existsSync(shared);
if (!hasSources && process.env.CI) throw new Error(`The sources are missing: nothing at ${shared}`);
if (!hasSources) console.warn('Skipped: the descriptions of both systems are not beside this repository.');

describe('docs/what-if.md', () => {
  it.each(rowsOf(failures).map((row) => [row[0], namedTests(row)] as const))('%s: shown by a test', (_what, tests) => {
    expect(tests.length).toBeGreaterThan(0);
    for (const [file, words = ''] of tests) {
      const titles = titlesIn(readFileSync(join(projectRoot, 'tests', `${file}.test.ts`), 'utf8'));
      expect(
        titles.filter((title) => title.includes(words)),
        `${file}: ${words}`,
      ).toHaveLength(1);
    }
  });

  it('tells each failure that the crash tests make', () => {
    // The judge of the crash tests is tested itself.
    const files = readdirSync(join(projectRoot, 'tests/crash')).filter(
      (file) => /\.test\.ts$/.test(file) && !file.startsWith('judge-'),
    );
    const named = new Set(rowsOf(failures).flatMap((row) => namedTests(row).map(([file]) => file)));
    for (const file of files) expect([...named], file).toContain(`crash/${file.replace('.test.ts', '')}`);
  });

  it.skipIf(!hasSources).each(rowsOf(finePrint).map((row) => [row[0], row[2] ?? ''] as const))(
    '%s: has its source',
    (_limit, source) => {
      const openapi = readFileSync(join(shared, 'intercom/openapi-2.16.yaml'), 'utf8');
      const operations = [...source.matchAll(/`(\w+)`/g)].map(([, name]) => name);
      const sections = [...source.matchAll(/FACTS (iTop|Intercom) ([\d.]+)/g)];
      expect(operations.length + sections.length).toBeGreaterThan(0);
      for (const name of operations) expect(openapi).toMatch(new RegExp(`operationId: ${name}$`, 'm'));
      for (const [, system = '', number = ''] of sections) {
        const facts = readFileSync(join(shared, system.toLowerCase(), 'FACTS.md'), 'utf8');
        expect(facts).toMatch(new RegExp(`^#+ ${number.replace('.', '\\.')}\\.? `, 'm'));
      }
    },
  );
});

/** Names of the tests of a file: texts that are the first argument of a call of `it`. */
function titlesIn(text: string): string[] {
  return [...text.matchAll(/(?:\bit\(|\)\()\s*(['`])((?:(?!\1).)+)\1,/g)].map(([, , title = '']) => title);
}
