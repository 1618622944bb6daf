import { Command } from 'commander';
import { type Acceptance, acceptDifferences } from '../reconcile/accept-differences.ts';
import { type CommonOptions, inContext, withCommonOptions } from './command-context.ts';
import { reconcile, workspaceIdCodeOf } from './pipeline.ts';
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
    )
    .addCommand(acceptCommand());
}

function acceptCommand(): Command {
  return withCommonOptions(new Command('accept'))
    .description(
      'Records that a person accepts failed checks or objects that could not be loaded, so that the gate opens.',
    )
    .requiredOption('--phase <phase>', 'phase the differences belong to, e.g. conversations')
    .requiredOption('--by <name>', 'who accepts them')
    .requiredOption('--reason <why>', 'why they may stay')
    .option(
      '--check <name>',
      "one check, or one class of error (load.outcome.reason_code); otherwise all of the phase's",
    )
    .option('--target-key <key>', 'one object, e.g. Ticket::83')
    .addHelpText(
      'after',
      '\nWhat there is: reconcile.difference, load.outcome. What was accepted: reconcile.accepted_difference.',
    )
    .action((options: CommonOptions & Acceptance) =>
      inContext(options, async (context) => {
        const accepted = await acceptDifferences(context.database.pool, await workspaceIdCodeOf(context), options);
        printResult(
          context.isJson,
          accepted,
          `Accepted by ${options.by}: ${accepted.verdicts} checks, ${accepted.outcomes} objects not loaded. Next: itop-to-intercom load`,
        );
      }),
    );
}
