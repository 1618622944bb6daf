import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { commands } from '../../cli/commands.ts';
import { projectRoot } from '../../platform/project-root.ts';

const read = (...path: string[]): string => readFileSync(join(projectRoot, ...path), 'utf8');
const text = read('docs', 'cutover.md');
const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block]) => (block ?? '').trim().split('\n'));
const inline = [...text.matchAll(/`(itop-to-intercom [^`]+)`/g)].map(([, line]) => line ?? '');

/** The words of a line as a shell gives them. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

/** Lets the command line take the words apart without doing anything; throws where it would refuse them. */
async function takeApart(words: readonly string[]): Promise<string> {
  let reached = '';
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  program.enablePositionalOptions();
  const entry = commands.find((one) => one.name === words[0]);
  if (entry === undefined) throw new Error(`there is no command ${words[0]}`);
  const top = await entry.load();
  for (const command of [top, ...top.commands]) {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
    command.action(() => {
      reached = command.name();
    });
  }
  await program.addCommand(top).parseAsync([...words], { from: 'user' });
  return reached;
}

describe('docs/cutover.md', () => {
  it.each([...new Set([...blocks, ...inline])])('%s is taken by the command line as it is written', async (line) => {
    const [program, ...words] = wordsOf(line);
    expect(program).toBe('itop-to-intercom');
    expect(words).toContain(await takeApart(words));
  });

  it('refuses what the command line does not know', async () => {
    await expect(takeApart(['delta', '--no-such-option'])).rejects.toThrow('unknown option');
    await expect(takeApart(['no-such-command'])).rejects.toThrow('there is no command');
  });

  it('expects only words that the program prints', () => {
    const sources = globSync('cli/*.ts', { cwd: projectRoot })
      .map((file) => read(file))
      .join('\n');
    const expected = text
      .split('\n')
      .filter((line) => /^Expected/.test(line))
      .flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, quoted]) => quoted ?? ''))
      .filter((quoted) => /[.…]/.test(quoted));
    expect(expected.length).toBeGreaterThan(5);
    for (const quoted of expected)
      for (const part of quoted.split(/…|\b0\b|^Delta done in|[,:]/).map((one) => one.trim()))
        expect(sources, quoted).toContain(part);
  });
});
