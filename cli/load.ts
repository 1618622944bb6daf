import { Command, InvalidArgumentError, Option } from 'commander';
import { type CommonOptions, inContext, withCommonOptions } from './command-context.ts';
import { type LoadOptions, load } from './pipeline.ts';
import { formatTable, printResult } from './print.ts';

export function loadCommand(): Command {
  return withCommonOptions(new Command('load'))
    .description(
      'Loads companies, contacts, links and conversations into Intercom. What was loaded is never sent again.',
    )
    .option('--stop-after <n>', 'stop after so many objects', (text) => {
      const value = Number(text);
      if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number above 0.');
      return value;
    })
    .addOption(new Option('--retry <what>', 'also try again what was refused before').choices(['failed']))
    .addHelpText(
      'after',
      `
Kill it at any moment: the same command goes on where it was, and a call whose answer was lost is looked up, never repeated blindly.
Several may run at once. A workspace without a recorded confirmation of mapping and silence is refused (exit code 2).`,
    )
    .action((options: CommonOptions & LoadOptions) =>
      inContext(options, async (context) => {
        const result = await load(context, options);
        const failed = result.phases.reduce((sum, phase) => sum + phase.failed + phase.blocked + phase.uncertain, 0);
        const lines = [
          result.phases.length === 0 ? 'Nothing to load.' : formatTable(result.phases.map((phase) => ({ ...phase }))),
          ...(failed > 0 ? ['What failed, and what to do: select * from load.outcome'] : []),
          result.isStopped ? 'Stopped. Next: itop-to-intercom load' : 'Next: itop-to-intercom reconcile',
        ];
        printResult(context.isJson, result, lines.join('\n'));
        if (failed > 0) process.exitCode = 1;
      }),
    );
}
