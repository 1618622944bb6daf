import { Command, InvalidArgumentError, Option } from 'commander';
import { acceptCommand as acceptCommandOf } from '../platform/accept-command.ts';
import { type Acceptance, acceptDifferences } from '../reconcile/accept-differences.ts';
import { type ChangedSince, type FailedSince, readChangedSince } from '../reconcile/changed-since.ts';
import { checkWords } from '../reconcile/page-words.ts';
import type { ReadBackLevel, ReadBackResult } from '../reconcile/read-back/run-read-back.ts';
import { sentenceOf } from '../reconcile/unexplained.ts';
import { readWaysOut } from '../reconcile/ways-out.ts';
import { type CommonOptions, inContext } from '../workflow/command-context.ts';
import { workspaceIdCodeOf } from '../workflow/in-run.ts';
import { nextStepOf } from '../workflow/next-step.ts';
import { reconcile } from '../workflow/pipeline.ts';
import { readBackWorkspace } from '../workflow/read-back-workspace.ts';
import { withCommonOptions } from './common-options.ts';
import { summarizeCounts, summarizeVerdicts } from './count-summary.ts';
import { formatTable, printResult } from './print.ts';

interface ReconcileOptions extends CommonOptions {
  readonly level: ReadBackLevel | 'books';
  readonly maxCalls: number;
  readonly classes?: boolean;
  readonly since?: Date;
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
        'how much of the workspace to read back first: counts (its lists), facts (also fields and links), full (also every conversation), books (only what lost calls may have created)',
      )
        .choices(['books', 'counts', 'facts', 'full'])
        .default('counts'),
    )
    .option(
      '--max-calls <n>',
      'most conversations that one "full" read-back reads; the next one continues with the rest',
      wholeNumber,
      1_000_000,
    )
    .option(
      '--since <time>',
      'also what people did in Intercom since: hours or days back (24h, 3d), or a time with its zone',
      moment,
    )
    .option('--classes', 'also the table of every class, and of every check')
    .action((options: ReconcileOptions) =>
      inContext(options, 'transform', async (context) => {
        const { level, maxCalls } = options;
        const { pool } = context.database;
        const readBack = level === 'books' ? undefined : await readBackWorkspace(context, level, maxCalls);
        const { counts, verdicts, unexplained } = await reconcile(context);
        const changed =
          options.since === undefined
            ? undefined
            : await readChangedSince(pool, {
                workspaceIdCode: await workspaceIdCodeOf(context),
                since: options.since,
              });
        const text = [
          ...(changed === undefined || options.since === undefined
            ? []
            : [...describeChanged(changed, options.since), '']),
          ...(readBack === undefined ? [] : [describeReadBack(readBack), '']),
          ...(options.classes === true
            ? [
                formatTable(
                  counts.map((count) => ({ ...count })),
                  { whole: ['class'] },
                ),
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
            ? `Green: everything is accounted for.\nNext: ${changed === undefined ? await nextStepOf(pool, context.settings) : 'the same tomorrow; after the last day: itop-to-intercom report'}`
            : `Not green:\n${unexplained.map((row) => `  ${sentenceOf(row)}`).join('\n')}
Next: mend the cause, then itop-to-intercom load --retry failed; or record why it may stay, one by one.
${(await readWaysOut(pool, { workspaceIdCode: await workspaceIdCodeOf(context) })).map((line) => `  ${line}`).join('\n')}`.trimEnd(),
        ];
        printResult(context.isJson, { counts, verdicts, unexplained, readBack, changed }, text.join('\n'));
        if (unexplained.length > 0) process.exitCode = 1;
      }),
    )
    .addCommand(acceptCommand());
}

function describeReadBack({ level, read, unread, foreign }: ReadBackResult): string {
  const others = foreign.map((row) => `${row.count} of kind ${row.object_type.replaceAll('_', ' ')}`).join(', ');
  return [
    `Read back (${level}): ${read} conversations${unread === 0 ? '' : `, ${unread} left out by --max-calls`}.`,
    `Not written by this tool: ${others === '' ? 'nothing' : others}.`,
  ].join(' ');
}

/** Most objects of one kind that are named; all of them are in the JSON. */
const mostNamed = 20;

function describeChanged({ touched, foreign, failed }: ChangedSince, since: Date): string[] {
  const more = (all: readonly unknown[]): string[] =>
    all.length > mostNamed ? [`  and ${all.length - mostNamed} more: the same with --json`] : [];
  return [
    `In Intercom since ${since.toISOString()}:`,
    touched.length === 0
      ? 'Nobody wrote in a conversation that was moved, or changed one.'
      : `People wrote in ${touched.length} of the conversations that were moved, or changed them. That is theirs: nothing is to be done.`,
    ...touched.slice(0, mostNamed).map(({ ref, what }) => `  ${ref}: ${what}`),
    ...more(touched),
    foreign.length === 0
      ? 'Nothing came that is not from iTop.'
      : `Not from iTop: ${foreign.map(({ objectType, count }) => `${count} of kind ${objectType.replaceAll('_', ' ')}`).join(', ')}.`,
    ...(failed.length === 0
      ? ['Nothing that was moved is missing or damaged.']
      : [
          `${failed.length} checks fail. Mend what they name in Intercom, or accept it with the reason:`,
          ...failed.slice(0, mostNamed).flatMap(describeFailed),
          ...more(failed),
        ]),
  ];
}

function describeFailed({ phase, targetKey, ref, check, expected, actual }: FailedSince): string[] {
  const how =
    expected === null && actual === null ? '' : `: expected ${expected ?? 'nothing'}, found ${actual ?? 'nothing'}`;
  return [`  ${ref}: not so: ${checkWords(check)}${how}`, `    Next: ${acceptCommandOf({ phase, check, targetKey })}`];
}

/** A moment so far back, or the one that is given. */
function moment(text: string): Date {
  const [, amount, unit] = /^(\d+)([hd])$/.exec(text) ?? [];
  const at =
    amount === undefined
      ? new Date(text)
      : new Date(Date.now() - Number(amount) * (unit === 'h' ? 3_600_000 : 86_400_000));
  if (Number.isNaN(at.getTime()) || (amount === undefined && !/(Z|[+-]\d{2}:\d{2})$/.test(text)))
    throw new InvalidArgumentError(
      'It must be hours or days, such as 24h or 3d, or a time with its zone, such as 2027-01-04T08:00:00Z.',
    );
  return at;
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
    .option('--target-key <key>', 'one object, e.g. Ticket::83; otherwise all that fail now')
    .addHelpText(
      'after',
      `
What matches now is accepted, each as it is now. It counts again once its object changes in iTop or it fails in another way; what
fails later is never accepted by it.

What there is: reconcile.difference, load.outcome. What was accepted: reconcile.accepted_difference.

To take an acceptance back, with any SQL client (itop-to-intercom db url): set withdrawn_at = now() in its rows of
reconcile.accepted_difference. The row stays, and what it covered counts again.`,
    )
    .action((options: CommonOptions & Acceptance) =>
      inContext(options, 'transform', async (context) => {
        const { pool } = context.database;
        const workspaceIdCode = await workspaceIdCodeOf(context);
        const accepted = await acceptDifferences(pool, workspaceIdCode, options);
        const next = await nextStepOf(pool, context.settings, workspaceIdCode);
        printResult(
          context.isJson,
          accepted,
          `Accepted by ${options.by}: ${accepted.verdicts} checks, ${accepted.outcomes} objects not loaded. Next: ${next}`,
        );
      }),
    );
}
