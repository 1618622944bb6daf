import { Command, CommanderError } from 'commander';
import { messageOf, StepError } from '../platform/errors.ts';
import { auditCommand } from './audit.ts';
import { canaryCommand } from './canary.ts';
import { dbCommand } from './db.ts';
import { deltaCommand } from './delta.ts';
import { explainCommand } from './explain.ts';
import { extractCommand } from './extract.ts';
import { freezeCommand } from './freeze.ts';
import { handoffCommand } from './handoff.ts';
import { landCommand } from './land.ts';
import { loadCommand } from './load.ts';
import { mapCommand } from './map.ts';
import { planCommand } from './plan.ts';
import { previewCommand } from './preview.ts';
import { purgeCommand } from './purge.ts';
import { reconcileCommand } from './reconcile.ts';
import { rehearseCommand } from './rehearse.ts';
import { reportCommand } from './report.ts';
import { rollbackCommand } from './rollback.ts';
import { sampleCommand } from './sample.ts';
import { statusCommand } from './status.ts';
import { transformCommand } from './transform.ts';

const program = new Command('itop-to-intercom')
  .description(
    `Moves a helpdesk from iTop to Intercom: extract, transform in SQL, load, reconcile.

First time? "rehearse" runs the whole migration offline, on generated data.
For a real one, in this order: audit, extract, map propose, map check, map confirm, transform, audit sign, canary, audit, sample,
preview, sample accept, plan, load, reconcile, report. Each says the next one, and can be stopped and started again.`,
  )
  .addHelpText(
    'after',
    '\nExit codes: 0 done and green, 1 failed, 2 refused: something must be decided or corrected first.',
  )
  .exitOverride()
  // Options behind a subcommand are the subcommand's, also where its parent knows them too.
  .enablePositionalOptions()
  .configureHelp({ sortSubcommands: false })
  .addCommand(rehearseCommand())
  .addCommand(auditCommand())
  .addCommand(canaryCommand())
  .addCommand(extractCommand())
  .addCommand(landCommand())
  .addCommand(mapCommand())
  .addCommand(transformCommand())
  .addCommand(sampleCommand())
  .addCommand(previewCommand())
  .addCommand(planCommand())
  .addCommand(loadCommand())
  .addCommand(reconcileCommand())
  .addCommand(handoffCommand())
  .addCommand(deltaCommand())
  .addCommand(freezeCommand())
  .addCommand(statusCommand())
  .addCommand(explainCommand())
  .addCommand(reportCommand())
  .addCommand(rollbackCommand())
  .addCommand(purgeCommand())
  .addCommand(dbCommand());
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
  } else {
    process.exitCode = error instanceof StepError ? error.exitCode : 1;
    report(error);
  }
}

function report(error: unknown): void {
  const isKnown = error instanceof StepError;
  if (process.argv.includes('--json')) {
    const detail = isKnown ? { stage: error.stage, nextStep: error.nextStep, isRetriable: error.isRetriable } : {};
    process.stdout.write(`${JSON.stringify({ error: messageOf(error), ...detail })}\n`);
    return;
  }
  process.stderr.write(`\n${isKnown && error.exitCode === 2 ? 'Refused' : 'Failed'}: ${messageOf(error)}\n`);
  if (isKnown) process.stderr.write(`Next: ${error.nextStep}\n`);
  else if (error instanceof Error && error.stack !== undefined) process.stderr.write(`${error.stack}\n`);
}
