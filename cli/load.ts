import { Command, InvalidArgumentError, Option } from 'commander';
import type { LostCalls } from '../load/engine/context.ts';
import { setPause } from '../load/engine/halt-and-pause.ts';
import { inWorkList } from '../platform/work-list-titles.ts';
import { sentenceOf } from '../reconcile/unexplained.ts';
import { readWaysOut } from '../reconcile/ways-out.ts';
import { type CommandContext, type CommonOptions, inContext } from '../workflow/command-context.ts';
import { workspaceIdCodeOf } from '../workflow/in-run.ts';
import { nextStepOf } from '../workflow/next-step.ts';
import { adopt, type LoadOptions, load } from '../workflow/pipeline.ts';
import { withCommonOptions } from './common-options.ts';
import { formatTable, printResult } from './print.ts';

export function loadCommand(): Command {
  return withCommonOptions(new Command('load'))
    .description(
      'Loads everything that was transformed into Intercom, phase by phase. What was loaded is never sent again.',
    )
    .option('--stop-after <n>', 'stop after this many objects', (text) => {
      const value = Number(text);
      if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number above 0.');
      return value;
    })
    .option('--only <ref>', 'only this ticket (R-000123) or object (Contact::5), with what it needs')
    .addOption(
      new Option('--sample', 'only the sample, to be looked at in a workspace of its own').conflicts([
        'only',
        'changes',
      ]),
    )
    .option('--changes', 'also update what is loaded and has changed since')
    .addOption(new Option('--retry <what>', 'also retry what was refused before').choices(['failed']))
    .addHelpText(
      'after',
      `
You can kill it at any moment: the same command continues where it stopped, and a call whose answer was lost is looked up, never repeated blindly.
That look comes after intercom.timeout_ms + intercom.lateness_ms (2 minutes unless set): until then the call may still take effect.
Several may run at once. A workspace without a recorded confirmation of mapping and silence is refused (exit code 2).`,
    )
    .action((options: CommonOptions & LoadOptions) =>
      inContext(options, 'transform', async (context) => {
        const result = await load(context, options);
        const lines = [
          result.phases.length === 0 ? 'Nothing to load.' : formatTable(result.phases.map((phase) => ({ ...phase }))),
          ...(result.lostCalls.calls > 0 ? [describeLost(result.lostCalls)] : []),
          ...(result.unexplained.length === 0
            ? []
            : [
                `Not explained:\n${result.unexplained.map((row) => `  ${sentenceOf(row)}`).join('\n')}`,
                ...(await readWaysOut(context.database.pool, result)),
                `What failed, and what to do: ${inWorkList('failures')}`,
              ]),
          await nextWords(context, result),
        ];
        printResult(context.isJson, result, lines.join('\n'));
        if (result.unexplained.length > 0) process.exitCode = 1;
      }),
    )
    .addCommand(adoptCommand())
    .addCommand(pauseCommand('pause', true))
    .addCommand(pauseCommand('resume', false));
}

/** A load of a part leaves the rest: what comes then hangs on how far the migration is. */
async function nextWords(
  { database, settings }: CommandContext,
  { isStopped, isPartial }: { readonly isStopped: boolean; readonly isPartial: boolean },
): Promise<string> {
  if (isStopped) return 'Stopped. Next: itop-to-intercom load';
  return `Next: ${isPartial ? await nextStepOf(database.pool, settings) : 'itop-to-intercom reconcile'}`;
}

function describeLost({ calls, waitedMs }: LostCalls): string {
  return `${calls} calls got no answer; until it was certain what they did, objects waited ${Math.round(waitedMs / 1000)} s in all.`;
}

function adoptCommand(): Command {
  return withCommonOptions(new Command('adopt'))
    .description(
      'Recognises what is in Intercom already, after the database was lost, so that nothing is loaded twice.',
    )
    .addHelpText(
      'after',
      `
Extract and transform first. It only reads: contacts and companies by the source key they carry, custom objects by their external
id, conversations by the marker in their opening, parts by time, author and words. Tags, attributes, collections and articles are
found by their names in the next load.`,
    )
    .action((options: CommonOptions) =>
      inContext(options, 'transform', async (context) => {
        const adopted = await adopt(context);
        const { duplicates, objects, ...counts } = adopted;
        const lines = [
          formatTable([{ ...objects, ...counts }]),
          ...(duplicates.length > 0
            ? [`Tickets with more than one conversation (reconcile.verdict, check single): ${duplicates.join(' ')}`]
            : []),
          'Next: itop-to-intercom load',
        ];
        printResult(context.isJson, adopted, lines.join('\n'));
        if (duplicates.length > 0) process.exitCode = 1;
      }),
    );
}

function pauseCommand(name: 'pause' | 'resume', isPaused: boolean): Command {
  return withCommonOptions(new Command(name))
    .description(
      isPaused
        ? 'Pauses all loads of the workspace within a second: no new call starts, and they keep their place.'
        : 'Lets the loads of the workspace continue.',
    )
    .action((options: CommonOptions) =>
      inContext(options, 'none', async (context) => {
        const workspaceIdCode = await workspaceIdCodeOf(context);
        const isChanged = await setPause(context.database.pool, workspaceIdCode, isPaused);
        const text = isPaused
          ? `${isChanged ? 'Paused' : 'Was paused already'}: workspace ${workspaceIdCode}. Next: itop-to-intercom load resume`
          : `${isChanged ? 'Resumed' : 'Was not paused'}: workspace ${workspaceIdCode}. Next: itop-to-intercom status`;
        printResult(context.isJson, { workspaceIdCode, isPaused, isChanged }, text);
      }),
    );
}
