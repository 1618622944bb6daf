import { resolve } from 'node:path';
import { Command } from 'commander';
import { writePreview } from '../transform/preview/write-preview.ts';
import { type CommonOptions, inContext } from '../workflow/command-context.ts';
import { withCommonOptions } from './common-options.ts';
import { printResult } from './print.ts';

export function previewCommand(): Command {
  return withCommonOptions(new Command('preview'))
    .description(
      'Writes one page that shows tickets, changes and articles as iTop has them and as Intercom will: the sample, or those named.',
    )
    .argument('[refs...]', 'refs or keys, e.g. R-000123, Ticket::83 or FAQ::1 (default: the sample)')
    .option('--out <file>', 'where to write the page', 'preview.html')
    .addHelpText(
      'after',
      '\nThe page needs nothing but a browser: mail it, or print it. It holds private notes: for your team only.',
    )
    .action((refs: string[], options: CommonOptions & { out: string }) =>
      inContext(options, 'transform', async ({ database, isJson }) => {
        const contents = await writePreview(database.pool, refs, options.out);
        printResult(
          isJson,
          { file: resolve(options.out), ...contents },
          `${contents.tickets} tickets, ${contents.objects} other objects, ${contents.articles} articles in ${resolve(options.out)}\nNext: look at it, then: itop-to-intercom sample accept --by "Your Name"`,
        );
      }),
    );
}
