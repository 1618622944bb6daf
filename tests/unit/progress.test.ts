import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../platform/project-root.ts';
import { fitting } from '../../platform/terminal.ts';
import { runInTerminal } from '../support/terminal.ts';

describe.each([
  { columns: 80, rows: 24 },
  { columns: 200, rows: 50 },
])('progress in a terminal of $columns x $rows', (size) => {
  it('leaves what stood before, one line a step and the whole result', { timeout: 60_000 }, async () => {
    const command = `echo 'the prompt'; '${process.execPath}' tests/support/progress-in-terminal.ts`;
    const { lines, exitCode } = await runInTerminal(command, size, { cwd: projectRoot, env: process.env });
    expect(exitCode).toBe(0);
    expect(lines.slice(0, 2)).toEqual(['the prompt', 'before']);
    expect(lines.slice(-2)).toEqual([`result: /a/path/${'p'.repeat(300)}/end`, 'after']);
    const between = lines.slice(2, -2);
    expect(between.filter((line) => /^ {2}(Class|文W)/.test(line))).toHaveLength(60);
    for (const line of between) expect(line).toMatch(/^ {2}\S+: \d+ of \d+, done in [\d.]+ s$|^in between$/);
    expect(between.filter((line) => line.startsWith('  classes: 60 of 60'))).toHaveLength(1);
    expect(between).toHaveLength(62);
  });
});

it('cuts a line by columns, never in the middle of a character', () => {
  expect(fitting('abcdef', 4)).toBe('abcd');
  expect(fitting('abcd', 4)).toBe('abcd');
  expect(fitting('a文文', 4)).toBe('a文');
  expect(fitting('😀😀', 3)).toBe('😀');
});
