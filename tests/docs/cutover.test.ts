import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findExpected, readCutover, wordsOf } from '../../cli/cutover-document.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { takeApart } from '../support/command-line.ts';

const text = readFileSync(join(projectRoot, 'docs', 'cutover.md'), 'utf8');
const steps = readCutover();
const commandsOfSteps = steps.flatMap((step) => step.commands);
const inline = [...text.matchAll(/`(itop-to-intercom [^`]+)`/g)].map(([, line]) => line ?? '');

describe('docs/cutover.md', () => {
  it.each([...new Set([...commandsOfSteps.map(({ line }) => line), ...inline])])(
    '%s is taken by the command line as it is written',
    async (line) => {
      const [program, ...words] = wordsOf(line);
      expect(program).toBe('itop-to-intercom');
      expect(words).toContain(await takeApart(words));
    },
  );

  it('refuses what the command line does not know', async () => {
    await expect(takeApart(['delta', '--no-such-option'])).rejects.toThrow('unknown option');
    await expect(takeApart(['no-such-command'])).rejects.toThrow('there is no command');
  });

  it('is read whole: every line of a block is a command or what it prints', () => {
    const lines = [...text.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block]) => (block ?? '').trim().split('\n'));
    expect(commandsOfSteps.flatMap(({ line, expected }) => [line, ...expected.map((one) => `# ${one}`)])).toEqual(
      lines,
    );
    expect(steps.length).toBeGreaterThan(7);
  });

  it('finds an expected line with any text for each ellipsis, and no other', () => {
    const output = 'a\n  Delta done in 3 s: 0 failed.\nb';
    expect(findExpected(output, 'Delta done in …: 0 failed.')).toBe('Delta done in 3 s: 0 failed.');
    expect(findExpected(output, 'Delta done in …: 1 failed')).toBeUndefined();
    expect(findExpected(output, 'Delta done … b')).toBeUndefined();
  });
});
