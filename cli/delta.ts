import { Command } from 'commander';
import { sentenceOf } from '../reconcile/unexplained.ts';
import { readWaysOut } from '../reconcile/ways-out.ts';
import { type CommonOptions, inContext } from '../workflow/command-context.ts';
import { type DeltaOutcome, delta } from '../workflow/pipeline.ts';
import { withCommonOptions } from './common-options.ts';
import { printResult } from './print.ts';

export function deltaCommand(): Command {
  return withCommonOptions(new Command('delta'))
    .description(
      'Moves what changed in iTop since the last run: extract, transform, load and reconcile as one command, for a scheduler.',
    )
    .addHelpText(
      'after',
      `
Safe to start twice: while one runs, another is refused (exit code 2) and does nothing. You can kill it at any moment: the next one goes
on. It says what it did in one line. New entries become parts, changed fields are written alone, what somebody edited in
Intercom is kept and listed in load.kept_edit, objects deleted in iTop are listed in reconcile.disposition and stay.

It reads what changed in iTop since the last one (see: itop-to-intercom extract --help); before the first complete extraction,
and with --full-read, everything.

An object that iTop cannot give is named in the line and in audit's findings; the rest goes on, and the next delta asks for it again.

Exit codes: 0 everything is explained; 1 something failed (more than delta.max_failures); 2 refused.`,
    )
    .option(
      '--full-read',
      'read everything that iTop holds, not only what changed: for the last delta before the switch',
    )
    .action((options: CommonOptions & { readonly fullRead?: boolean }) =>
      inContext(options, 'none', async (context) => {
        const startedAt = performance.now();
        const outcome = await delta(context, { isFullRead: options.fullRead === true });
        const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
        const ways = outcome.unexplained.length === 0 ? [] : await readWaysOut(context.database.pool, outcome);
        printResult(context.isJson, { ...outcome, seconds }, [describe(outcome, seconds), ...ways].join('\n'));
        if (!outcome.isGreen) process.exitCode = 1;
      }),
    );
}

function describe(outcome: DeltaOutcome, seconds: number): string {
  const { written, changed, linked, keptEdits, unread, failed } = outcome;
  const facts = [
    `${outcome.changedObjects} objects changed in iTop`,
    `${written} created`,
    `${changed} brought up to date`,
    ...(linked > 0 ? [`${linked} linked`] : []),
    ...(unread.length > 0 ? [`${unread.length} not given by iTop (${unread.slice(0, 5).join(', ')})`] : []),
    ...(keptEdits > 0 ? [`${keptEdits} edits kept (load.kept_edit)`] : []),
    `${failed} failed or blocked`,
    `${outcome.unexplained.length} unexplained`,
  ];
  const end = outcome.isGreen
    ? outcome.isFreezeOutdated
      ? '. Next: itop-to-intercom freeze, which found differences before'
      : ''
    : `. Next: ${outcome.unexplained[0] === undefined ? 'itop-to-intercom status' : sentenceOf(outcome.unexplained[0])}`;
  return `Delta ${outcome.isGreen ? 'done' : 'not green'} in ${seconds} s: ${facts.join(', ')}${end}`;
}
