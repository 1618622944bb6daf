import { Command, InvalidArgumentError } from 'commander';
import { acceptPartType } from '../audit/canary/accept-part-type.ts';
import { type CanaryFinding, checkCanary } from '../audit/canary/check-canary.ts';
import { confirmCanary } from '../audit/canary/confirm-canary.ts';
import { type RemovedCanary, removeCanary } from '../audit/canary/remove-canary.ts';
import { sendCanary } from '../audit/canary/send-canary.ts';
import type { Intercom } from '../intercom/client.ts';
import { IntercomError } from '../intercom/errors.ts';
import { probes as allProbes, readProbes, searchLagBound } from '../intercom/probes.ts';
import { FailedError } from '../platform/errors.ts';
import { requireIntercom } from '../platform/settings.ts';
import { type CommandContext, type CommonOptions, inContext } from '../workflow/command-context.ts';
import { workspaceIdCodeOf } from '../workflow/in-run.ts';
import { intercomOf } from '../workflow/intercom-of.ts';
import { withCommonOptions } from './common-options.ts';
import { formatTable, printResult } from './print.ts';

/** Bots and workflows answer within seconds; rules that wait do so for some minutes. */
const minAgeMinutes = 5;

export function canaryCommand(): Command {
  const command = new Command('canary').description(
    'Sends one thread to a mailbox you own and shows whether anything answers or notifies. No load starts before it is confirmed.',
  );
  command.addCommand(
    withCommonOptions(new Command('send'))
      .description('Writes the thread into the workspace, and tries what Intercom does not document.')
      .requiredOption('--address <e-mail>', 'a mailbox you own and can look into')
      .option('--search-wait <seconds>', 'how long to wait until search finds the new conversation', seconds, 120)
      .option(
        '--largest-file <megabytes>',
        'files of 5, 20 and 50 MB are tried up to this size; 0 tries none',
        megabytes,
        50,
      )
      .option(
        '--second-address <e-mail>',
        'another mailbox you own, which takes part in the thread; else a plus address of the first (you+second@...)',
      )
      .action(send),
  );
  command.addCommand(
    withCommonOptions(new Command('check'))
      .description('Reads the thread again: whatever the tool did not write is a blocker, with its author.')
      .option(
        '--min-age <minutes>',
        'minimum age of the thread: a bot may take minutes to answer',
        minutes,
        minAgeMinutes,
      )
      .action(check),
  );
  command.addCommand(
    withCommonOptions(new Command('accept'))
      .description('Accepts parts of a type that Intercom adds by itself; what has text or files stays a blocker.')
      .argument('<part type>', 'as canary check names it, e.g. default_assignment')
      .requiredOption('--by <name>', 'who accepts')
      .requiredOption('--reason <text>', 'why they do no harm')
      .action(accept),
  );
  command.addCommand(
    withCommonOptions(new Command('confirm'))
      .description('Records that you looked into the mailbox and nothing had arrived; removes the thread.')
      .requiredOption('--by <name>', 'who looked')
      .option('--nothing-arrived', 'neither mail, nor Messenger, nor push')
      .option('--keep', 'leave the thread in the workspace')
      .action(confirm),
  );
  command.addCommand(
    withCommonOptions(new Command('remove'))
      .description(
        'Removes what the canary put into the workspace. Where the answer to a call was lost, it waits until the call can take effect no more, then looks for what it made: that may take minutes.',
      )
      .action(remove),
  );
  command.addCommand(
    withCommonOptions(new Command('probes'))
      .description('Shows how the workspace behaved when the canary tried it.')
      .action(showProbes),
  );
  for (const sub of command.commands) sub.exitOverride();
  return command;
}

function seconds(value: string): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0) throw new InvalidArgumentError('It must be a number of seconds.');
  return number;
}

function megabytes(value: string): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0) throw new InvalidArgumentError('It must be a number of megabytes.');
  return number;
}

function minutes(value: string): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0) throw new InvalidArgumentError('It must be a number of minutes.');
  return number;
}

function inIntercom(
  options: CommonOptions,
  work: (context: CommandContext, intercom: Intercom) => Promise<void>,
): Promise<void> {
  return inContext(options, 'none', async (context) => {
    const intercom = intercomOf(context.settings);
    try {
      await work(context, intercom);
    } catch (error) {
      if (!(error instanceof IntercomError)) throw error;
      throw new FailedError(error.message, { stage: 'canary', nextStep: error.nextStep, cause: error });
    } finally {
      await intercom.close();
    }
  });
}

interface SendOptions extends CommonOptions {
  readonly address: string;
  readonly searchWait: number;
  readonly largestFile: number;
  readonly secondAddress?: string;
}

function send(options: SendOptions): Promise<void> {
  return inIntercom(options, async ({ database, settings, isJson, signal }, intercom) => {
    const { address, secondAddress, searchWait, largestFile } = options;
    const sent = await sendCanary({
      pool: database.pool,
      intercom,
      address,
      searchWaitMs: searchWait * 1_000,
      largestFileMegabytes: largestFile,
      leaseMs: settings.database.lease_ms,
      ...(secondAddress === undefined ? {} : { secondAddress }),
      signal,
    });
    const lag = sent.searchLagMs === null ? `not within ${searchWait} s` : `after ${sent.searchLagMs} ms`;
    const text = `Canary ${sent.canaryId} is conversation ${sent.conversationId}. Search showed it ${lag}.
The mailboxes to look into: ${address}, ${sent.secondAddress}
Next, in ${minAgeMinutes} minutes: itop-to-intercom canary check`;
    printResult(isJson, sent, text);
  });
}

function check(options: CommonOptions & { minAge: number }): Promise<void> {
  return inIntercom(options, async (context, intercom) => {
    const workspaceIdCode = await workspaceIdCodeOf(context);
    const checked = await checkCanary({
      pool: context.database.pool,
      intercom,
      workspaceIdCode,
      minAgeMs: options.minAge * 60_000,
    });
    const accepted = checked.findings.flatMap((one) =>
      one.acceptedBy === null ? [] : [`accepted by ${one.acceptedBy}  ${one.finding}\n`],
    );
    const text = checked.isSilent
      ? `${accepted.join('')}Nothing${accepted.length > 0 ? ' else' : ''} but what the tool wrote.\nNext, after a look into the mailboxes: itop-to-intercom canary confirm --nothing-arrived --by <your name>`
      : `The workspace is not silent:\n${checked.findings.map(lineOf).join('\n')}
Turn these off (itop-to-intercom audit sheet says where), then: itop-to-intercom canary remove, and send it again.
What Intercom adds by itself and says nothing to anybody can be accepted: itop-to-intercom canary accept <part type> --by <your name> --reason <text>`;
    printResult(context.isJson, checked, text);
    if (!checked.isSilent) process.exitCode = 1;
  });
}

function lineOf(one: CanaryFinding): string {
  if (one.acceptedBy !== null) return `accepted by ${one.acceptedBy}  ${one.finding}`;
  const hint = one.acceptablePartType === null ? '' : ` (can be accepted: ${one.acceptablePartType})`;
  return `blocker  ${one.finding}${hint}`;
}

function accept(partType: string, options: CommonOptions & { by: string; reason: string }): Promise<void> {
  return inContext(options, 'none', async (context) => {
    const workspaceIdCode = await workspaceIdCodeOf(context);
    const { by: acceptedBy, reason } = options;
    await acceptPartType(context.database.pool, { workspaceIdCode, partType, acceptedBy, reason });
    printResult(
      context.isJson,
      { partType, acceptedBy },
      `Parts of type ${partType} without text are accepted.\nNext: itop-to-intercom canary check`,
    );
  });
}

function confirm(options: CommonOptions & { by: string; nothingArrived?: boolean; keep?: boolean }): Promise<void> {
  return inIntercom(options, async (context, intercom) => {
    const { pool } = context.database;
    const workspaceIdCode = await workspaceIdCodeOf(context);
    const { canaryId } = await confirmCanary({
      pool,
      workspaceIdCode,
      confirmedBy: options.by,
      hasNothingArrived: options.nothingArrived === true,
    });
    const removal = options.keep === true ? undefined : await removeFrom(context, intercom, workspaceIdCode);
    const left = removal?.left.map((line) => `Left in the workspace: ${line}`) ?? [];
    const text = ['Confirmed: a load notifies nobody.', ...left, 'Next: itop-to-intercom audit'].join('\n');
    printResult(context.isJson, { canaryId, ...(removal === undefined ? {} : { removal }) }, text);
  });
}

async function removeFrom(
  { database: { pool }, settings, signal }: CommandContext,
  intercom: Intercom,
  workspaceIdCode: string,
): Promise<RemovedCanary> {
  const searchLagMs = await searchLagBound(pool, workspaceIdCode, requireIntercom(settings).search_lag_ms);
  return removeCanary({ pool, intercom, workspaceIdCode, searchLagMs, signal });
}

function remove(options: CommonOptions): Promise<void> {
  return inIntercom(options, async (context, intercom) => {
    const workspaceIdCode = await workspaceIdCodeOf(context);
    const removal = await removeFrom(context, intercom, workspaceIdCode);
    const lines =
      removal.canaryId === null
        ? ['No canary is there.']
        : [
            ...removal.removed.map((one) => `Removed: ${one}`),
            ...removal.left.map((one) => `Left in the workspace: ${one}`),
          ];
    printResult(context.isJson, removal, lines.join('\n'));
    if (removal.left.length > 0) process.exitCode = 1;
  });
}

function showProbes(options: CommonOptions): Promise<void> {
  return inContext(options, 'none', async (context) => {
    const probes = await readProbes(context.database.pool, await workspaceIdCodeOf(context));
    const rows = probes.map((one) => ({
      probe: one.name,
      answer: one.answer,
      from: one.isAnswered ? one.detail.slice(0, 80) : 'not answered: strict default',
      'what follows': allProbes.find((probe) => probe.name === one.name)?.consequence ?? '',
    }));
    printResult(context.isJson, probes, formatTable(rows));
  });
}
