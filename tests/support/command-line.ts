import { Command } from 'commander';
import { commands } from '../../cli/commands.ts';

/**
 * Lets the command line take the words of a command apart without doing anything; gives the name of the command it reached, and throws
 * where it would refuse the words.
 */
export async function takeApart(words: readonly string[]): Promise<string> {
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
