import type { Command } from 'commander';
import { commands } from '../../cli/commands.ts';
import { nodesOf, sources, textsOf } from './source-errors.ts';

/** A command that a text of the program suggests, as words; `x` stands for what the person fills in. */
export interface SuggestedCommand {
  readonly file: string;
  readonly text: string;
  readonly words: readonly string[];
}

const token = /^ ?("[^"]*"|<[^>]*>|[^\s,;:()"]+)/;
const invitation = 'itop-to-intercom ';

/** Every command in the texts of the program. In prose it ends before the first word that belongs to no command line. */
export async function suggestedCommands(): Promise<SuggestedCommand[]> {
  const known = await knownCommands();
  const found = sources().flatMap(({ file, program }) =>
    [...nodesOf(program)]
      .filter(({ type }) => type === 'Literal' || type === 'TemplateLiteral')
      .flatMap((one) => textsOf(one))
      // A text that SQL puts together is whole only there.
      .filter((text) => !text.includes("' ||"))
      .flatMap((text) =>
        [...text.matchAll(/itop-to-intercom (?=[a-z]+(?:[^a-z…]|$))/g)].map(({ index }) =>
          text.slice(index + invitation.length),
        ),
      )
      .map((rest) => ({ file, ...wordsAtStart(rest, known) })),
  );
  return [...new Map(found.map((one) => [`${one.file} ${one.text}`, one])).values()];
}

/**
 * The words of the command that an output names as the next one: the first behind the last "Next". Undefined where it names none.
 */
export async function nextCommand(output: string): Promise<readonly string[] | undefined> {
  const [, next] = /.*Next\b(.*)/s.exec(output)?.[1]?.split(invitation) ?? [];
  if (next === undefined) return undefined;
  return wordsAtStart(next, await knownCommands()).words;
}

async function knownCommands(): Promise<ReadonlyMap<string, Command>> {
  const known = new Map<string, Command>();
  for (const { name, load } of commands) known.set(name, await load());
  return known;
}

function wordsAtStart(text: string, known: ReadonlyMap<string, Command>): Omit<SuggestedCommand, 'file'> {
  const words: string[] = [];
  let command: Command | undefined;
  let argumentsLeft = 0;
  let isValueNext = false;
  let rest = text;
  for (;;) {
    const match = token.exec(rest);
    const raw = match?.[1];
    if (match === null || raw === undefined) break;
    const word = raw.replace(/\.$/, '');
    const child = words.length === 0 ? known.get(word) : words.length === 1 ? childOf(command, word) : undefined;
    if (child !== undefined || words.length === 0) {
      words.push(word);
      command = child;
      argumentsLeft = child?.registeredArguments.length ?? 0;
    } else if (word.startsWith('--')) {
      words.push(word);
      isValueNext = command?.options.find(({ long }) => long === word)?.required === true;
    } else if (isValueNext || (argumentsLeft > 0 && !isProse(word))) {
      words.push(isFilledIn(word) ? 'x' : word);
      if (!isValueNext) argumentsLeft -= 1;
      isValueNext = false;
    } else break;
    rest = rest.slice(match[0].length);
    // The end of a sentence, or of a clause.
    if (raw !== word || /^[,;:()"]/.test(rest)) break;
  }
  // The text goes on with a value that only running it tells.
  if (isValueNext) words.push('x');
  return { text: text.slice(0, text.length - rest.length), words };
}

const childOf = (command: Command | undefined, name: string): Command | undefined =>
  command?.commands.find((one) => one.name() === name);

const isFilledIn = (word: string): boolean => /^["<]|…|^\.\.\.$/.test(word);

/** Words by which a sentence goes on behind a command. */
const isProse = (word: string): boolean =>
  /^(starts|says|says|and|or|then|that|which|wrote|lists|where|into)$/.test(word);
