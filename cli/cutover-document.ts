import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../platform/project-root.ts';

/** A command of docs/cutover.md, as it stands there. */
export interface CutoverCommand {
  readonly line: string;
  /** Its words as a shell gives them, without the program's name. */
  readonly words: readonly string[];
  /** Lines it prints when all is well; `…` stands for any text. */
  readonly expected: readonly string[];
}

/** A section of docs/cutover.md that has commands. */
export interface CutoverStep {
  readonly title: string;
  readonly commands: readonly CutoverCommand[];
}

/** The steps of docs/cutover.md: what a rehearsal runs is read from what an operator reads. */
export function readCutover(): CutoverStep[] {
  const text = readFileSync(join(projectRoot, 'docs', 'cutover.md'), 'utf8');
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => ({ title: section.slice(0, section.indexOf('\n')), commands: commandsOf(section) }))
    .filter(({ commands }) => commands.length > 0);
}

function commandsOf(section: string): CutoverCommand[] {
  const commands: (CutoverCommand & { expected: string[] })[] = [];
  for (const [, block = ''] of section.matchAll(/^```sh\n(.*?)^```/gms)) {
    for (const line of block.trim().split('\n')) {
      if (line.startsWith('# ')) commands.at(-1)?.expected.push(line.slice(2));
      else commands.push({ line, words: wordsOf(line).slice(1), expected: [] });
    }
  }
  return commands;
}

/** The words of a line as a shell gives them. */
export function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

/** The first line of an output that is as expected; undefined where there is none. */
export function findExpected(output: string, expected: string): string | undefined {
  const parts = expected.split('…').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&').trim());
  return new RegExp(`^.*${parts.join('.*')}.*$`, 'm').exec(output)?.[0].trim();
}
