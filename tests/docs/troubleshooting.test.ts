import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../platform/project-root.ts';
import { takeApart } from '../support/command-line.ts';
import { type SourceError, sourceErrors, systemErrors } from '../support/source-errors.ts';
import { suggestedCommands } from '../support/suggested-commands.ts';

const errors = [...sourceErrors(), ...systemErrors()];

/** Errors whose words are chosen while the program runs: other tests make them. */
const chosenAtRunTime = new Set([
  'audit/readiness.ts',
  'load/engine/prove-first.ts',
  'platform/read-yaml.ts',
  'workflow/required-stage.ts',
]);

describe('errors of the program', () => {
  it('are all seen', () => {
    expect(sourceErrors().length).toBeGreaterThan(120);
    expect(systemErrors().length).toBeGreaterThan(20);
  });

  it('say what happened and what to do next', () => {
    const without = errors.filter(({ message, nextSteps }) => message === '' || nextSteps.length === 0);
    expect(without.map(({ file }) => file).filter((file) => !chosenAtRunTime.has(file))).toEqual([]);
    for (const { file, line, message, nextSteps } of errors) {
      expect(message, `${file}:${line}`).not.toMatch(/^\s|\s$/);
      for (const step of nextSteps) expect(step.trim(), `${file}:${line}`).toMatch(/\w{3}/);
    }
  });

  it('ask nobody to write SQL', () => {
    const asking = errors.filter(({ nextSteps }) => nextSteps.some((step) => /\bselect\b.* from /.test(step)));
    expect(asking.map(({ file, line }) => `${file}:${line}`)).toEqual([]);
  });

  // After a change of an error: npx vitest run tests/docs -u
  it('are what docs/troubleshooting.md lists', async () => {
    await expect(page()).toMatchFileSnapshot(join(projectRoot, 'docs', 'troubleshooting.md'));
  });
});

describe('commands that the program suggests', async () => {
  const suggested = await suggestedCommands();

  it('are found', () => {
    expect(suggested.length).toBeGreaterThan(100);
  });

  it.each(suggested.map(({ file, text, words }) => [text, file, words] as const))(
    '%s (%s)',
    async (_text, _file, words) => {
      // A destination is one of a list.
      const filled = words.map((word, place) =>
        words[0] === 'map' && words[1] === 'set' && place === 3 ? 'handoff' : word,
      );
      if (words.includes('--help')) return;
      expect(words).toContain(await takeApart(filled));
    },
  );
});

function page(): string {
  const byStage = Map.groupBy(
    errors.filter(({ message, nextSteps }) => message !== '' && nextSteps.length > 0),
    ({ stage }) => (stage === '' ? 'any command' : stage),
  );
  const sections = [...byStage]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([stage, all]) => [
      `## ${stage}`,
      '',
      '| What it says | Exit code | What to do |',
      '|---|---|---|',
      ...rowsOf(all),
      '',
    ]);
  return `# Troubleshooting

Every error that the program makes in words, by the stage that it names, as its source says it; \`…\` stands for what is known only
when it happens. Exit code 2: nothing was done, something must be decided or corrected first. Exit code 1: it was begun and did not
succeed. The tables of iTop and Intercom say what an answer of theirs means, by the name of the error.

An error that is not here ends in "This was not expected": run the command again with \`--verbose\` and report what it prints. What
became of a single record: \`itop-to-intercom explain R-000123\`. This page is generated from the sources by
tests/docs/troubleshooting.test.ts.

${sections.join('\n').trim()}
`;
}

function rowsOf(all: readonly SourceError[]): string[] {
  const rows = all.map(({ name, message, exitCode, nextSteps }) => {
    const shown = name === 'RefusedError' || name === 'FailedError' ? message : `**${name}**: ${message}`;
    return `| ${cell(shown)} | ${exitCode} | ${nextSteps.map(sentence).join(' Or: ')} |`;
  });
  return [...new Set(rows)].sort();
}

/** A step may end in a command, which is written without a full stop; the next one begins after it. */
const sentence = (step: string, place: number, all: readonly string[]): string =>
  place === all.length - 1 ? cell(step) : cell(step).replace(/[.]?$/, '.');

const cell = (text: string): string =>
  text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;');
