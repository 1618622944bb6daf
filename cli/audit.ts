import { resolve } from 'node:path';
import { Command } from 'commander';
import { auditPage } from '../audit/audit-page.ts';
import { readDecisions, writeDecisions } from '../audit/decisions/decisions.ts';
import { readSetupSheet, setupItems, signSetupItems } from '../audit/setup-sheet.ts';
import { readClock } from '../platform/clock.ts';
import { writePrivateFile } from '../platform/private-file.ts';
import { type CommonOptions, inContext } from '../workflow/command-context.ts';
import { workspaceIdCodeOf } from '../workflow/in-run.ts';
import { nextStepOf } from '../workflow/next-step.ts';
import { audit } from '../workflow/pipeline.ts';
import { withCommonOptions } from './common-options.ts';
import { formatFindings, formatTable, printResult } from './print.ts';

interface AuditOptions extends CommonOptions {
  readonly page?: string;
}

interface SignOptions extends CommonOptions {
  readonly by: string;
  readonly remark?: string;
  readonly notApplicable?: boolean;
}

export function auditCommand(): Command {
  const command = withCommonOptions(new Command('audit'))
    .description(
      'Checks both sides before anything is moved: logins, rights, counts, what exists already, what needs a decision. Only reads.',
    )
    .option('--page <file>', 'also write the findings and the set-up sheet as an HTML page to mail, print and sign')
    .addHelpText(
      'after',
      `
Exit code 1 when something forbids a load. Without Intercom in the configuration only iTop is checked. Run it again after
"extract" and "transform": it then looks into every record. The findings stay in ops.finding.

Single cases that need a person: audit write-decisions <directory>, fill in the files, audit read-decisions <file> --by NAME.
What must be set by hand in Intercom: audit sheet, audit sign <items> --by NAME.`,
    )
    .action(runAuditCommand);
  command.addCommand(
    withCommonOptions(new Command('write-decisions'))
      .argument('<directory>', 'where the files go')
      .description('Writes the cases that need a decision as CSV files to fill in.')
      .action(writeDecisionFiles),
  );
  command.addCommand(
    withCommonOptions(new Command('read-decisions'))
      .argument('<file>', 'a filled-in file')
      .description('Reads a filled-in file back; refuses it with each wrong line.')
      .requiredOption('--by <name>', 'who decided')
      .action(readDecisionFile),
  );
  command.addCommand(
    withCommonOptions(new Command('sheet'))
      .description('Shows the set-up sheet of the workspace: what must be set by hand, and who signed it.')
      .action(showSheet),
  );
  command.addCommand(
    withCommonOptions(new Command('sign'))
      .argument('<items...>', 'names of items')
      .description('Signs items of the set-up sheet; "all" stands for every one.')
      .requiredOption('--by <name>', 'who signs')
      .option('--not-applicable', 'the items do not apply; needs --remark')
      .option('--remark <text>', 'a note for readers of the sheet')
      .addHelpText('after', `\nItems: ${setupItems.map(({ item }) => item).join(', ')}`)
      .action(signItems),
  );
  for (const sub of command.commands) sub.exitOverride();
  return command;
}

function runAuditCommand(options: AuditOptions): Promise<void> {
  return inContext(options, 'none', async (context) => {
    const outcome = await audit(context);
    const { pool } = context.database;
    if (options.page !== undefined) {
      const sheet = await readSetupSheet(pool, outcome.workspaceIdCode ?? '');
      await writePrivateFile(
        options.page,
        auditPage({ ...outcome, sheet, auditedAt: new Date(), clock: await readClock(pool) }),
      );
    }
    const next = outcome.isPassed
      ? `Next: ${await nextStepOf(pool, context.settings, outcome.workspaceIdCode ?? undefined)}`
      : 'Not passed. Next: correct what is marked "blocker", then itop-to-intercom audit';
    const page = options.page === undefined ? '' : `As a page: ${resolve(options.page)}\n`;
    printResult(context.isJson, outcome, `${formatFindings(outcome.findings)}\n\n${page}${next}`);
    if (!outcome.isPassed) process.exitCode = 1;
  });
}

/** Options of a subcommand that its parent has too are taken by the parent: both are read. */
const all = <T>(command: Command): T => command.optsWithGlobals() as T;

function writeDecisionFiles(directory: string, _options: CommonOptions, command: Command): Promise<void> {
  return inContext(all<CommonOptions>(command), 'none', async (context) => {
    const files = await writeDecisions(context.database.pool, await workspaceIdCodeOf(context), directory);
    const text =
      files.length === 0
        ? `Nothing needs a decision.\nNext: ${await nextStepOf(context.database.pool, context.settings)}`
        : `${formatTable(
            files.map((file) => ({ ...file })),
            { whole: ['path'] },
          )}\nNext: fill them in, then: itop-to-intercom audit read-decisions <file> --by <your name>`;
    printResult(context.isJson, files, text);
  });
}

function readDecisionFile(file: string, _options: CommonOptions, command: Command): Promise<void> {
  const options = all<CommonOptions & { by: string }>(command);
  return inContext(options, 'none', async (context) => {
    const workspaceIdCode = await workspaceIdCodeOf(context);
    const read = await readDecisions(context.database.pool, { workspaceIdCode, path: file, decidedBy: options.by });
    const text = `${read.changed} decisions recorded, ${read.open} still open.\nNext: itop-to-intercom transform, then audit`;
    printResult(context.isJson, read, text);
  });
}

function showSheet(_options: CommonOptions, command: Command): Promise<void> {
  return inContext(all<CommonOptions>(command), 'transform', async (context) => {
    const sheet = await readSetupSheet(context.database.pool, await workspaceIdCodeOf(context));
    const lines = sheet.map(
      (item) =>
        `${item.item} [${item.state}${item.signedBy === null ? '' : `, ${item.signedBy}`}]: ${item.title}\n    ${item.instruction}`,
    );
    const isOpen = sheet.some((item) => item.state === 'open');
    const next = isOpen
      ? 'Next: itop-to-intercom audit sign <items> --by <your name>'
      : 'All signed. Next: itop-to-intercom canary send --address <a mailbox you own>';
    printResult(context.isJson, sheet, `${lines.join('\n')}\n\n${next}`);
  });
}

function signItems(items: string[], _options: SignOptions, command: Command): Promise<void> {
  const options = all<SignOptions>(command);
  return inContext(options, 'transform', async (context) => {
    const missing = await signSetupItems(context.database.pool, {
      workspaceIdCode: await workspaceIdCodeOf(context),
      items,
      state: options.notApplicable === true ? 'not_applicable' : 'done',
      signedBy: options.by,
      remark: options.remark ?? '',
    });
    const text =
      missing.length === 0
        ? 'The sheet is signed.\nNext: itop-to-intercom canary send --address <a mailbox you own>'
        : `Still to be signed: ${missing.join(', ')}\nNext: itop-to-intercom audit sign <items> --by <your name>`;
    printResult(context.isJson, { missing }, text);
  });
}
