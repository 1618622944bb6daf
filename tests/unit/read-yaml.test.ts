import { expect, it } from 'vitest';
import { readYaml } from '../../platform/read-yaml.ts';
import { parseMapping } from '../../transform/mapping/read-mapping.ts';

const source = { name: 'site.yaml', stage: 'configuration', nextStep: 'Correct the file.' };
const messageOf = (text: string): string => {
  try {
    readYaml(text, source);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It was read.');
};

it('names the place of a fault and never the text there', () => {
  const message = messageOf('itop:\n  url: https://itop.example\n  password: "hunter2\n  user: x\n');
  expect(message).toMatch(/^site\.yaml cannot be read: it is not valid YAML in line \d, column \d+/);
  expect(message).not.toContain('hunter2');
  for (const text of ['password: *hunter2', 'password: @hunter2', 'password: !hunter2 [', '{hunter2: 1, hunter2: 2}'])
    expect(messageOf(text)).not.toContain('hunter2');
});

it('refuses aliases that multiply', () => {
  const levels = 'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${`*${'abcdefgh'[i]},`.repeat(9)}]`);
  expect(messageOf(`a: &a [x,x,x,x,x,x,x,x,x]\n${levels.join('\n')}\n`)).toContain('aliases multiply');
});

it('refuses nesting without end', () => {
  expect(messageOf('['.repeat(50_000))).toMatch(/nested too deeply|not valid YAML/);
  expect(() => parseMapping(`${'['.repeat(10_000)}${']'.repeat(10_000)}`, 'mapping.yaml')).toThrow(
    /^The mapping has a fault:\n {2}mapping\.yaml:1: it is nested too deeply/,
  );
  // Each fault of a line once, not once a bracket.
  expect(() => parseMapping('['.repeat(50), 'mapping.yaml')).toThrow(/^The mapping has 2 faults:\n[^\n]*\n[^\n]*$/);
});
