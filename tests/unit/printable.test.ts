import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { printable, printableJson } from '../../platform/printable.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { programFiles } from '../support/source-errors.ts';

it('shows what would move the cursor, hide or turn around the text behind it', () => {
  expect(printable('Ada\u001b[2J\u001b]0;owned\u0007 \u202eBob\r\u009b31m')).toBe(
    'Ada\\u{1b}[2J\\u{1b}]0;owned\\u{7} \\u{202e}Bob\\u{d}\\u{9b}31m',
  );
});

it('leaves line breaks, tabs and letters of every language', () => {
  const text = 'Zoë\tמרים\n文 😀 👩‍💻';
  expect(printable(text)).toBe(text);
});

it('writes JSON that reads back the same and holds none of them', () => {
  const value = { name: 'Ada\u001b[2J\u009b\u202e' };
  const text = printableJson(value, 2);
  expect(JSON.parse(text)).toEqual(value);
  expect(text).not.toMatch(/[\u001b\u009b\u202e]/);
});

/** Lines of the program that match, outside of one file. */
function linesBeside(file: string, pattern: RegExp): string[] {
  const files = globSync(programFiles, { cwd: projectRoot });
  expect(files.length).toBeGreaterThan(300);
  return files
    .filter((each) => each !== file)
    .flatMap((each) =>
      readFileSync(join(projectRoot, each), 'utf8')
        .split('\n')
        .filter((line) => pattern.test(line))
        .map((line) => `${each}: ${line.trim()}`),
    );
}

it('is the only way to the terminal', () => {
  expect(linesBeside('platform/terminal.ts', /console\.\w+\(|(stdout|stderr)\.write\(/)).toEqual([]);
});

it('has a companion for CSV: formulas are made harmless in one place', () => {
  expect(linesBeside('platform/csv.ts', /\bunparse\(/)).toEqual([]);
});
