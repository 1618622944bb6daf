import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { writeReport } from '../reconcile/report/write-report.ts';
import { type CommonOptions, inContext } from '../workflow/command-context.ts';
import { workspaceIdCodeOf } from '../workflow/in-run.ts';
import { withCommonOptions } from './common-options.ts';
import { printResult } from './print.ts';

interface ReportOptions extends CommonOptions {
  readonly out: string;
  readonly seed?: string;
  readonly threads: number;
}

/** Intercom's pages, by region; its API has other addresses. */
const pages = { us: 'https://app.intercom.com', eu: 'https://app.eu.intercom.com', au: 'https://app.au.intercom.com' };

export function reportCommand(): Command {
  return withCommonOptions(new Command('report'))
    .description(
      'Writes the report of a migration: a page to read, print and sign, the same as JSON, and every row behind it as CSV.',
    )
    .option('--out <directory>', 'where to write it', 'report')
    .option('--seed <text>', 'draws the threads to look at: your own word, so that nobody else chose them')
    .option('--threads <n>', 'how many threads to draw', wholeNumber, 10)
    .addHelpText(
      'after',
      '\nRun "reconcile" first, with --level full for a fresh read of every conversation. Exit code 1 when the report is not green.',
    )
    .action((options: ReportOptions) =>
      inContext(options, 'transform', async (context) => {
        const { settings, database } = context;
        const report = await writeReport({
          pool: database.pool,
          workspaceIdCode: await workspaceIdCodeOf(context),
          seed: options.seed ?? String(randomInt(1_000_000)),
          threadCount: options.threads,
          directory: resolve(options.out),
          links: { itopUrl: settings.itop?.url, intercomUrl: pages[settings.intercom?.region ?? 'us'] },
        });
        const text = [
          report.sentence,
          '',
          ...report.files.map(
            (file) => `${file.sha256.slice(0, 12)}  ${String(file.bytes).padStart(10)}  ${file.name}`,
          ),
          `Next: open ${report.directory}/report.html`,
        ];
        printResult(context.isJson, report, text.join('\n'));
        if (!report.isGreen) process.exitCode = 1;
      }),
    );
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}
