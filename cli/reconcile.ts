import { Command, InvalidArgumentError, Option } from 'commander';
import { type Acceptance, acceptDifferences } from '../reconcile/accept-differences.ts';
import type { ReadBackLevel, ReadBackResult } from '../reconcile/read-back/run-read-back.ts';
import { sentenceOf } from '../reconcile/unexplained.ts';
import { type CommonOptions, inContext } from '../workflow/command-context.ts';
import { reconcile, workspaceIdCodeOf } from '../workflow/pipeline.ts';
import { readBackWorkspace } from '../workflow/read-back-workspace.ts';
import { withCommonOptions } from './common-options.ts';
import { summarizeCounts, summarizeVerdicts } from './count-summary.ts';
import { formatTable, printResult } from './print.ts';

interface ReconcileOptions extends CommonOptions {
  readonly level: ReadBackLevel | 'books';
  readonly maxCalls: number;
  readonly classes?: boolean;
}

export function reconcileCommand(): Command {
  return withCommonOptions(new Command('reconcile').enablePositionalOptions())
    .description(
      "Adds up what became of every object against iTop's own counts; exit code 1 when anything is unexplained.",
    )
    .addHelpText(
      'after',
      '\nWhat keeps it from being green: reconcile.unexplained. The rows behind it: reconcile.disposition, reconcile.verdict, load.outcome.',
    )
    .addOption(
      new Option(
        '--level <level>',
        'read the workspace back first: counts by its lists, facts also fields and links, full also every conversation afresh; books reads nothing but what lost calls may have made',
      )
        .choices(['books', 'counts', 'facts', 'full'])
        .default('counts'),
    )
    .option(
      '--max-calls <n>',
      'most fresh reads of one "full" read-back; the next one goes on with the rest',
      wholeNumber,
      1_000_000,
    )
    .option('--classes', 'also the table of every class, and of every check')
    .action((options: ReconcileOptions) =>
      inContext(options, 'transform', async (context) => {
        const { level, maxCalls } = options;
        const readBack = level === 'books' ? undefined : await readBackWorkspace(context, level, maxCalls);
        const { counts, verdicts, unexplained } = await reconcile(context);
        const text = [
          ...(readBack === undefined ? [] : [describeReadBack(readBack), '']),
          ...(options.classes === true
            ? [
                formatTable(counts.map((count) => ({ ...count }))),
                '',
                formatTable(verdicts.map((verdict) => ({ ...verdict }))),
                '',
              ]
            : []),
          summarizeCounts(counts),
          '',
          summarizeVerdicts(verdicts),
          ...(options.classes === true ? [] : ['Class by class: itop-to-intercom reconcile --level books --classes']),
          '',
          unexplained.length === 0
            ? 'Green: everything is accounted for.'
            : `Not green:\n${unexplained.map((row) => `  ${sentenceOf(row)}`).join('\n')}`,
        ];
        printResult(context.isJson, { counts, verdicts, unexplained, readBack }, text.join('\n'));
        if (unexplained.length > 0) process.exitCode = 1;
      }),
    )
    .addCommand(acceptCommand());
}

function describeReadBack({ level, read, unread, foreign }: ReadBackResult): string {
  const others = foreign.map((row) => `${row.count} of kind ${row.object_type}`).join(', ');
  return [
    `Read back (${level}): ${read} conversations afresh${unread === 0 ? '' : `, ${unread} left out by --max-calls`}.`,
    `Not written by this tool: ${others === '' ? 'nothing' : others}.`,
  ].join(' ');
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number above 0.');
  return value;
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
      inContext(options, 'transform', async (context) => {
        const accepted = await acceptDifferences(context.database.pool, await workspaceIdCodeOf(context), options);
        printResult(
          context.isJson,
          accepted,
          `Accepted by ${options.by}: ${accepted.verdicts} checks, ${accepted.outcomes} objects not loaded. Next: itop-to-intercom load`,
        );
      }),
    );
}
