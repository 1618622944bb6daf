import { Command, Option } from 'commander';
import { executeRollback } from '../reconcile/rollback/execute-rollback.ts';
import type { RollbackScope } from '../reconcile/rollback/plan-rollback.ts';
import { type CommonOptions, inContext } from '../workflow/command-context.ts';
import { inWorkspace } from '../workflow/in-run.ts';
import { planWorkspaceRollback, senderOf } from '../workflow/rollback.ts';
import { withCommonOptions } from './common-options.ts';
import { formatTable, printResult } from './print.ts';

interface PlanOptions extends CommonOptions, RollbackScope {
  readonly metrics: 'retain' | 'delete';
}

export function rollbackCommand(): Command {
  return new Command('rollback')
    .description('Takes back what was loaded into Intercom: first a plan to read, then exactly that plan.')
    .addCommand(planCommand())
    .addCommand(executeCommand());
}

function planCommand(): Command {
  return withCommonOptions(new Command('plan'))
    .description(
      'Reads the workspace and records what a rollback would do to each object. Changes nothing in Intercom.',
    )
    .option('--run <id>', 'only what this run loaded')
    .option('--object <type>', 'only one kind of object: conversation, contact, company, attribute, ...')
    .option('--phase <phase>', 'only what one phase loaded, e.g. conversations')
    .option('--source-key <key>', 'only what one object of iTop became, e.g. Ticket::83')
    .addOption(
      new Option('--metrics <what>', "whether Intercom's reports keep the deleted conversations")
        .choices(['retain', 'delete'])
        .default('retain'),
    )
    .addHelpText(
      'after',
      `
Deleted is what the load created and nobody touched since; restored are the former values of what was there before. Kept is what
somebody changed, answered or needs since. Contacts are never archived: an archived contact goes on blocking its address.
--metrics delete needs a token with the scope delete_conversations_and_metrics.
The diff itself: reconcile.rollback_item, one row per object.`,
    )
    .action((options: PlanOptions) =>
      inContext(options, 'load', async (context) => {
        const plan = await planWorkspaceRollback(context, {
          scope: scopeOf(options),
          retainMetrics: options.metrics === 'retain',
        });
        const text = [
          plan.counts.length === 0
            ? 'There is nothing to take back.'
            : formatTable(plan.counts.map((row) => ({ ...row }))),
          '',
          plan.tombstones.length === 0
            ? 'No tombstones will stay in the workspace.'
            : `What will stay in the workspace:\n${plan.tombstones.map((t) => `  ${t.count} x ${t.leaves}`).join('\n')}`,
          '',
          `Read it: itop-to-intercom db sql "select * from reconcile.rollback_item where plan_id = ${plan.planId} order by position"`,
          `Execute it: itop-to-intercom rollback execute ${plan.hash}`,
        ];
        printResult(context.isJson, plan, text.join('\n'));
      }),
    );
}

function executeCommand(): Command {
  return withCommonOptions(new Command('execute'))
    .description(
      'Executes the plan of this hash, and nothing else. You can kill it at any moment: the same command continues.',
    )
    .argument('<hash>', 'hash that "rollback plan" printed')
    .addHelpText(
      'after',
      `
Each object is read once more before it is taken back. A plan is refused (exit code 2) when something was loaded after it was
made. Executing a finished plan again calls nothing.`,
    )
    .action((hash: string, options: CommonOptions) =>
      inContext(options, 'load', (context) =>
        inWorkspace(context, 'rollback', async (intercom, run, workspaceIdCode) => {
          const result = await executeRollback({
            ...senderOf(context, intercom, workspaceIdCode),
            run,
            hash,
            progress: context.progress,
          });
          const isGreen = result.failures.length === 0 && result.unverified.length === 0;
          const text = [
            ...(result.wasDone ? ['This plan was executed already; nothing was called now.'] : []),
            formatTable(result.counts.map((row) => ({ ...row }))),
            ...result.failures.map((failure) => `Failed: ${failure.target_key}: ${failure.outcome}`),
            ...result.unverified.map((line) => `Not as it should be: ${line}`),
            isGreen
              ? 'Done, and read back.'
              : `Next: look at the reasons, then start it again: itop-to-intercom rollback execute ${hash}`,
          ];
          printResult(context.isJson, result, text.join('\n'));
          if (!isGreen) process.exitCode = 1;
          return { plan: hash, counts: result.counts };
        }).then(() => undefined),
      ),
    );
}

function scopeOf({ run, object, phase, sourceKey }: RollbackScope): RollbackScope {
  return {
    ...(run === undefined ? {} : { run }),
    ...(object === undefined ? {} : { object }),
    ...(phase === undefined ? {} : { phase }),
    ...(sourceKey === undefined ? {} : { sourceKey }),
  };
}
