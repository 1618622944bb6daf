import { Command } from 'commander';
import { type CommonOptions, inContext, withCommonOptions } from './command-context.ts';
import { reconcile } from './pipeline.ts';
import { formatTable, printResult } from './print.ts';

export function reconcileCommand(): Command {
  return withCommonOptions(new Command('reconcile'))
    .description(
      "Adds up what became of every object against iTop's own counts; exit code 1 when anything is unexplained.",
    )
    .addHelpText('after', '\nThe rows behind it: reconcile.disposition, reconcile.verdict, load.outcome.')
    .action((options: CommonOptions) =>
      inContext(options, async (context) => {
        const { counts, verdicts, unexplained } = await reconcile(context);
        const text = [
          formatTable(counts.map((count) => ({ ...count }))),
          '',
          verdicts.length === 0 ? 'No verdicts yet.' : formatTable(verdicts.map((verdict) => ({ ...verdict }))),
          '',
          unexplained.length === 0
            ? 'Green: everything is accounted for.'
            : `Not green:\n${unexplained.map((line) => `  ${line}`).join('\n')}`,
        ];
        printResult(context.isJson, { counts, verdicts, unexplained }, text.join('\n'));
        if (unexplained.length > 0) process.exitCode = 1;
      }),
    );
}
