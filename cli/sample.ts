import { Command, InvalidArgumentError, Option } from 'commander';
import { sql } from 'kysely';
import { someOf } from '../audit/check.ts';
import { warehouse } from '../platform/warehouse.ts';
import { acceptSample } from '../transform/sample/accept-sample.ts';
import { drawSample, usualSampleSize } from '../transform/sample/draw-sample.ts';
import { type CommonOptions, inContext } from '../workflow/command-context.ts';
import { nextStepOf } from '../workflow/next-step.ts';
import { withCommonOptions } from './common-options.ts';
import { formatTable, printResult } from './print.ts';

interface DrawOptions extends CommonOptions {
  readonly tickets: number;
  readonly contacts: number;
  readonly companies: number;
}

/** Most features that are named of an object, so that a row stays readable; all of them are in the JSON. */
const shownFeatures = 3;

export function sampleCommand(): Command {
  return withCommonOptions(new Command('sample'))
    .description(
      'Draws a sample that shows every rule, value, state and kind of thread that occurs, and lists what each object shows.',
    )
    .option('--tickets <n>', 'tickets in the sample', wholeNumber, usualSampleSize.tickets)
    .option('--contacts <n>', 'contacts in the sample', wholeNumber, usualSampleSize.contacts)
    .option('--companies <n>', 'companies in the sample', wholeNumber, usualSampleSize.companies)
    .addHelpText(
      'after',
      '\nIt grows beyond these numbers where that is needed to show everything. "preview" makes a page of it.',
    )
    .action((options: DrawOptions) =>
      inContext(options, 'transform', async ({ database, isJson }) => {
        const outcome = await drawSample(database.pool, options);
        const rows = await warehouse(database.pool)
          .selectFrom('ops.sample')
          .select(['target_key', 'target_type', 'covers'])
          .where('covers', '<>', sql<string[]>`'{}'`)
          .orderBy('target_type')
          .orderBy('position')
          .execute();
        const shown = rows.map((row) => ({
          type: row.target_type,
          object: row.target_key,
          'shows first': someOf(row.covers, shownFeatures),
        }));
        const sizes = Object.entries(outcome.objects).map(([type, count]) => ({
          type,
          cover: outcome.cover[type] ?? 0,
          sample: count,
        }));
        printResult(
          isJson,
          { ...outcome, covers: rows },
          [
            formatTable(shown),
            '',
            formatTable(sizes),
            `${outcome.features} things to be seen, each in the sample; all with --json.`,
            'Next: itop-to-intercom preview',
          ].join('\n'),
        );
      }),
    )
    .addCommand(acceptCommand());
}

function acceptCommand(): Command {
  return withCommonOptions(new Command('accept'))
    .description('Records that you checked the sample and accept it, or waives it with a reason.')
    .addOption(new Option('--by <name>', 'your name').makeOptionMandatory())
    .option('--looked-at <keys...>', 'the objects you looked at, e.g. Ticket::83 (default: all)')
    .option('--waive <reason>', 'load without checking a sample, for this reason')
    .action((options: CommonOptions & { by: string; lookedAt?: string[]; waive?: string }) =>
      inContext(options, 'transform', async ({ database, settings, isJson }) => {
        const accepted = await acceptSample(database.pool, {
          acceptedBy: options.by,
          lookedAt: options.lookedAt ?? [],
          ...(options.waive === undefined ? {} : { waiverReason: options.waive }),
        });
        const words =
          options.waive === undefined
            ? `${options.by} accepted the sample, having looked at ${accepted.lookedAt} objects.`
            : `${options.by} waived the sample: ${options.waive}`;
        printResult(
          isJson,
          { by: options.by, ...accepted },
          `${words}\nNext: ${await nextStepOf(database.pool, settings)}`,
        );
      }),
    );
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}
