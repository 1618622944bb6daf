import { Command, InvalidArgumentError, Option } from 'commander';
import { executePurge, type PurgeKind, planPurge, purgeKinds } from '../platform/purge.ts';
import { type CommonOptions, inContext, withCommonOptions } from './command-context.ts';
import { formatTable, printResult } from './print.ts';

interface PurgeOptions extends CommonOptions {
  readonly keepDays: number;
  readonly only?: readonly PurgeKind[];
  readonly key?: string;
  readonly execute?: boolean;
  readonly by?: string;
  readonly reason?: string;
}

export function purgeCommand(): Command {
  return withCommonOptions(new Command('purge'))
    .description('Shows what the warehouse keeps beyond its retention, and with --execute takes it away for good.')
    .requiredOption('--keep-days <n>', 'what is younger stays', (text) => {
      const value = Number(text);
      if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number of days.');
      return value;
    })
    .addOption(new Option('--only <kinds...>', 'only these kinds').choices(purgeKinds))
    .option('--key <source key>', 'only what belongs to one object, e.g. Contact::5')
    .option('--execute', 'take it away; without it nothing changes')
    .option('--by <name>', 'who purges, for the record')
    .option('--reason <text>', 'why, for the record')
    .addHelpText(
      'after',
      `
versions: superseded versions of objects; the latest always stays. dead_letters: records that could not be stored.
journal: the bodies that were sent; the calls, their ids and what a rollback restores stay. Do this after the last delta.
What was purged stands in ops.purge and ops.purged. Where whose data went: select * from reconcile.personal_data.
Not touched: files in the blob store, and Kafka's topics, which have a retention of their own.`,
    )
    .action((options: PurgeOptions) =>
      inContext(options, async ({ database, isJson }) => {
        const request = {
          kinds: options.only ?? purgeKinds,
          keepDays: options.keepDays,
          ...(options.key === undefined ? {} : { sourceKey: options.key }),
        };
        const isExecuting = options.execute === true;
        const rows = isExecuting
          ? await executePurge(database.pool, { ...request, purgedBy: options.by ?? '', reason: options.reason ?? '' })
          : await planPurge(database.pool, request);
        const next = isExecuting
          ? 'Purged. The record: select * from ops.purge join ops.purged using (purge_id)'
          : 'Nothing was changed. Next: the same command with --execute --by <your name> --reason <why>';
        const text =
          rows.length === 0
            ? 'Nothing is older than that.'
            : `${formatTable(rows.map((row) => ({ ...row })))}\n${next}`;
        printResult(isJson, { isExecuted: isExecuting, rows }, text);
      }),
    );
}
