import { Command } from 'commander';
import { checkFreeze, type FreezeResult } from '../extract/freeze/check-freeze.ts';
import { requireItop } from '../platform/settings.ts';
import { inWorkList } from '../platform/work-list-titles.ts';
import { type CommandContext, type CommonOptions, inContext } from '../workflow/command-context.ts';
import { inWorkspace } from '../workflow/in-run.ts';
import { withCommonOptions } from './common-options.ts';
import { formatTable, printResult } from './print.ts';

export function freezeCommand(): Command {
  return withCommonOptions(new Command('freeze'))
    .description('Checks that nothing has changed in iTop since the last extraction; exit code 1 if something has.')
    .addHelpText(
      'after',
      `
At the cutover: make iTop read-only, run "delta --full-read" a last time, then this. It compares iTop in four ways: its own count of each
class (the first column of "reconcile" from then on), its history of changes, the time of tickets, and the rows of its files.
What it finds stands in reconcile.verdict with the phase "freeze". Nothing in iTop or Intercom is changed.`,
    )
    .action((options: CommonOptions) =>
      inContext(options, 'extract', async (context) => {
        const result = await freeze(context);
        const differing = result.lines.filter((line) => line.verdict !== 'passed');
        const checks = Map.groupBy(result.lines, (line) => line.check);
        const text = [
          formatTable(
            [...checks].map(([check, lines]) => ({
              check,
              compared: lines.length,
              ...Object.fromEntries(
                (['passed', 'failed', 'unknown'] as const).map((verdict) => [
                  verdict,
                  lines.filter((line) => line.verdict === verdict).length,
                ]),
              ),
            })),
          ),
          '',
          ...(differing.length === 0
            ? []
            : [
                formatTable(
                  differing.slice(0, 20).map(({ check, targetKey, verdict, expected, actual }) => ({
                    check,
                    key: targetKey,
                    verdict,
                    expected,
                    actual,
                  })),
                ),
                '',
              ]),
          result.isFrozen
            ? 'Nothing changed in iTop since the extraction. Next: itop-to-intercom reconcile --level full'
            : `${differing.length + result.unnamed} differences: ${inWorkList('differences')}. Next: make iTop read-only, then: itop-to-intercom delta --full-read, and this again`,
        ];
        printResult(context.isJson, result, text.join('\n'));
        if (!result.isFrozen) process.exitCode = 1;
      }),
    );
}

/** Compares iTop as it is now with what was extracted, for the workspace of the token. */
export function freeze(context: CommandContext): Promise<FreezeResult> {
  const { settings, database, signal } = context;
  const itop = requireItop(settings);
  return inWorkspace(context, 'freeze', (_intercom, run, workspaceIdCode) =>
    checkFreeze({ settings: itop, pool: database.pool, workspaceIdCode, runId: run.runId, signal }),
  );
}
