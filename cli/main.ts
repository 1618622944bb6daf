import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { IntercomError } from '../intercom/errors.ts';
import { messageOf, StepError } from '../platform/errors.ts';
import { failureInWords } from '../platform/failure-in-words.ts';
import { projectRoot } from '../platform/project-root.ts';
import { withoutSecrets } from '../platform/redact.ts';
import { printErrorLine, printJson, releaseOutput } from '../platform/terminal.ts';
import { addCommands } from './commands.ts';

const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string };

const program = new Command('itop-to-intercom')
  .description(
    `Moves a helpdesk from iTop to Intercom: extract, transform in SQL, load, reconcile.

First time? "rehearse" runs the whole migration offline, on generated data.
For a real one, in this order: audit, extract, map propose, map check, map confirm, transform, audit sign, canary, audit, sample,
preview, sample accept, plan, load, reconcile, report. Each says the next one, and can be stopped and started again.`,
  )
  .addHelpText(
    'after',
    '\nExit codes: 0 done and green, 1 failed, 2 refused: something must be decided or corrected first; 130 interrupted.',
  )
  .version(version, '--version', 'print the version')
  .exitOverride()
  // Options behind a subcommand are the subcommand's, also where its parent knows them too.
  .enablePositionalOptions()
  .configureHelp({ sortSubcommands: false });
await addCommands(program, process.argv.slice(2));
for (const command of program.commands) for (const each of [command, ...command.commands]) each.exitOverride();

// A reader that has seen enough, such as head, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed what was wrong; --help and --version end here too.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    if (process.exitCode === 2 && process.argv.includes('--json')) reportAsJson(error, {});
  } else {
    // An interruption has set its own.
    process.exitCode ??= error instanceof StepError ? error.exitCode : 1;
    report(error);
  }
} finally {
  releaseOutput((process.exitCode ?? 0) !== 0);
}

function report(thrown: unknown): void {
  const error = failureInWords(thrown);
  const isKnown = error instanceof StepError || error instanceof IntercomError;
  if (process.argv.includes('--json')) {
    const { stage, isRetriable } = error instanceof StepError ? error : {};
    reportAsJson(error, isKnown ? { stage, nextStep: error.nextStep, isRetriable } : {});
    return;
  }
  const isRefusal = error instanceof StepError && error.exitCode === 2;
  printErrorLine(`\n${isRefusal ? 'Refused' : 'Failed'}: ${withoutSecrets(messageOf(error))}`);
  if (isKnown) printErrorLine(`Next: ${error.nextStep}`);
  if (process.argv.includes('--verbose') && error instanceof Error) printErrorLine(withoutSecrets(stacksOf(error)));
  else if (!isKnown)
    printErrorLine('Next: This was not expected. Run it again with --verbose and report what it prints.');
}

/** Where an error was made, and where those behind it. */
function stacksOf(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\nCaused by: ${stacksOf(error.cause)}` : own;
}

function reportAsJson(error: unknown, detail: object): void {
  printJson({ error: withoutSecrets(messageOf(error)), ...detail });
}
