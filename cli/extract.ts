import { Command, InvalidArgumentError } from 'commander';
import { type CommonOptions, inContext } from '../workflow/command-context.ts';
import { nextStepOf } from '../workflow/next-step.ts';
import { type ExtractOutcome, extract } from '../workflow/pipeline.ts';
import { withCommonOptions } from './common-options.ts';
import { type ExportOptions, extractExports, readModel } from './extract-exports.ts';
import { formatFindings, formatTable, printResult } from './print.ts';

interface RestOptions {
  readonly delta?: boolean;
  readonly chunkBy?: string;
  readonly classes?: boolean;
}

export function extractCommand(): Command {
  return withCommonOptions(new Command('extract'))
    .description('Reads iTop over its REST API into the raw tables, and checks the result against its own counts.')
    .option(
      '--exports <path...>',
      'read files that iTop exported (CSV, XML; a directory for all in it) instead of the REST API',
    )
    .option('--class <name>', 'class of the files, if neither their name nor exports.yaml states it')
    .option(
      '--datamodel <file>',
      "copy of iTop's data/datamodel-production.xml: types, values and labels (default: handoff.data_model)",
    )
    .option('--cross-check', 'only compare the files with what was extracted before')
    .addHelpText(
      'after',
      `
You can kill it at any moment: the same command continues with the windows that had not arrived. Nothing in iTop is changed.
A class that cannot be read is a finding, the others go on, and the exit code is 1.

--delta finds changed tickets by their own time, everything else by iTop's history (for an administrator's account; without it
the classes are read again), new files by their ids, and what was deleted by the history and by iTop's counts. It starts from
where the last complete extraction or delta began (ops.watermark). A delta is refused (exit code 2) before the first complete
extraction, and when iTop was restored from a backup. Read everything once more before the switch: without --delta.

Files: export each class with export-v2 as csv (no_localize=1, formatted_text=1, charset=UTF-8, with the field id) or as xml,
and name them after their class: UserRequest.csv. One channel writes a class, the first that brings it: where REST did, the
files are compared with it (ops.cross_check). Logs are best read over REST. exports.yaml beside the files says what their
headers cannot; docs/files.md shows how.
With the data model file the catalog knows every type: no secret is asked for, whatever its name, and nothing that only
sounds like one is left out; labels of enumerations and localized headers are understood.
  itop-to-intercom extract --exports exports/ --datamodel datamodel-production.xml
  itop-to-intercom extract --exports UserRequest.csv --cross-check`,
    )
    .option('--classes', 'also the table of every class')
    .option('--delta', 'only what changed since the last complete extraction')
    .option(
      '--chunk-by <what>',
      'cut classes that have it by a date instead of ids, e.g. date:start_date; objects without the date in a window of their own',
      chunkBy,
    )
    .action((options: CommonOptions & ExportOptions & RestOptions) =>
      inContext(options, 'none', async (context) => {
        await readModel(context, options.datamodel);
        if (options.exports !== undefined) return extractExports(context, options);
        const { delta: isDelta = false, chunkBy: chunkByDate } = options;
        const outcome = await extract(context, { isDelta, ...(chunkByDate === undefined ? {} : { chunkByDate }) });
        const classes = outcome.classes.map((read) => ({
          class: read.className,
          itop_count: read.sourceCount ?? null,
          rows_read: read.rows,
          megabytes: Math.round(read.bytes / 100_000) / 10,
        }));
        const text = [
          ...(options.classes === true ? [formatTable(classes, { whole: ['class'] }), ''] : []),
          summarize(outcome.classes),
          ...(outcome.findings.length === 0 ? [] : ['', formatFindings(outcome.findings)]),
          '',
          outcome.isComplete
            ? `Next: ${await nextStepOf(context.database.pool, context.settings)}`
            : `Incomplete: see the blockers above, then: itop-to-intercom extract${options.delta === true ? ' --delta' : ''}`,
        ];
        printResult(context.isJson, outcome, text.join('\n'));
        if (!outcome.isComplete) process.exitCode = 1;
      }),
    );
}

function summarize(classes: ExtractOutcome['classes']): string {
  const objects = classes.reduce((sum, read) => sum + read.rows, 0);
  const bytes = classes.reduce((sum, read) => sum + read.bytes, 0);
  const megabytes = (bytes / 1_000_000).toFixed(1);
  return `${objects} objects of ${classes.filter((read) => read.rows > 0).length} classes read, ${megabytes} MB.`;
}

/** The attribute of `date:<attribute>`. */
function chunkBy(text: string): string {
  const attribute = /^date:([a-z_][a-z0-9_]*)$/i.exec(text)?.[1];
  if (attribute === undefined) throw new InvalidArgumentError('It is date: and an attribute, e.g. date:start_date.');
  return attribute;
}
