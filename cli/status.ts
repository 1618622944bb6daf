import { Command } from 'commander';
import { readStatus, type Status, type StuckReason, type WorkspaceStatus } from '../load/status/read-status.ts';
import { acceptCommand } from '../platform/accept-command.ts';
import { abandonRun } from '../platform/run-record.ts';
import { inWorkList } from '../platform/work-list-titles.ts';
import { readUnexplained, sentenceOf, type Unexplained } from '../reconcile/unexplained.ts';
import { waysOutOfChecks } from '../reconcile/ways-out.ts';
import { type CommonOptions, inContext } from '../workflow/command-context.ts';
import { nextStepOf } from '../workflow/next-step.ts';
import { withCommonOptions } from './common-options.ts';
import { formatTable, printResult } from './print.ts';

export function statusCommand(): Command {
  return withCommonOptions(new Command('status'))
    .description(
      'Shows what is running and where, what is stuck and why, whether it is safe to start again, when it will finish, what is not accounted for yet, and whether anybody is being e-mailed.',
    )
    .option('--abandon <run>', 'end an unfinished run that nobody will continue')
    .addHelpText(
      'after',
      '\nIt reads the warehouse only. Details: reconcile.unexplained, reconcile.load_backlog, reconcile.load_error, load.kept_edit.',
    )
    .action((options: CommonOptions & { readonly abandon?: string }) =>
      inContext(options, 'none', async (context) => {
        if (options.abandon !== undefined) {
          await abandonRun(context.database.pool, options.abandon);
          printResult(context.isJson, { abandoned: options.abandon }, `Run ${options.abandon} is ended.`);
          return;
        }
        const status = await readStatus(context.database.pool);
        const workspaces = await Promise.all(
          status.workspaces.map(async (workspace) => ({
            ...workspace,
            unexplained: await readUnexplained(context.database.pool, workspace),
            waysOut: await waysOutOfChecks(context.database.pool, workspace.workspaceIdCode),
          })),
        );
        const next = await nextStepOf(context.database.pool, context.settings);
        const text = describe(status, workspaces);
        printResult(
          context.isJson,
          { ...status, workspaces, next },
          status.running.length > 0 ? text : `${text}\nNext: ${next}`,
        );
      }),
    );
}

interface ExplainedWorkspace extends WorkspaceStatus {
  readonly unexplained: readonly Unexplained[];
  /** What can be done about checks that do not pass. */
  readonly waysOut: readonly string[];
}

function describe(status: Status, workspaces: readonly ExplainedWorkspace[]): string {
  const running = status.running.map(
    (process_) =>
      `  ${process_.command} on ${process_.host}, pid ${process_.pid}, since ${process_.startedAt.toISOString()}`,
  );
  const isRunning = running.length > 0;
  const unfinished = isRunning
    ? []
    : status.unfinished.map((run) => `  ${run.command} (run ${run.runId}), begun ${run.startedAt.toISOString()}`);
  return [
    ...(isRunning ? ['Running:', ...running] : ['Nothing is running.']),
    ...(unfinished.length > 0 ? ['Unfinished, goes on with the same command:', ...unfinished] : []),
    isRunning
      ? 'May I press again? Yes: another load helps the one that runs, another delta is refused.'
      : 'May I press again? Yes: every command goes on where it stopped and sends nothing twice.',
    ...(status.changedObjects > 0
      ? [`${status.changedObjects} objects changed in iTop since the last transform.`]
      : []),
    ...workspaces.flatMap((workspace) => ['', ...describeWorkspace(workspace)]),
  ].join('\n');
}

function describeWorkspace(workspace: ExplainedWorkspace): string[] {
  const { alarm, secondsLeft, stuck, foreignParts, keptEdits, unexplained, waysOut } = workspace;
  const silence = workspace.confirmations.find((confirmation) => confirmation.subject === 'silence');
  return [
    `Workspace ${workspace.workspaceIdCode} (${workspace.name})${workspace.isPaused ? ': PAUSED. Next: itop-to-intercom load resume' : ''}`,
    ...(alarm === undefined
      ? []
      : [`Stopped by an alarm at ${alarm.at.toISOString()}: ${alarm.reason}`, `  Next: ${alarm.nextStep}`]),
    workspace.backlog.length === 0
      ? 'Nothing is to be loaded.'
      : formatTable(workspace.backlog.map((phase) => ({ ...phase }))),
    `Calls answered in the last minute: ${workspace.callsLastMinute}${secondsLeft === undefined ? '' : `; done in about ${duration(secondsLeft)}`}`,
    ...(stuck.length === 0 ? ['Nothing is stuck.'] : ['Stuck:', ...stuck.flatMap(describeStuck)]),
    ...(unexplained.length === 0
      ? ['Green: everything is accounted for.']
      : ['Not green:', ...[...unexplained.map(sentenceOf), ...waysOut].map((line) => `  ${line}`)]),
    foreignParts === 0
      ? `Is anybody being mailed? No sign of it: no message in our conversations that the tool did not write${silence === undefined ? ', but nobody has confirmed the silence of this workspace' : `; silence confirmed by ${silence.by}`}.`
      : `Is anybody being mailed? ${foreignParts} messages in our conversations are not the tool's: look at reconcile.verdict, field foreign_parts.`,
    ...(keptEdits > 0 ? [`${keptEdits} edits in Intercom were kept: load.kept_edit`] : []),
  ];
}

/** A call of unknown outcome is nothing to accept: a load looks what it did. */
function describeStuck({ count, state, phase, reason, reason_code, target_key, next_step }: StuckReason): string[] {
  const among = count === 1 ? '' : `, ${target_key} among them`;
  return [
    `  ${count} ${state} in ${phase ?? '?'}${among}: ${reason}`,
    `    Next: ${next_step}`,
    ...(state === 'uncertain' || phase === null || reason_code === null || target_key === null
      ? []
      : [
          `    Or accept ${count === 1 ? 'it' : 'that one'} as it is: ${acceptCommand({ phase, check: reason_code, targetKey: target_key })}`,
        ]),
    ...(count === 1 ? [] : [`    All of them: ${inWorkList('failures')}`]),
  ];
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
