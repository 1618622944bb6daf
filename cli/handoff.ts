import { resolve } from 'node:path';
import { Command } from 'commander';
import { blobDirectory } from '../extract/sources/files/open-files.ts';
import { openBlobStore } from '../platform/blob-store.ts';
import { writeHandoff } from '../transform/handoff/write-handoff.ts';
import { type CommonOptions, inContext } from '../workflow/command-context.ts';
import { withCommonOptions } from './common-options.ts';
import { printResult } from './print.ts';

export function handoffCommand(): Command {
  return withCommonOptions(new Command('handoff'))
    .description(
      'Writes what cannot move by itself as files for people: set-up sheets, service levels, workflows, reviews, records, redirects.',
    )
    .option('--out <directory>', 'where to write the files', 'handoff')
    .addHelpText(
      'after',
      `
Run it after "transform" for the set-up sheets, and again after "load": crosswalk and redirect maps are filled then.
Lifecycles come from iTop's data/datamodel-production.xml; name its copy as handoff.data_model in the configuration.`,
    )
    .action((options: CommonOptions & { out: string }) =>
      inContext(options, 'transform', async ({ settings, database, isJson }) => {
        const directory = resolve(options.out);
        const dataModel = settings.handoff.data_model;
        const files = await writeHandoff(database.pool, {
          directory,
          itopUrl: settings.itop?.url ?? '',
          blobs: await openBlobStore(blobDirectory(settings)),
          ...(dataModel === undefined ? {} : { dataModel }),
        });
        printResult(
          isJson,
          { directory, files },
          `${files.length} files in ${directory}\nNext: open ${directory}/index.html`,
        );
      }),
    );
}
