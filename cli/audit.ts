import { Command } from 'commander';
import { type CommonOptions, inContext, withCommonOptions } from './command-context.ts';
import { audit } from './pipeline.ts';
import { formatFindings, printResult } from './print.ts';

export function auditCommand(): Command {
  return withCommonOptions(new Command('audit'))
    .description(
      'Checks both sides before anything is moved: addresses, logins, rights, counts, time zone. Only reads.',
    )
    .addHelpText(
      'after',
      `
Exit code 1 when something forbids a load. Without Intercom in the configuration only iTop is checked.
The findings stay in ops.finding.`,
    )
    .action((options: CommonOptions) =>
      inContext(options, async (context) => {
        const outcome = await audit(context);
        const next = outcome.isPassed
          ? 'Next: itop-to-intercom extract'
          : 'Not passed. Correct what is marked "blocker", then: itop-to-intercom audit';
        printResult(context.isJson, outcome, `${formatFindings(outcome.findings)}\n\n${next}`);
        if (!outcome.isPassed) process.exitCode = 1;
      }),
    );
}
