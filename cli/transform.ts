import { Command } from 'commander';
import { runTransform, type TransformOutcome } from '../transform/run-transform.ts';
import { type CommonOptions, inContext } from '../workflow/command-context.ts';
import { nextStepOf } from '../workflow/next-step.ts';
import { withCommonOptions } from './common-options.ts';
import { printResult } from './print.ts';

export function transformCommand(): Command {
  return withCommonOptions(new Command('transform'))
    .description('Updates the SQL views, materialised relations and rendered bodies with what was extracted.')
    .addHelpText(
      'after',
      '\nRebuilds only what changed and says why. Look at the result with a SQL client: "itop-to-intercom db url".',
    )
    .action((options: CommonOptions) =>
      inContext(options, 'none', async ({ settings, database, progress, isJson }) => {
        const outcome = await runTransform(database.pool, settings, progress);
        const lines = outcome.refreshes.map((r) => `${r.relation}: ${r.kind} (${r.reason})`);
        const views = outcome.areViewsApplied ? 'Views applied.' : 'Views unchanged.';
        printResult(
          isJson,
          outcome,
          [
            views,
            ...lines,
            `Bodies rendered: ${outcome.renderedBodies}`,
            ...describeSetAside(outcome),
            `Next: ${await nextStepOf(database.pool, settings)}`,
          ].join('\n'),
        );
      }),
    );
}

/** How many records at fault are printed. */
const mostPrinted = 5;

function describeSetAside({ setAside }: TransformOutcome): string[] {
  if (setAside.length === 0) return [];
  const shown = setAside.slice(0, mostPrinted).map(({ sourceKey, reason }) => `  ${sourceKey}: ${reason}`);
  return [
    `Set aside, and pending until somebody corrects them: ${setAside.length}`,
    ...shown,
    ...(setAside.length > mostPrinted ? ['  ...'] : []),
    "All of them: select * from reconcile.record_finding where reason_code = 'set_aside'",
  ];
}
