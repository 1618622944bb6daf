import { readDataModel } from '../extract/catalog/read-data-model.ts';
import { storeDataModel } from '../extract/catalog/store-data-model.ts';
import { openBroker } from '../extract/landing/open-broker.ts';
import { runExports } from '../extract/run-exports.ts';
import { listExports } from '../extract/sources/exports/describe.ts';
import { openFiles } from '../extract/sources/files/open-files.ts';
import { RefusedError } from '../platform/errors.ts';
import { printErrorLine } from '../platform/terminal.ts';
import type { CommandContext } from '../workflow/command-context.ts';
import { inRun } from '../workflow/in-run.ts';
import { nextStepOf } from '../workflow/next-step.ts';
import { formatFindings, formatTable, printResult } from './print.ts';

export interface ExportOptions {
  readonly exports?: readonly string[];
  readonly class?: string;
  readonly crossCheck?: boolean;
  readonly datamodel?: string;
}

/** Brings iTop's data model file into the catalog, where one is given; its drift goes to standard error. */
export async function readModel({ settings, database, isJson }: CommandContext, named?: string): Promise<void> {
  const file = named ?? settings.handoff.data_model;
  if (file === undefined) return;
  const findings = await storeDataModel(database.pool, await readDataModel(file));
  if (findings.length > 0 && !isJson) printErrorLine(formatFindings(findings));
}

/** Files that iTop exported into raw, through the topics; prints what became of them. */
export async function extractExports(context: CommandContext, options: ExportOptions): Promise<void> {
  const { settings, database, progress, signal, isJson } = context;
  const files = await listExports(options.exports ?? [], options.class);
  if (files.length === 0) {
    throw new RefusedError('There is no file to read.', {
      stage: 'extract',
      nextStep: 'Name CSV or XML files that iTop exported, or a directory with them.',
    });
  }
  const stored = await openFiles(settings);
  const broker = await openBroker(settings.kafka.brokers, database.pool, stored.store);
  try {
    const fingerprint = Object.fromEntries(
      files.map((file) => [
        `file ${file.name}`,
        `${file.size} bytes of ${file.modifiedAt.toISOString()}, ${JSON.stringify(file.description)}`,
      ]),
    );
    const outcome = await inRun(
      context,
      'extract exports',
      { ...fingerprint, broker: broker.id, 'only compared': String(options.crossCheck === true) },
      undefined,
      (run) =>
        runExports({
          pool: database.pool,
          broker,
          run,
          progress,
          exports: files,
          timezone: settings.itop?.timezone,
          isCheckOnly: options.crossCheck === true,
          files: stored,
          signal,
        }),
    );
    const rows = outcome.files.map((file) => ({
      file: file.file,
      format: file.format,
      classes: file.classes.join(' '),
      objects: file.objects,
      rejected: file.rejected,
      megabytes: Math.round(file.bytes / 100_000) / 10,
    }));
    const checks = outcome.crossChecks.map((check) => ({
      class: check.class,
      in_file: check.inFile,
      in_raw: check.inRaw,
      only_in_file: check.onlyInFile,
      only_in_raw: check.onlyInRaw,
      differing: check.differingObjects,
    }));
    const text = [
      formatTable(rows),
      ...(checks.length === 0 ? [] : ['', 'Compared with what is in raw:', formatTable(checks)]),
      ...(outcome.findings.length === 0 ? [] : ['', formatFindings(outcome.findings)]),
      '',
      outcome.isComplete
        ? `Next: ${await nextStepOf(database.pool, settings)}`
        : 'Incomplete: see the blockers above, mend the files, and run the same command again.',
    ];
    printResult(isJson, outcome, text.join('\n'));
    if (!outcome.isComplete) process.exitCode = 1;
  } finally {
    await broker.close();
  }
}
